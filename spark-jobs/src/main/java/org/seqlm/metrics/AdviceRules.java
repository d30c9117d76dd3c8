package org.seqlm.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.seqlm.Median;
import org.seqlm.metrics.Remedies.Remedy;

/**
 * The rules by which a training's figures become advice. Figures of rounds are medians over the
 * last half of them, figures of the network those of the last look; what a run did not record, no
 * rule finds fault with.
 */
public final class AdviceRules {
  /** Share of updates with a gradient that was scaled down. */
  static final double CLIPPED = 0.5;

  /**
   * Workers' distance from their mean, in its norm. Measured of an LSTM 1×128, K = 4, 0.7 M
   * characters of tiny-shakespeare, all else as it is by default: at H = 20, 50, 100 and 350 this
   * was 0.076, 0.13, 0.17 and 0.50, and the held-out loss 0, 1.5, 4 and 24 % above the first; at
   * three times the rate 0.09 and 0.21 at H = 20 and 100, with a loss 8 % higher. Good runs of
   * other outer steps and intervals had 0.06 to 0.10.
   */
  static final double DRIFT = 0.15;

  /** The slowest worker's time to the median one's. */
  static final double STRAGGLER = 1.5;

  /** Share of a round, and of a run's checkpoints, that is no training. */
  static final double OVERHEAD = 0.1;

  /** By how much of the best validation loss the last one may be above it. */
  static final double WORSE = 0.01;

  /** Looks since the best after which it is no chance. */
  private static final int LOOKS = 3;

  /** Rounds in which a process warms up: their times tell nothing. */
  private static final int WARM_UP = 2;

  /** The part of the first loss within which one that stands still stays. */
  static final double STILL = 0.01;

  /** Updates and rounds after which a loss that stands still does so for a reason. */
  private static final int UPDATES = 100;

  private static final int ROUNDS = 4;

  /** Drift of workers that move: where nothing is left to learn, they do that, too. */
  private static final double MOVING = 0.01;

  /** Seconds of training below which nobody needs to save any. */
  static final double SHORT = 30;

  /** Finds fault with a training, or null. */
  @FunctionalInterface
  private interface Rule {
    Advice find(TrainingMetrics metrics, Remedies remedies);
  }

  private static final List<Rule> RULES =
      List.of(
          NetworkRules::exploding,
          NetworkRules::vanishing,
          NetworkRules::deadGates,
          NetworkRules::saturatedGates,
          AdviceRules::notLearning,
          AdviceRules::clipping,
          AdviceRules::overfitting,
          AdviceRules::drift,
          AdviceRules::straggler,
          AdviceRules::averaging,
          AdviceRules::checkpoints,
          AdviceRules::idleSlots);

  private AdviceRules() {}

  /**
   * What to change, what spoils the result first, what costs time last; empty if all is well.
   *
   * @param config of the run, effective: no key is named that is not of its network, or has already
   *     what would be advised
   */
  public static List<Advice> of(TrainingMetrics metrics, JsonNode config) {
    Remedies remedies = new Remedies(config);
    return RULES.stream()
        .map(rule -> rule.find(metrics, remedies))
        .filter(Objects::nonNull)
        .toList();
  }

  /**
   * The loss stays where it was at first: updates are too small. A loss that goes up and down, as
   * updates make it that are too large, does not. A model that is trained on may be near its best.
   */
  private static Advice notLearning(TrainingMetrics metrics, Remedies remedies) {
    List<RoundMetrics> rounds = metrics.rounds();
    if (metrics.divergence() != null
        || remedies.startsFromModel()
        || rounds.size() < ROUNDS
        || rounds.get(0).round() != 1
        || remedies.updatesAfterWarmUp(last(rounds).steps()) < UPDATES) {
      return null;
    }
    double drift = median(metrics, 0, round -> round.drift() == null ? Double.NaN : round.drift());
    List<Look> looks = metrics.comparable();
    boolean looked = looks.size() > 1 && looks.get(0).round() == 0;
    // Without a look before it, the first round may have learnt all there is.
    if (drift > MOVING || !(looked || drift > 0)) {
      return null;
    }
    double trained =
        1 - median(metrics, 0, RoundMetrics::loss) / rounds.get(0).loss(); // share of the first
    double first = looked ? looks.get(0).nats() : Double.NaN;
    double heldOut =
        looks.stream()
            .mapToDouble(look -> 1 - look.nats() / first)
            .filter(Double::isFinite)
            .reduce(0, (a, b) -> Math.abs(b) > Math.abs(a) ? b : a);
    if (!(Math.abs(trained) < STILL) || !(Math.abs(heldOut) < STILL)) {
      return null;
    }
    return Remedies.advice(
        "not-learning",
        Math.abs(looked ? heldOut : trained),
        STILL,
        text(
            "In %,d steps the %s loss went from %.4f to %.4f nats, which is less than %.0f %% of"
                + " it, so the updates are too small to learn anything",
            last(rounds).steps(),
            looked ? "validation" : "training",
            looked ? first : rounds.get(0).loss(),
            looked ? last(looks).nats() : last(rounds).loss(),
            100 * STILL),
        Remedies.raiseRate(),
        clippedShare(metrics) > CLIPPED ? Remedies.raiseClip() : null);
  }

