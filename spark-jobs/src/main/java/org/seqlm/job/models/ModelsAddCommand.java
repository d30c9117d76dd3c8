package org.seqlm.job.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobContext;
import org.seqlm.registry.Attachment;
import org.seqlm.registry.Grounds;
import org.seqlm.registry.Registry;
import org.seqlm.registry.RegistryPath;
import org.seqlm.registry.Role;
import org.seqlm.registry.RunDraft;
import org.seqlm.registry.VersionDraft;
import org.seqlm.store.Paths;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm models add}. */
@Command(
    name = "add",
    sortOptions = false,
    description = {
      "Copies a trained model into a registry as its next version, a candidate: its weights,"
          + " vocabulary and tokeniser, what was measured of it, what it drew, and where it comes"
          + " from. A registry that is not there begins so. A model that is there already is not"
          + " added again.",
      "",
      "Example: seqlm models add out/models --from out/run"
    })
public final class ModelsAddCommand extends RegistryCommand<ModelsAddConfig, ModelsAddResult> {
  /** A document is in memory once: pages and samples are far below. */
  private static final int LONGEST = 64 << 20;

  @Option(
      names = "--from",
      paramLabel = "RUN",
      description = "A run, the model in it, or a version of another registry, OTHER#7.")
  String from;

  @Option(
      names = "--name",
      paramLabel = "TEXT",
      description = "For people (default: the network, such as lstm 1x128).")
  String name;

  @Option(
      names = "--night",
      paramLabel = "NIGHT",
      description = "The night that made it, such as 2026-11-28; a night makes one version.")
  String night;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the history.")
  String reason;

  @Option(
      names = "--counts",
      paramLabel = "DIR",
      description = "Counted n-grams that belong to it, a folder of seqlm ngrams or counts.")
  String counts;

  @Option(
      names = "--counts-held",
      paramLabel = "HOW",
      description = "copy them, or write down where they lie: reference (default).")
  String countsHeld;

  @Option(names = "--metrics", paramLabel = "FILE", description = "What was measured, JSON.")
  String metrics;

  @Option(names = "--samples", paramLabel = "FILE", description = "What it drew, text.")
  String samples;

  @Option(names = "--report", paramLabel = "FILE", description = "A page of seqlm report.")
  String report;

  ModelsAddCommand() {
    super(ModelsAddConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    super.flags(overrides);
    overrides
        .put("from", from)
        .put("name", name)
        .put("night", night)
        .put("reason", reason)
        .put("attach.counts", counts)
        .put("attach.counts-held", countsHeld)
        .put("attach.metrics", metrics)
        .put("attach.samples", samples)
        .put("attach.report", report);
  }

  @Override
  public String plan(ModelsAddConfig config, JobContext context) throws IOException {
    Registry registry = Registry.openOrBegin(context.hadoop(), config.registry());
    RunDraft run = draft(config, context.hadoop());
    return "copy "
        + run.draft().name()
        + " of "
        + config.from()
        + "\nto "
        + config.registry()
        + ", as version "
        + registry.state().next()
        + " if it is not there yet";
  }

  @Override
  public ModelsAddResult run(ModelsAddConfig config, JobContext context) throws IOException {
    Registry registry = Registry.openOrBegin(context.hadoop(), config.registry());
    RunDraft run = draft(config, context.hadoop());
    if (!run.notice().isEmpty()) {
      context.progress().message("note: " + run.notice());
    }
    Registry.Added added = registry.add(run.draft(), Grounds.user(config.reason()));
    return new ModelsAddResult(
        config.registry(),
        config.from(),
        added.isNew(),
        added.version(),
        registry.modelFolder(added.version()));
  }

  private static RunDraft draft(ModelsAddConfig config, Configuration conf) throws IOException {
    String folder = RegistryPath.model(conf, config.from());
    RunDraft run = RunDraft.of(conf, folder);
    VersionDraft draft = run.draft().byNight(config.night());
    draft = config.name() == null ? draft : draft.named(config.name());
    ModelsAddConfig.Attach attach = config.attach();
    if (attach.counts() != null) {
      ArtifactReader artifact = ArtifactReader.open(conf, attach.counts());
      draft =
          attach.countsHeld() == Attachment.Held.COPY
              ? draft.copy(Role.COUNTS, artifact)
              : draft.reference(Role.COUNTS, artifact);
    }
    draft = document(draft, Role.METRICS, "--metrics", attach.metrics(), conf);
    draft = document(draft, Role.SAMPLES, "--samples", attach.samples(), conf);
    draft = document(draft, Role.REPORT, "--report", attach.report(), conf);
    return new RunDraft(draft, run.notice());
  }

  private static VersionDraft document(
      VersionDraft draft, Role role, String flag, String file, Configuration conf)
      throws IOException {
    if (file == null) {
      return draft;
    }
    Path path = Paths.of(file);
    byte[] bytes;
    try (InputStream in = Paths.plain(path, conf).open(path)) {
      bytes = in.readNBytes(LONGEST + 1);
    } catch (FileNotFoundException e) {
      throw UserException.data(flag + " " + file + " does not exist, or is a folder: give a file");
    }
    if (bytes.length > LONGEST) {
      throw UserException.data(
          flag + " " + file + " is longer than " + LONGEST + " bytes: attach a shorter file");
    }
    if (role == Role.METRICS) {
      try {
        Json.mapper().readTree(bytes);
      } catch (JsonProcessingException e) {
        throw UserException.data(flag + " " + file + " is no JSON: " + e.getOriginalMessage());
      }
    }
    return draft.document(role, bytes);
  }

  @Override
  public String summary(ModelsAddConfig config, ModelsAddResult result) {
    int number = result.version().number();
    if (!result.added()) {
      return result.from()
          + " is version "
          + number
          + " of "
          + result.registry()
          + " already ("
          + org.seqlm.registry.Words.of(result.version().status())
          + "): nothing was added";
    }
    return "added "
        + result.version().name()
        + " of "
        + result.from()
        + " to "
        + result.registry()
        + " as version "
        + number
        + ", a candidate\nmodel   "
        + result.folder()
        + "\nuse it as "
        + result.registry()
        + "#"
        + number
        + "; seqlm models promote "
        + result.registry()
        + " "
        + number
        + " makes it the champion";
  }
}
