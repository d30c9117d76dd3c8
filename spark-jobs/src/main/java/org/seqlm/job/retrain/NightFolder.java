package org.seqlm.job.retrain;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
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

  /** Runs a step, and notes how long it took. */
  <T> T timed(String phase, Step<T> step) throws Exception {
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

  /** The challenger's training. */
  String run() {
    return path() + "/run";
  }

  /** What is told of the night. */
  String story() {
    return path() + "/night";
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

  /** What another job runs in. */
  JobContext inner(String job, Overwrite overwrite) {
    return context.inner(job, overwrite);
  }
}
