package org.seqlm.job.train;

import java.io.IOException;
import org.seqlm.metrics.Metric;

/** How a model in training is looked at: on its validation split, which may be empty. */
interface ModelLook {

  /** Units of the validation split that a look is of; 0 if there is none. */
  long of();

  /**
   * What a look saw.
   *
   * @param nats mean loss of what is predicted, the smaller the better; it decides where there is
   *     no metric, and between equal ones
   * @param bitsPerCharacter of text; null of others
   * @param metric that the task names; null of a language model, whose metric is its loss
   */
  record Seen(double nats, Double bitsPerCharacter, Metric metric) {
    /** Whether it is better than another look at as much of the split. */
    boolean betterThan(Seen other) {
      if (metric != null && metric.betterThan(other.metric)) {
        return true;
      }
      return (metric == null || !other.metric.betterThan(metric)) && nats < other.nats;
    }
  }

  /**
   * Looks at parameters and tells of it: a line of the run's metrics, and one to the user.
   *
   * @param tokens units trained so far
   * @return null if there is no validation split
   */
  Seen look(float[] parameters, int round, long tokens) throws IOException;

  /** Looks again at parameters of an earlier round; tells nothing. */
  Seen again(float[] parameters) throws IOException;

  /** What an earlier look saw, by what a checkpoint kept of it. */
  Seen remembered(double nats, Double bitsPerCharacter, Double metric);

  /**
   * What a best model's manifest says of it.
   *
   * @param tokens units trained until then
   * @param seen null if there is no validation split
   */
  Object details(int round, long tokens, Seen seen);
}
