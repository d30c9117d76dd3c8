package org.seqlm.job.train;

import java.io.IOException;
import java.util.Locale;
import java.util.OptionalDouble;
import org.seqlm.job.cli.JobContext;
import org.seqlm.metrics.Metric;
import org.seqlm.neural.files.Checkpoint;
import org.seqlm.neural.files.Checkpoints;
import org.seqlm.spark.training.Averaging;

/**
 * When a run looks at the validation split, and what follows: the model is published if it is the
 * best so far, and the run ends where none has been for long. Without such a split every look
 * publishes.
 */
final class TrainLooks implements AutoCloseable {
  private final TrainConfig.Validation rules;
  private final JobContext context;
  private final TrainJob job;
  private final TrainStart start;
  private final ModelLook look;
  private Best best;
  private int lastLooked;

  /** How a model in training is looked at: on its validation split, which may be empty. */
  interface ModelLook extends AutoCloseable {

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
        return (metric == null || !other.metric.betterThan(metric))
            && (nats < other.nats || (Double.isNaN(other.nats) && !Double.isNaN(nats)));
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

    /** Lets go of what looks share; there is none after it. */
    @Override
    default void close() {}
  }

  /**
   * The best model so far.
   *
   * @param round of the model that is published, -1 if none
   * @param seen by the look at it; null if there was none
   * @param worse looks since then, for early stopping
   * @param of the most units that it was looked at with; null if none, or nobody wrote it down
   */
  record Best(int round, ModelLook.Seen seen, int worse, Long of) {
    private static Best of(Checkpoint from, ModelLook look) {
      if (from == null) {
        return new Best(-1, null, 0, null);
      }
      ModelLook.Seen seen =
          from.bestNats() == null
              ? null
              : look.remembered(from.bestNats(), from.bestBitsPerCharacter(), from.bestMetric());
      return new Best(from.bestRound(), seen, from.worse(), from.bestOf());
    }

    /** Mean loss of what it predicts; null if nobody looked. */
    Double nats() {
      return seen == null ? null : seen.nats();
    }

    /** Of text; null of others, and if nobody looked. */
    Double bitsPerCharacter() {
      return seen == null ? null : seen.bitsPerCharacter();
    }

    /** Of the task's; null where it has none, and if nobody looked. */
    Double metric() {
      return seen == null || seen.metric() == null ? null : seen.metric().value();
    }
  }

  /** A run's looks, going on after the checkpoint that it starts from, if any. */
  TrainLooks(JobContext context, TrainJob job, TrainStart start, ModelLook look) {
    this.rules = job.config().validation();
    this.context = context;
    this.job = job;
    this.start = start;
    this.look = look;
    best = Best.of(start.from(), look);
    lastLooked = start.from() == null ? -1 : start.from().round();
  }

  Best best() {
    return best;
  }

  /** Whether a look is due after a round on the way. */
  boolean isDue(int round) {
    return rules.isDue(round);
  }

  /** Whether the look after a round to come may end the run, whatever looks before it see. */
  boolean mayStopAt(int round) {
    int looks = 0;
    for (int before = lastLooked + 1; before < round; before++) {
      looks += rules.isDue(before) ? 1 : 0;
    }
    return rules.isDue(round) && rules.mayStop(best.worse() + looks);
  }

  /** Whether patience is at its end. */
  boolean stops() {
    return rules.patience() > 0 && best.worse() >= rules.patience();
  }

  /** Publishes the best model so far again, whose files were lost, from its checkpoint. */
  void restore(Checkpoints.Loaded checkpoint) throws IOException {
    context
        .progress()
        .message(
            "the best model, of round "
                + best.round()
                + ", was missing or damaged, and is made again from its checkpoint");
    publish(checkpoint.parameters(), best.round(), checkpoint.checkpoint().tokens(), best.seen());
  }

  /** Forgets the looks without a better model, where the run takes another course. */
  void beginPatience() {
    best = new Best(best.round(), best.seen(), 0, best.of());
  }

  /** Looks at the best model so far again, if it was looked at with another part of the split. */
  void compareAlike() throws IOException {
    if (best.seen() == null || look.of() == 0 || (best.of() != null && best.of() == look.of())) {
      return;
    }
    ModelLook.Seen seen = look.again(start.folder().bestParameters(job.network()));
    context
        .progress()
        .message(
            String.format(
                Locale.ROOT,
                "the best model, of round %d, is scored again on %,d %s: %.4f nats a %s",
                best.round(),
                look.of(),
                job.unit(),
                seen.nats(),
                job.target()));
    best = new Best(best.round(), seen, best.worse(), look.of());
  }

  /**
   * Looks, unless it has looked at this position already.
   *
   * @param tokens units trained so far
   * @return mean loss on the validation split; empty if there was no look, or is no such split
   */
  OptionalDouble look(Averaging.Position position, long tokens) throws IOException {
    int round = position.round();
    if (round == lastLooked) {
      return OptionalDouble.empty();
    }
    lastLooked = round;
    ModelLook.Seen seen = look.look(position.published(), round, tokens);
    if (seen == null) {
      best = new Best(round, best.seen(), best.worse(), best.of());
      publish(position.published(), round, tokens, null);
      return OptionalDouble.empty();
    }
    if (best.seen() == null || seen.betterThan(best.seen())) {
      best = new Best(round, seen, 0, look.of());
      publish(position.published(), round, tokens, seen);
    } else {
      best = new Best(best.round(), best.seen(), best.worse() + 1, best.of());
    }
    return OptionalDouble.of(seen.nats());
  }

  @Override
  public void close() {
    look.close();
  }

  private void publish(float[] parameters, int round, long tokens, ModelLook.Seen seen)
      throws IOException {
    start.folder().writeModel(job.content(), parameters, look.details(round, tokens, seen));
  }
}
