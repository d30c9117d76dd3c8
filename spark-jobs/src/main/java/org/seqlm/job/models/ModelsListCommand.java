package org.seqlm.job.models;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextTable;
import org.seqlm.registry.Figure;
import org.seqlm.registry.ModelVersion;
import org.seqlm.registry.Registry;
import org.seqlm.registry.RegistryState;
import org.seqlm.registry.Words;
import picocli.CommandLine.Command;

/** {@code seqlm models list}. */
@Command(
    name = "list",
    sortOptions = false,
    description = {
      "Lists the versions of a registry, where each stands, and its figures.",
      "",
      "Example: seqlm models list out/models"
    })
public final class ModelsListCommand extends RegistryCommand<RegistryConfig, ModelsListResult> {
  ModelsListCommand() {
    super(RegistryConfig.class);
  }

  @Override
  public String plan(RegistryConfig config, JobContext context) throws IOException {
    return "list " + open(config.registry(), context).state().versions().size() + " versions";
  }

  @Override
  public ModelsListResult run(RegistryConfig config, JobContext context) throws IOException {
    Registry registry = open(config.registry(), context);
    RegistryState state = registry.state();
    Map<Integer, Long> bytes = registry.bytes(state);
    return new ModelsListResult(
        config.registry(),
        state.champion(),
        state.versions().stream()
            .map(one -> new ModelsListResult.Row(one, bytes.get(one.number())))
            .toList());
  }

  @Override
  public String summary(RegistryConfig config, ModelsListResult result) {
    Set<String> figures = new TreeSet<>();
    for (ModelsListResult.Row row : result.rows()) {
      row.version()
          .figures()
          .forEach(
              (name, figure) -> {
                if (figure.better() != Figure.Better.NEITHER) {
                  figures.add(name);
                }
              });
    }
    List<String> header =
        new ArrayList<>(List.of("version", "status", "created", "parent", "night", "model"));
    header.addAll(figures);
    header.add("MiB");
    TextTable table = new TextTable(header.toArray(String[]::new));
    for (ModelsListResult.Row row : result.rows()) {
      ModelVersion version = row.version();
      List<String> cells =
          new ArrayList<>(
              List.of(
                  "" + version.number(),
                  Words.of(version.status()),
                  version.created(),
                  version.parent() == 0 ? "" : "" + version.parent(),
                  version.night() == null ? "" : version.night(),
                  version.name()));
      for (String name : figures) {
        Figure figure = version.figures().get(name);
        cells.add(figure == null ? "" : String.format(Locale.ROOT, "%.4f", figure.value()));
      }
      cells.add(String.format(Locale.ROOT, "%,.1f", row.bytes() / (double) (1 << 20)));
      table.row(cells.toArray(String[]::new));
    }
    return table
        + (result.champion() == 0
            ? "no champion: seqlm models promote " + result.registry() + " N makes one"
            : "the champion is version " + result.champion());
  }
}
