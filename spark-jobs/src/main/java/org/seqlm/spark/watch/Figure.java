package org.seqlm.spark.watch;

import java.util.Locale;

/**
 * What Spark's metrics system tells of a driver. The names are those that dashboards know: one is
 * never given another meaning, and docs/watching.md has the table of them.
 */
public enum Figure {
  /** Rounds that a training has done. */
  TRAINING_ROUND,
  /** Rounds that it is planned for, the most where they follow the drift. */
  TRAINING_ROUNDS,
  /** Tokens, or examples, of all workers so far, earlier processes' included. */
  TRAINING_TOKENS,
  /** Tokens a second of the last round, by the time that the run waited for it. */
  TRAINING_TOKENS_PER_SECOND,
  /** Mean loss of the last round, in nats a token. */
  TRAINING_LOSS,
  /** Of the last look, in nats a token. */
  TRAINING_VALIDATION_LOSS,
  /** Of the best look, in nats a token. */
  TRAINING_BEST_VALIDATION_LOSS,
  /** K. */
  TRAINING_WORKERS,
  /** Workers whose result of the last round does not count. */
  TRAINING_WORKERS_SKIPPED,
  /** The workers' distance from their mean in the last round. */
  TRAINING_DRIFT,
  /** Seconds that the run waited for the last round. */
  TRAINING_ROUND_SECONDS,
  /** Of these, those of the shuffle, the sums and the outer step. */
  TRAINING_AVERAGING_SECONDS,
  /** Seconds of the last checkpoint. */
  TRAINING_CHECKPOINT_SECONDS,
  /** Tokens that counting has counted. */
  COUNTING_TOKENS,
  /** Tokens that have been scored. */
  SCORING_TOKENS,
  /** Of these, those a second while they were scored. */
  SCORING_TOKENS_PER_SECOND,
  /** 1 where the challenger took the champion's place, 0 where it did not. */
  NIGHT_PROMOTED,
  /** Bits a character that the challenger saves. */
  NIGHT_GAIN,
  /** How far the stage under way is, in its unit. */
  STAGE_DONE,
  /** All of the stage under way, 0 where nobody knows. */
  STAGE_TOTAL,
  /** Tasks that ended in a failure. */
  TASKS_FAILED,
  /** Tasks that were run for a partition that another task had been given: once more, or beside. */
  TASKS_REPEATED,
  /** Bytes that tasks have written to the shuffle. */
  TASKS_SHUFFLE_BYTES,
  /** Bytes that tasks could not hold in memory and wrote to their disks. */
  TASKS_SPILLED_BYTES,
  /** Executors that were lost. */
  EXECUTORS_LOST;

  /** As Spark's metrics system has it, for instance {@code training.tokens-per-second}. */
  public String metric() {
    String name = name().toLowerCase(Locale.ROOT).replace('_', '-');
    int group = name.indexOf('-');
    return name.substring(0, group) + "." + name.substring(group + 1);
  }

  /**
   * As Spark's servlet for Prometheus has it.
   *
   * @param namespace what {@code spark.metrics.namespace} says
   */
  public String prometheus(String namespace) {
    return ("metrics_"
                + namespace
                + ".driver.plugin."
                + SeqlmPlugin.class.getName()
                + "."
                + metric())
            .replaceAll("[^a-zA-Z0-9]", "_")
        + "_Value";
  }
}