  private static double clippedShare(TrainingMetrics metrics) {
    return median(metrics, 0, RoundMetrics::clippedShare);
  }

  /** Where nothing is learnt that is said already, with the other remedy for the rate. */
  private static Advice clipping(TrainingMetrics metrics, Remedies remedies) {
    double clipped = clippedShare(metrics);
    return clipped > CLIPPED && notLearning(metrics, remedies) == null
        ? Remedies.advice(
            "clipping",
            clipped,
            CLIPPED,
            text(
                "%.0f %% of the updates had their gradient scaled down (%.0f %% at most is usual)",
                100 * clipped, 100 * CLIPPED),
            Remedies.raiseClip(),
            Remedies.lowerRate())
        : null;
  }

  /**
   * What is held out gets worse while what is trained on gets better. Of a task's metric a good
   * part may be chance, since few examples change their side: the loss must be above the best
   * look's, too.
   */
  private static Advice overfitting(TrainingMetrics metrics, Remedies remedies) {
    List<Look> looks = metrics.comparable();
    Look best = looks.stream().min(Look.BEST_FIRST).orElse(null);
    if (best == null || looks.size() - 1 - looks.indexOf(best) < LOOKS) {
      return null;
    }
    Look last = last(looks);
    double worse = worse(last, best);
    RoundMetrics then =
        metrics.rounds().stream()
            .filter(round -> round.round() <= best.round())
            .reduce((a, b) -> b)
            .orElse(null);
    RoundMetrics now = last(metrics.rounds());
    if (!(worse > WORSE)
        || !(last.nats() > best.nats())
        || then == null
        || !(now.loss() < then.loss())) {
      return null;
    }
    return Remedies.advice(
        "overfitting",
        worse,
        WORSE,
        text(
            "The validation %s is %.1f %% %s its best, of round %d (%.0f %% at most is chance),"
                + " while the training's %swent on falling",
            best.metric() == null ? "loss" : best.metric().name(),
            100 * worse,
            isLarger(best.metric()) ? "below" : "above",
            best.round(),
            100 * WORSE,
            best.metric() == null ? "" : "loss "),
        remedies.raiseDropout(),
        remedies.patience(LOOKS),
        Remedies.fewerEpochs());
  }

  private static boolean isLarger(Metric metric) {
    return metric != null && metric.direction() == Metric.Direction.LARGER;
  }

  /**
   * By how much of the best figure the last one is worse; NaN where that says nothing, as of a
   * figure that is not above 0.
   */
  private static double worse(Look last, Look best) {
    double was = best.metric() == null ? best.nats() : best.metric().value();
    double is = last.metric() == null ? last.nats() : last.metric().value();
    return was > 0 ? (isLarger(best.metric()) ? 1 - is / was : is / was - 1) : Double.NaN;
  }

  /** A round that is cut short, as the run's last, leaves workers no time to part. */
  private static Advice drift(TrainingMetrics metrics, Remedies remedies) {
    Map<Integer, Long> steps = stepsOfRounds(metrics);
    long most = most(steps);
    double drift =
        median(
            metrics,
            0,
            round ->
                round.drift() == null || 2 * steps.get(round.round()) < most
                    ? Double.NaN
                    : round.drift());
    return drift > DRIFT
        ? Remedies.advice(
            "drift",
            drift,
            DRIFT,
            text(
                "Workers end their rounds %.2f of the mean's norm away from it (%.2f at most is"
                    + " sound)",
                drift, DRIFT),
            remedies.shorterRounds(DRIFT),
            Remedies.lowerRate())
        : null;
  }

  /** Local steps of a worker, by round; of the first that is told all until then. */
  private static Map<Integer, Long> stepsOfRounds(TrainingMetrics metrics) {
    Map<Integer, Long> steps = new HashMap<>();
    long before = 0;
    for (RoundMetrics round : metrics.rounds()) {
      steps.put(round.round(), round.steps() - before);
      before = round.steps();
    }
    return steps;
  }

  /** Of the last half of the rounds. */
  private static long most(Map<Integer, Long> steps) {
    return steps.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .skip(steps.size() / 2)
        .mapToLong(Map.Entry::getValue)
        .max()
        .orElse(0);
  }

