package org.seqlm.metrics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.seqlm.Median;
import org.seqlm.metrics.DiagnosisMetrics.Gate;
import org.seqlm.metrics.DiagnosisMetrics.Layer;
import org.seqlm.metrics.DiagnosisMetrics.Matrix;

/**
 * The rules by which a training's figures become advice. Figures of rounds are medians over the
 * last half of them, figures of the network those of the last look; what a run did not record, no
 * rule finds fault with.
 */
public final class AdviceRules {
  /** Steps back at which gradients are compared with the last step's. */
  static final int FAR = 8;

  /** A gradient that far back below this share of the last step's has vanished. */
  static final double VANISHED = 1e-3;

  /** A gradient that is so many times the last step's has exploded. */
  static final double EXPLODED = 10;

  /** Spectral radius above which a linear recurrence explodes. */
  static final double RADIUS = 1;

  /** Share of a gate's units without any use. */
  static final double DEAD = 0.5;

  /** Share of a gate's values at an end of their range. */
  static final double SATURATED = 0.97;

  /** Share of updates with a gradient that was scaled down. */
  static final double CLIPPED = 0.5;

  /** Workers' distance from their mean, in its norm. */
  static final double DRIFT = 0.5;

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

  /** Seconds in rounds below which nobody needs to save any. */
  static final double SHORT = 30;

  private static final List<Function<TrainingMetrics, Advice>> RULES =
      List.of(
          AdviceRules::exploding,
          AdviceRules::vanishing,
          AdviceRules::deadGates,
          AdviceRules::saturatedGates,
          AdviceRules::clipping,
          AdviceRules::overfitting,
          AdviceRules::drift,
          AdviceRules::straggler,
          AdviceRules::averaging,
          AdviceRules::checkpoints,
          AdviceRules::idleSlots);

  private AdviceRules() {}

  /** What to change, what spoils the result first, what costs time last; empty if all is well. */
  public static List<Advice> of(TrainingMetrics metrics) {
    return RULES.stream().map(rule -> rule.apply(metrics)).filter(Objects::nonNull).toList();
  }

  /** The run diverged; or gradients grow the further back they go, and a matrix lets them. */
  private static Advice exploding(TrainingMetrics metrics) {
    List<String> keys =
        List.of("training.clip-norm", "training.learning-rate", "network.activation");
    String remedy =
        "clip gradients (training.clip-norm above 0), lower training.learning-rate, or choose"
            + " network.activation tanh";
    if (metrics.divergence() != null) {
      return new Advice(
          "exploding",
          null,
          null,
          keys,
          text("The training exploded in round %d: %s", metrics.divergence().round(), remedy));
    }
    DiagnosisMetrics last = last(metrics.diagnoses());
    if (last == null) {
      return null;
    }
    for (Layer layer : last.layers()) {
      double growth = Math.max(growth(layer.gradients()), growth(layer.memoryGradients()));
      double radius = layer.matrices().stream().mapToDouble(Matrix::radius).max().orElse(0);
      if (growth > EXPLODED && radius > RADIUS) {
        return new Advice(
            "exploding",
            growth,
            EXPLODED,
            keys,
            text(
                "Gradients of layer %d grow to %.3g times the last step's on their way back (%.0f"
                    + " at most is sound), and a recurrent matrix has the spectral radius %.3g,"
                    + " above %.0f: %s",
                layer.layer() + 1, growth, EXPLODED, radius, RADIUS, remedy));
      }
    }
    return null;
  }

  private static double growth(List<Double> gradients) {
    double last = gradients.isEmpty() ? 0 : gradients.get(0);
    return last > 0 ? gradients.stream().mapToDouble(norm -> norm / last).max().orElse(0) : 0;
  }

  /**
   * At no look anything was left, in any layer, of the gradient a few steps back. The last look
   * alone would not tell: a network that has learnt a text may find all it needs in the last steps
   * of a window.
   */
  private static Advice vanishing(TrainingMetrics metrics) {
    DiagnosisMetrics last = last(metrics.diagnoses());
    if (last == null || last.timeSteps() <= FAR) {
      return null;
    }
    double left = metrics.diagnoses().stream().mapToDouble(AdviceRules::left).max().orElse(-1);
    // Where the last has no gradient at all, nothing vanishes on the way.
    if (left(last) < 0 || left >= VANISHED) {
      return null;
    }
    Layer layer = last.layers().get(0);
    boolean lstm = layer.gates().stream().anyMatch(gate -> gate.gate().equals("f"));
    boolean simple = layer.gates().stream().anyMatch(gate -> gate.gate().equals("h"));
    List<String> keys =
        lstm
            ? List.of("network.forget-bias", "training.learning-rate")
            : simple
                ? List.of("network.cell", "network.activation")
                : List.of("network.cell", "training.learning-rate");
    String remedy =
        lstm
            ? "set network.forget-bias to 1 or 2, or lower training.learning-rate if gates are"
                + " saturated"
            : simple
                ? "choose network.cell lstm or gru, or network.activation tanh or relu"
                : "choose network.cell lstm with network.forget-bias 1, or lower"
                    + " training.learning-rate if gates are saturated";
    return new Advice(
        "vanishing",
        left,
        VANISHED,
        keys,
        text(
            "Of the last step's gradient %.2g is left %d steps back at most (%.0e at least is"
                + " sound), so nothing older is learnt: %s",
            left, FAR, VANISHED, remedy));
  }

