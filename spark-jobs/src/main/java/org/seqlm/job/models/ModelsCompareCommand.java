package org.seqlm.job.models;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.IOException;
import java.util.List;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextTable;
import org.seqlm.registry.ModelVersion;
import org.seqlm.registry.Registry;
import org.seqlm.registry.RegistryState;
import org.seqlm.registry.VersionComparison;
import org.seqlm.registry.Words;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
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
      "With --input, labelled examples, both predict for them, and a test by betting on what each"
          + " example costs tells whether the second is better (keys of the group gate).",
      "",
      "Example: seqlm models compare out/models 6 7",
      "Example: seqlm models compare out/models 6 7 --input out/tags-data --split test"
    })
public final class ModelsCompareCommand
    extends RegistryCommand<ModelsCompareConfig, ModelsCompareCommand.Compared> {
  /** Signs of a value in the table. */
  private static final int WIDEST = 72;

  /**
   * What it tells.
   *
   * @param versions how they differ, by what was written down of them
   * @param examples what both make of labelled examples; null where none were given
   */
  record Compared(
      @JsonUnwrapped VersionComparison versions,
      @JsonInclude(JsonInclude.Include.NON_NULL) ExampleContest.Result examples) {}

  @Parameters(
      index = "1..*",
      arity = "0..2",
      paramLabel = "VERSION",
      description = "The number of one version, or of two.")
  List<Integer> versions;

  @Option(
      names = "--input",
      paramLabel = "EXAMPLES",
      description = "Labelled examples, of seqlm prepare --task, that both predict for.")
  String input;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "Of these: train, valid or test (default).")
  String split;

  ModelsCompareCommand() {
    super(ModelsCompareConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    super.flags(overrides);
    overrides.put("input", input).put("split", split);
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
    VersionComparison comparison = versions(config, context);
    String told = "compare version " + comparison.from() + " with version " + comparison.to();
    if (config.input() == null) {
      return told;
    }
    contest(config, context, comparison);
    return told + "\non the " + Json.name(config.split()) + " split of " + config.input();
  }

  @Override
  public Compared run(ModelsCompareConfig config, JobContext context) throws IOException {
    VersionComparison comparison = versions(config, context);
    return new Compared(
        comparison,
        config.input() == null ? null : contest(config, context, comparison).run(context));
  }

  private static ExampleContest contest(
      ModelsCompareConfig config, JobContext context, VersionComparison versions)
      throws IOException {
    return ExampleContest.of(
        config.on(), context, open(config.registry(), context), versions.from(), versions.to());
  }

  private static VersionComparison versions(ModelsCompareConfig config, JobContext context)
      throws IOException {
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
  public String summary(ModelsCompareConfig config, Compared compared) {
    VersionComparison result = compared.versions();
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
        + table("trained on", one, other, result.inputs(), "nobody wrote down on what")
        + (compared.examples() == null ? "" : "\n" + compared.examples().table(one, other));
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
