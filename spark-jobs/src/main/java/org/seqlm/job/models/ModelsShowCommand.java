package org.seqlm.job.models;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.seqlm.artifact.Json;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobContext;
import org.seqlm.registry.Attachment;
import org.seqlm.registry.Decision;
import org.seqlm.registry.ModelVersion;
import org.seqlm.registry.Registry;
import org.seqlm.registry.RegistryState;
import org.seqlm.registry.Role;
import org.seqlm.registry.VersionStatus;
import org.seqlm.registry.Words;
import org.seqlm.store.FileEntry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code seqlm models show}. */
@Command(
    name = "show",
    sortOptions = false,
    description = {
      "Tells all of a version: the folder of its model, which every command takes, its figures,"
          + " what it was trained on, what is attached, and what was decided about it.",
      "",
      "Example: seqlm models show out/models 7"
    })
public final class ModelsShowCommand extends RegistryCommand<VersionConfig, ModelsShowResult> {
  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "VERSION",
      description = "Its number (default: the champion).")
  Integer version;

  ModelsShowCommand() {
    super(VersionConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    super.flags(overrides);
    overrides.put("version", version);
  }

  @Override
  public String plan(VersionConfig config, JobContext context) throws IOException {
    RegistryState state = open(config.registry(), context).state();
    return "show version " + Versions.named(state, config.version(), config.registry()).number();
  }

  @Override
  public ModelsShowResult run(VersionConfig config, JobContext context) throws IOException {
    Registry registry = open(config.registry(), context);
    RegistryState state = registry.state();
    ModelVersion shown = Versions.named(state, config.version(), config.registry());
    boolean stored = shown.status() != VersionStatus.PRUNED;
    Optional<byte[]> provenance =
        stored ? registry.document(shown.number(), Role.PROVENANCE) : Optional.empty();
    JsonNode tree = provenance.isEmpty() ? null : Json.mapper().readTree(provenance.get());
    return new ModelsShowResult(
        config.registry(),
        shown,
        stored ? registry.modelFolder(shown) : null,
        state.files(shown),
        state.about(shown.number()),
        tree);
  }

  @Override
  public String summary(VersionConfig config, ModelsShowResult result) {
    ModelVersion shown = result.version();
    StringBuilder text = new StringBuilder();
    line(text, "version", shown.number() + ", " + Words.of(shown.status()));
    line(text, "model", shown.name());
    line(text, "created", shown.created());
    if (shown.night() != null) {
      line(text, "night", shown.night());
    }
    line(text, "parent", Versions.parent(shown));
    if (!shown.trainedOn().isEmpty()) {
      line(text, "trained on", shown.trainedOn());
    }
    shown.inputs().forEach((name, fingerprint) -> line(text, "  " + name, fingerprint));
    line(text, "fingerprint", shown.fingerprint());
    if (result.folder() != null) {
      line(text, "folder", result.folder());
      long bytes = result.files().stream().mapToLong(FileEntry::bytes).sum();
      line(
          text, "files", String.format(Locale.ROOT, "%d, %,d bytes", result.files().size(), bytes));
    } else {
      line(text, "folder", "none: the version was pruned");
    }
    if (result.provenance() != null) {
      line(text, "trained by", "seqlm " + result.provenance().path("producer").asText());
    }
    text.append('\n');
    shown
        .figures()
        .forEach(
            (name, figure) ->
                line(text, name, Versions.number(figure.value()) + Versions.better(figure)));
    if (!shown.attachments().isEmpty()) {
      text.append('\n');
    }
    for (Attachment one : shown.attachments()) {
      boolean reference = one.held() == Attachment.Held.REFERENCE;
      line(
          text,
          Words.of(one.role()),
          result.folder() == null && !reference
              ? "pruned"
              : (reference ? "" : result.registry() + "/")
                  + one.path()
                  + (reference ? " (not the registry's)" : ""));
    }
    text.append('\n');
    for (Decision one : result.decisions()) {
      line(text, one.when(), Versions.told(one));
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format(Locale.ROOT, "%-20s %s%n", name, value));
  }
}
