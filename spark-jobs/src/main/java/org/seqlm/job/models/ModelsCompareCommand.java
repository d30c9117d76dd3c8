package org.seqlm.job.models;

import java.io.IOException;
import java.util.List;
import org.seqlm.UserException;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextTable;
import org.seqlm.registry.ModelVersion;
import org.seqlm.registry.Registry;
import org.seqlm.registry.RegistryState;
import org.seqlm.registry.VersionComparison;
import org.seqlm.registry.Words;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code seqlm models compare}. */
@Command(
    name = "compare",
    sortOptions = false,
    description = {
      "Tells how two versions differ: their figures, as they were measured when each was trained,"
          + " the keys of the training, and what they were trained on. One version is compared with"
          + " the champion. Figures of different texts do not compare: seqlm evaluate --model"
          + " REGISTRY#A --model REGISTRY#B measures both on one.",
      "",
      "Example: seqlm models compare out/models 6 7"
    })
public final class ModelsCompareCommand
    extends RegistryCommand<ModelsCompareConfig, VersionComparison> {
  /** Signs of a value in the table. */
  private static final int WIDEST = 72;

  @Parameters(
      index = "1..*",
      arity = "0..2",
      paramLabel = "VERSION",
      description = "The number of one version, or of two.")
  List<Integer> versions;

  ModelsCompareCommand() {
    super(ModelsCompareConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    super.flags(overrides);
    if (versions != null) {
      if (versions.size() > 2) {
        throw UserException.configuration(
            "two versions are compared, but " + versions.size() + " were given: " + versions);
      }
      overrides
          .put("from", versions.size() == 2 ? versions.get(0) : null)
          .put("to", versions.get(versions.size() - 1));
    }
  }

  @Override
  public String plan(ModelsCompareConfig config, JobContext context) throws IOException {
    VersionComparison comparison = run(config, context);
    return "compare version " + comparison.from() + " with version " + comparison.to();
  }

  @Override
  public VersionComparison run(ModelsCompareConfig config, JobContext context) throws IOException {
    Registry registry = open(config.registry(), context);
    RegistryState state = registry.state();
    ModelVersion from = Versions.named(state, config.from(), config.registry());
    ModelVersion to = Versions.named(state, config.to(), config.registry());
    return VersionComparison.of(
        from,
        registry.model(from.number()).manifest().config(),
        to,
        registry.model(to.number()).manifest().config());
  }

  @Override
  public String summary(ModelsCompareConfig config, VersionComparison result) {
    String one = "version " + result.from();
    String other = "version " + result.to();
    TextTable figures = new TextTable("figure", one, other, "difference", "");
    for (VersionComparison.Gap each : result.figures()) {
      figures.row(
          each.name(),
          number(each.from()),
          number(each.to()),
          each.difference() == null
              ? ""
              : (each.difference() > 0 ? "+" : "") + number(each.difference()),
          switch (each.verdict()) {
            case BETTER, WORSE, EQUAL -> Words.of(each.verdict());
            case OTHER -> "";
            case UNKNOWN -> "not of both";
          });
    }
    return figures
        + "\n"
        + table("key of the training", one, other, result.config(), "all keys are equal")
        + "\n"
        + table("trained on", one, other, result.inputs(), "nobody wrote down on what");
  }

  private static String number(Double value) {
    return value == null ? "" : Versions.number(value);
  }

  private static String table(
      String name, String one, String other, List<VersionComparison.Pair> pairs, String none) {
    if (pairs.isEmpty()) {
      return none + "\n";
    }
    TextTable table = new TextTable(name, one, other, "");
    for (VersionComparison.Pair pair : pairs) {
      table.row(pair.name(), text(pair.from()), text(pair.to()), pair.same() ? "the same" : "");
    }
    return table.toString();
  }

  /** Of a fingerprint what tells it apart. */
  private static String text(String value) {
    if (value == null) {
      return "";
    }
    if (value.matches("[0-9a-f]{64}")) {
      return value.substring(0, 12);
    }
    // Lists of datasets; --json has them whole.
    int length = value.length();
    return length <= WIDEST
        ? value
        : value.substring(0, WIDEST / 2) + "…" + value.substring(length - WIDEST / 2 + 1);
  }
}