  /** The share of the last step's gradient; negative where there is none to compare with. */
  /** The share of a look's gradient that is left, in the layer of which most is; -1 of none. */
  private static double left(DiagnosisMetrics look) {
    return look.layers().stream()
        .mapToDouble(layer -> Math.max(left(layer.gradients()), left(layer.memoryGradients())))
        .max()
        .orElse(-1);
  }

  private static double left(List<Double> gradients) {
    return gradients.size() <= FAR || !(gradients.get(0) > 0)
        ? -1
        : gradients.get(FAR) / gradients.get(0);
  }

  /** A gate of a layer. */
  private record Place(int layer, Gate gate) {}

  private static Place worst(TrainingMetrics metrics, ToDoubleFunction<Gate> figure) {
    DiagnosisMetrics last = last(metrics.diagnoses());
    if (last == null) {
      return null;
    }
    List<Place> places = new ArrayList<>();
    for (Layer layer : last.layers()) {
      layer.gates().forEach(gate -> places.add(new Place(layer.layer(), gate)));
    }
    return places.stream()
        .max(Comparator.comparingDouble(place -> figure.applyAsDouble(place.gate())))
        .orElse(null);
  }

  private static Advice deadGates(TrainingMetrics metrics) {
    Place worst = worst(metrics, Gate::dead);
    if (worst == null || worst.gate().dead() < DEAD) {
      return null;
    }
    boolean forget = worst.gate().gate().equals("f");
    boolean simple = worst.gate().gate().equals("h");
    return new Advice(
        "dead-gates",
        worst.gate().dead(),
        DEAD,
        forget
            ? List.of("network.forget-bias", "training.learning-rate")
            : simple
                ? List.of("training.learning-rate", "network.activation")
                : List.of("training.learning-rate", "training.clip-norm"),
        text(
            "%.0f %% of the units of layer %d have a gate %s that never moves from one end (below"
                + " %.0f %% is sound): %s",
            100 * worst.gate().dead(),
            worst.layer() + 1,
            worst.gate().gate(),
            100 * DEAD,
            forget
                ? "set network.forget-bias to 0, 1 or 2, or lower training.learning-rate"
                : simple
                    ? "lower training.learning-rate, or choose network.activation tanh"
                    : "lower training.learning-rate or training.clip-norm"));
  }

  private static Advice saturatedGates(TrainingMetrics metrics) {
    Place worst =
        worst(metrics, gate -> gate.dead() >= DEAD ? 0 : gate.saturated()); // dead is said already
    if (worst == null || worst.gate().dead() >= DEAD || worst.gate().saturated() < SATURATED) {
      return null;
    }
    return new Advice(
        "saturated-gates",
        worst.gate().saturated(),
        SATURATED,
        List.of("training.learning-rate", "training.clip-norm"),
        text(
            "%.0f %% of the values of gate %s of layer %d lie at an end of their range (below %.0f"
                + " %% is sound), where they hardly learn: lower training.learning-rate or"
                + " training.clip-norm",
            100 * worst.gate().saturated(),
            worst.gate().gate(),
            worst.layer() + 1,
            100 * SATURATED));
  }

  private static Advice clipping(TrainingMetrics metrics) {
    double clipped = median(metrics, 0, RoundMetrics::clippedShare);
    return clipped > CLIPPED
        ? new Advice(
            "clipping",
            clipped,
            CLIPPED,
            List.of("training.clip-norm", "training.learning-rate"),
            text(
                "%.0f %% of the updates had their gradient scaled down (%.0f %% at most is usual):"
                    + " raise training.clip-norm, or lower training.learning-rate",
                100 * clipped, 100 * CLIPPED))
        : null;
  }

  /** Held-out text gets worse while the text that is trained on gets better. */
  private static Advice overfitting(TrainingMetrics metrics) {
    List<ValidationMetrics> looks = metrics.validations();
    ValidationMetrics best =
        looks.stream()
            .min(Comparator.comparingDouble(ValidationMetrics::natsPerToken))
            .orElse(null);
    if (best == null || looks.size() - 1 - looks.indexOf(best) < LOOKS) {
      return null;
    }
    ValidationMetrics last = last(looks);
    double worse = last.natsPerToken() / best.natsPerToken() - 1;
    RoundMetrics then =
        metrics.rounds().stream()
            .filter(round -> round.round() <= best.round())
            .reduce((a, b) -> b)
            .orElse(null);
    RoundMetrics now = last(metrics.rounds());
    if (worse <= WORSE || then == null || !(now.loss() < then.loss())) {
      return null;
    }
    return new Advice(
        "overfitting",
        worse,
        WORSE,
        List.of("network.dropout", "validation.patience", "training.epochs"),
        text(
            "The validation loss is %.1f %% above its best, of round %d (%.0f %% at most is"
                + " chance), while the training's went on falling: raise network.dropout, or end"
                + " earlier (validation.patience %d, or fewer training.epochs)",
            100 * worse, best.round(), 100 * WORSE, LOOKS));
  }