  /** Whether all workers of a round trained at once, as far as it tells of them. */
  private static boolean atOnce(RoundMetrics round) {
    return round.times() != null
        && !round.workers().isEmpty() // too many to be told of
        && round.workers().size() <= round.times().slots();
  }

  /** Of more workers than slots some begin when others have ended: nobody waits for one of them. */
  private static Advice straggler(TrainingMetrics metrics, Remedies remedies) {
    if (isShort(metrics)) {
      return null;
    }
    double ratio =
        median(
            metrics,
            WARM_UP,
            round ->
                !atOnce(round) || round.times().straggler() == null
                    ? Double.NaN
                    : round.times().straggler().ratio());
    Remedy longer = remedies.longerRounds(most(stepsOfRounds(metrics)));
    return ratio > STRAGGLER
        ? Remedies.advice(
            "straggler",
            ratio,
            STRAGGLER,
            text(
                "The slowest worker of a round takes %.2f times as long as the median one (%.1f"
                    + " times at most is sound), and the others wait for it",
                ratio, STRAGGLER),
            new Remedy(null, "run all executors on equal machines, with a core for each worker"),
            new Remedy(
                longer.key(), longer.text() + " if it is not the same worker in every round"))
        : null;
  }

  /** Of more workers than slots some begin when others have ended: their wait is no overhead. */
  private static Advice averaging(TrainingMetrics metrics, Remedies remedies) {
    if (isShort(metrics)) {
      return null;
    }
    double overhead =
        median(metrics, WARM_UP, round -> atOnce(round) ? round.overhead() : Double.NaN);
    return overhead > OVERHEAD
        ? Remedies.advice(
            "averaging-overhead",
            overhead,
            OVERHEAD,
            text(
                "%.0f %% of a round is no training but starting, sending and averaging (%.0f %% at"
                    + " most is sound)",
                100 * overhead, 100 * OVERHEAD),
            remedies.longerRounds(most(stepsOfRounds(metrics))))
        : null;
  }

  /** What workers that train on meanwhile, where averages are delayed, did not make up for. */
  private static double waitedForCheckpoint(RoundMetrics round) {
    double checkpoint = round.times().checkpoint();
    RoundTimes.Phases phases = round.times().phases();
    return phases == null
        ? checkpoint
        : Math.min(checkpoint, Math.max(0, checkpoint + round.seconds() - phases.trained()));
  }

  private static Advice checkpoints(TrainingMetrics metrics, Remedies remedies) {
    if (isShort(metrics)) {
      return null;
    }
    double writing =
        metrics.rounds().stream()
            .filter(round -> round.times() != null && round.times().checkpoint() != null)
            .mapToDouble(AdviceRules::waitedForCheckpoint)
            .sum();
    double share = writing / metrics.seconds();
    Remedy rarer = remedies.rarerCheckpoints(metrics.rounds().size());
    return share > OVERHEAD && rarer != null
        ? Remedies.advice(
            "checkpoint-overhead",
            share,
            OVERHEAD,
            text(
                "%.0f %% of the time went into checkpoints (%.0f %% at most is sound)",
                100 * share, 100 * OVERHEAD),
            rarer)
        : null;
  }

  /** Of GPUs it is not known how many tasks they take; not every round tells that it had one. */
  private static Advice idleSlots(TrainingMetrics metrics, Remedies remedies) {
    RoundMetrics last = last(metrics.rounds());
    if (last == null || last.times() == null || last.workers().isEmpty()) {
      return null;
    }
    int workers = last.workers().size();
    boolean gpus =
        remedies.isOnGpus()
            || metrics.rounds().stream()
                .filter(round -> round.times() != null)
                .flatMap(round -> round.times().workers().stream())
                .anyMatch(worker -> worker.gpu() != null);
    return !gpus && workers < last.times().slots()
        ? Remedies.advice(
            "idle-slots",
            (double) workers,
            (double) last.times().slots(),
            text(
                "%d workers train where %d tasks would run at a time",
                workers, last.times().slots()),
            new Remedy(
                "averaging.workers", "raise averaging.workers (another number is another result)"))
        : null;
  }

  private static boolean isShort(TrainingMetrics metrics) {
    return metrics.seconds() < SHORT;
  }

  static <T> T last(List<T> values) {
    return values.isEmpty() ? null : values.get(values.size() - 1);
  }

  /**
   * Over the last half of the rounds.
   *
   * @param from rounds to leave out at the beginning
   * @param figure of a round, NaN if it has none
   * @return NaN without any
   */
  private static double median(
      TrainingMetrics metrics, int from, ToDoubleFunction<RoundMetrics> figure) {
    List<RoundMetrics> rounds = metrics.rounds();
    return Median.of(
        rounds.stream()
            .skip(Math.max(from, rounds.size() / 2))
            .mapToDouble(figure)
            .filter(Double::isFinite));
  }

  static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
