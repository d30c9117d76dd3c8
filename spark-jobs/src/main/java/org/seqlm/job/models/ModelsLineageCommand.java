package org.seqlm.job.models;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextTable;
import org.seqlm.registry.Decision;
import org.seqlm.registry.ModelVersion;
import org.seqlm.registry.RegistryState;
import org.seqlm.registry.Words;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code seqlm models lineage}. */
@Command(
    name = "lineage",
    sortOptions = false,
    description = {
      "Tells from which versions a version was trained, one after the other, and on what each.",
      "",
      "Example: seqlm models lineage out/models 7"
    })
public final class ModelsLineageCommand
    extends RegistryCommand<VersionConfig, ModelsLineageResult> {
  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "VERSION",
      description = "Its number (default: the champion).")
  Integer version;

  ModelsLineageCommand() {
    super(VersionConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    super.flags(overrides);
    overrides.put("version", version);
  }

  @Override
  public String plan(VersionConfig config, JobContext context) throws IOException {
    return "show the line of " + run(config, context).line().size() + " versions";
  }

  @Override
  public ModelsLineageResult run(VersionConfig config, JobContext context) throws IOException {
    RegistryState state = open(config.registry(), context).state();
    ModelVersion first = Versions.named(state, config.version(), config.registry());
    List<ModelsLineageResult.Ancestor> line = new ArrayList<>();
    for (ModelVersion one : state.ancestors(first.number())) {
      List<Decision> about = state.about(one.number());
      line.add(
          new ModelsLineageResult.Ancestor(
              one, about.isEmpty() ? null : about.get(about.size() - 1)));
    }
    return new ModelsLineageResult(config.registry(), line);
  }

  @Override
  public String summary(VersionConfig config, ModelsLineageResult result) {
    TextTable table =
        new TextTable(
            "version", "status", "created", "night", "trained on", "fingerprint", "decided");
    for (ModelsLineageResult.Ancestor one : result.line()) {
      ModelVersion version = one.version();
      Map<String, String> inputs = version.inputs();
      String dataset = inputs.getOrDefault("dataset", inputs.getOrDefault("examples", ""));
      table.row(
          "" + version.number(),
          Words.of(version.status()),
          version.created(),
          version.night() == null ? "" : version.night(),
          version.trainedOn(),
          dataset.substring(0, Math.min(12, dataset.length())),
          one.last() == null ? "" : Versions.told(one.last()));
    }
    ModelVersion oldest = result.line().get(result.line().size() - 1).version();
    String end = Versions.parent(oldest);
    return table
        + (end.equals("none")
            ? "version " + oldest.number() + " began with random parameters"
            : "version " + oldest.number() + " began with " + end);
  }
}