  private static Advice drift(TrainingMetrics metrics) {
    double drift = median(metrics, 0, round -> round.drift() == null ? Double.NaN : round.drift());
    return drift > DRIFT
        ? new Advice(
            "drift",
            drift,
            DRIFT,
            List.of("averaging.frequency", "training.learning-rate"),
            text(
                "Workers end their rounds %.2f of the mean's norm away from it (%.2f at most is"
                    + " sound): lower averaging.frequency, or training.learning-rate",
                drift, DRIFT))
        : null;
  }

  private static Advice straggler(TrainingMetrics metrics) {
    if (isShort(metrics)) {
      return null;
    }
    double ratio =
        median(
            metrics,
            WARM_UP,
            round ->
                round.times() == null || round.times().straggler() == null
                    ? Double.NaN
                    : round.times().straggler().ratio());
    return ratio > STRAGGLER
        ? new Advice(
            "straggler",
            ratio,
            STRAGGLER,
            List.of("averaging.frequency", "averaging.workers"),
            text(
                "The slowest worker takes %.2f times the median one's time (%.1f at most is sound),"
                    + " and all wait for it: give all executors equal machines and a core a task,"
                    + " raise averaging.frequency if another worker is slow each time, or lower"
                    + " averaging.workers to what the cluster runs at a time",
                ratio, STRAGGLER))
        : null;
  }

  /** More workers than slots come in turns: the later ones' wait is no overhead. */
  private static Advice averaging(TrainingMetrics metrics) {
    if (isShort(metrics)) {
      return null;
    }
    double overhead =
        median(
            metrics,
            WARM_UP,
            round ->
                round.times() == null
                        || round.workers().isEmpty() // too many to be told of
                        || round.workers().size() > round.times().slots()
                    ? Double.NaN
                    : round.overhead());
    return overhead > OVERHEAD
        ? new Advice(
            "averaging-overhead",
            overhead,
            OVERHEAD,
            List.of("averaging.frequency"),
            text(
                "%.0f %% of a round is no training but starting, sending and averaging (%.0f %% at"
                    + " most is sound): raise averaging.frequency",
                100 * overhead, 100 * OVERHEAD))
        : null;
  }

  /** What workers that train on meanwhile, where averages are delayed, did not make up for. */
  private static double waitedForCheckpoint(RoundMetrics round) {
    double checkpoint = round.times().checkpoint();
    RoundTimes.Phases phases = round.times().phases();
    return phases == null
        ? checkpoint
        : Math.min(checkpoint, Math.max(0, checkpoint + round.seconds() - phases.compute()));
  }

  private static Advice checkpoints(TrainingMetrics metrics) {
    if (isShort(metrics)) {
      return null;
    }
    double writing =
        metrics.rounds().stream()
            .filter(round -> round.times() != null && round.times().checkpoint() != null)
            .mapToDouble(AdviceRules::waitedForCheckpoint)
            .sum();
    double share = writing / (writing + seconds(metrics));
    return share > OVERHEAD
        ? new Advice(
            "checkpoint-overhead",
            share,
            OVERHEAD,
            List.of("checkpoints.every"),
            text(
                "%.0f %% of the time went into checkpoints (%.0f %% at most is sound): raise"
                    + " checkpoints.every",
                100 * share, 100 * OVERHEAD))
        : null;
  }

  /** Of GPUs it is not known how many tasks they take. */
  private static Advice idleSlots(TrainingMetrics metrics) {
    RoundMetrics last = last(metrics.rounds());
    if (last == null || last.times() == null || last.workers().isEmpty()) {
      return null;
    }
    int workers = last.workers().size();
    boolean gpus = last.times().workers().stream().anyMatch(worker -> worker.gpu() != null);
    return !gpus && workers < last.times().slots()
        ? new Advice(
            "idle-slots",
            (double) workers,
            (double) last.times().slots(),
            List.of("averaging.workers"),
            text(
                "%d workers train where %d tasks would run at a time: raise averaging.workers"
                    + " (another number is another result)",
                workers, last.times().slots()))
        : null;
  }

  private static double seconds(TrainingMetrics metrics) {
    return metrics.rounds().stream().mapToDouble(RoundMetrics::seconds).sum();
  }

  private static boolean isShort(TrainingMetrics metrics) {
    return seconds(metrics) < SHORT;
  }

  private static <T> T last(List<T> values) {
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

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
