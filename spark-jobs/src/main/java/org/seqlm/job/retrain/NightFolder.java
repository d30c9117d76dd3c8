package org.seqlm.job.retrain;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Overwrite;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobContext;
import org.seqlm.registry.Registry;

/**
 * A night's folder, and what all of its steps share: what is configured, what they run in, and how
 * long each took. A step leaves an artifact here, and is left out where the artifact is there
 * already.
 */
final class NightFolder {
  private final RetrainConfig config;
  private final JobContext context;
  private final LocalDate date;
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private Runnable check = () -> {};

  NightFolder(RetrainConfig config, JobContext context, LocalDate date) {
    this.config = config;
    this.context = context;
    this.date = date;
  }

  /** What a step does, which may fail in any way. */
  @FunctionalInterface
  interface Step<T> {
    T run() throws Exception;
  }

  /**
   * Has each step begin with a question.
   *
   * @param mayGoOn throws where the night is another's now
   */
  void checked(Runnable mayGoOn) {
    check = mayGoOn;
  }

  /** Runs a step, and notes how long it took. */
  <T> T timed(String phase, Step<T> step) throws Exception {
    check.run();
    context.describe(phase + " of the night " + night());
    long start = System.nanoTime();
    try {
      return step.run();
    } finally {
      seconds.put(phase, (System.nanoTime() - start) / 1e9);
    }
  }

  /** What a step does that gives nothing back. */
  @FunctionalInterface
  interface Act {
    void run() throws Exception;
  }

  /** The same for a step that gives nothing back. */
  void timed(String phase, Act act) throws Exception {
    timed(
        phase,
        () -> {
          act.run();
          return null;
        });
  }

  RetrainConfig config() {
    return config;
  }

  JobContext context() {
    return context;
  }

  Configuration hadoop() {
    return context.hadoop();
  }

  LocalDate date() {
    return date;
  }

  /** The night's name. */
  String night() {
    return date.toString();
  }

  /** By phase, in their order. */
  Map<String, Double> seconds() {
    return seconds;
  }

  String path() {
    return config.nights() + "/" + night();
  }

  /** What the night's text becomes. */
  String dataset() {
    return path() + "/dataset";
  }

  /** The fresh part of it, where it is not all; reports pass over such names. */
  String fresh() {
    return path() + "/_fresh";
  }

  /** The challenger's training. */
  String run() {
    return path() + "/run";
  }

  /** What is told of the night. */
  String story() {
    return path() + "/night";
  }

  /** Counts of the champion's line with this night's. */
  String counts() {
    return path() + "/counts";
  }

  /** The night's text with every word; reports pass over such names. */
  String words() {
    return path() + "/_words";
  }

  /** The counts with the words that a model is to know. */
  String baseline() {
    return path() + "/_baseline";
  }

  String report() {
    return path() + "/report.html";
  }

  /** The folder of a version's model. */
  String model(int version) throws IOException {
    Registry registry = Registry.open(hadoop(), config.registry());
    return registry.modelFolder(registry.state().stored(version));
  }

  /**
   * Keys of another job, with this one's seed and partitions.
   *
   * @param part of the configuration; null for none
   */
  FlagValues keys(JsonNode part) {
    return new FlagValues()
        .putAll(part)
        .put("seed", config.seed())
        .put("partitions", config.partitions());
  }

  /** Whether an artifact is there, and of the same inputs and configuration. */
  boolean isThere(String folder, Map<String, String> inputs, JsonNode configured)
      throws IOException {
    if (!ArtifactReader.isArtifact(hadoop(), folder)) {
      return false;
    }
    Manifest manifest = ArtifactReader.open(hadoop(), folder).manifest();
    return manifest.inputs().equals(inputs) && Json.isOf(manifest.config(), configured);
  }

  /**
   * A small thing that a step finds out, kept as an artifact.
   *
   * @param part the artifact's folder below this one, and the name of its file
   * @param type of the thing, a record
   * @param inputs fingerprints of what it is made of
   * @param configured what else decides it
   * @param make asked where it is not there, or of something else
   */
  <T> T kept(
      String part,
      ArtifactKind kind,
      Class<T> type,
      Map<String, String> inputs,
      Object configured,
      Step<T> make)
      throws Exception {
    String folder = path() + "/" + part;
    String file = part + ".json";
    if (isThere(folder, inputs, Json.tree(configured))) {
      return ArtifactReader.open(hadoop(), folder, kind).readJson(file, type);
    }
    T made = make.run();
    try (ArtifactWriter out = ArtifactWriter.create(hadoop(), folder, Overwrite.REPLACE)) {
      out.write(file, Json.pretty(made));
      out.publish(Manifest.of(kind, inputs, configured, config.seed(), Map.of("night", night())));
    }
    return made;
  }

  /** What another job runs in. */
  JobContext inner(String job, Overwrite overwrite) {
    return context.inner(job, overwrite);
  }
}
