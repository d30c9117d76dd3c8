package org.seqlm.neural.optimizer;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.seqlm.Problems;

/**
 * What is done with a gradient. Gradients are of the mean loss over the tokens of an update's
 * windows; they are clipped by value first and by their global norm then (Pascanu et al. 2013,
 * algorithm 1).
 *
 * @param kind of update
 * @param clipNorm θ: g ← g·θ/‖g‖ where ‖g‖ > θ; 0 clips nothing
 * @param clipValue each component to ±θ; 0 clips nothing
 * @param settings of the kind; those that are null, or null itself, are the kind's own
 */
public record InnerOptimizer(Kind kind, double clipNorm, double clipValue, Settings settings)
    implements java.io.Serializable {

  /**
   * Which update of the parameters θ by a gradient g at the rate α. Moments begin with zero. But
   * for {@link #ADAMW}, weight decay λ is g ← g + λθ after clipping.
   */
  public enum Kind {
    /**
     * Kingma and Ba 2015, in the form at the end of section 2: m ← β1 m + (1 − β1) g, v ← β2 v + (1
     * − β2) g², θ ← θ − α √(1 − β2ᵗ) / (1 − β1ᵗ) m / (√v + ε̂), t from 1.
     */
    ADAM(2, 12, new Settings(0.9, 0.999, 1e-8, null, null, 0.0)),
    /**
     * Loshchilov and Hutter 2019, algorithm 2: θ ← θ − αλθ, then Adam's algorithm 1, θ ← θ − α m̂ /
     * (√v̂ + ε). Decay is at the rate α, as PyTorch has it: the paper's λ is αλ here.
     */
    ADAMW(2, 12, new Settings(0.9, 0.999, 1e-8, null, null, 0.01)),
    /** Plain gradient descent: θ ← θ − αg. */
    SGD(0, 2, new Settings(null, null, null, null, null, 0.0)),
    /** Polyak 1964, the heavy ball, in PyTorch's form: v ← μv + g, θ ← θ − αv. */
    MOMENTUM(1, 4, new Settings(null, null, null, 0.9, null, 0.0)),
    /** Sutskever et al. 2013 in PyTorch's form: v ← μv + g, θ ← θ − α(g + μv). */
    NESTEROV(1, 6, new Settings(null, null, null, 0.9, null, 0.0)),
    /** Tieleman and Hinton 2012, in PyTorch's form: v ← ρv + (1 − ρ) g², θ ← θ − αg / (√v + ε). */
    RMSPROP(1, 9, new Settings(null, null, 1e-8, null, 0.99, 0.0)),
    /** Duchi et al. 2011: v ← v + g², θ ← θ − αg / (√v + ε). */
    ADAGRAD(1, 7, new Settings(null, null, 1e-6, null, null, 0.0));

    private final int moments;
    private final int operations;
    private final Settings own;

    Kind(int moments, int operations, Settings own) {
      this.moments = moments;
      this.operations = operations;
      this.own = own;
    }

    /** Values kept for each parameter. */
    public int moments() {
      return moments;
    }

    /**
     * Whether the size of gradients cancels out of its updates: clipping cannot make them small.
     */
    public boolean normalises() {
      return switch (this) {
        case ADAM, ADAMW, RMSPROP, ADAGRAD -> true;
        case SGD, MOMENTUM, NESTEROV -> false;
      };
    }

    /** What it has, with the values of its paper or, where that leaves them open, PyTorch's. */
    public Settings own() {
      return own;
    }
  }

  /**
   * Settings of an update; null is the kind's own value, and of what a kind has not always null.
   *
   * @param beta1 β1, 0 to less than 1
   * @param beta2 β2, 0 to less than 1
   * @param epsilon ε, greater than 0, at most 1
   * @param momentum μ, 0 to less than 1
   * @param decay ρ, 0 to less than 1
   * @param weightDecay λ, 0 to 1; decoupled from the gradient in {@link Kind#ADAMW}
   */
  public record Settings(
      Double beta1, Double beta2, Double epsilon, Double momentum, Double decay, Double weightDecay)
      implements java.io.Serializable {
    /** The kind's own. */
    public static final Settings OWN = new Settings(null, null, null, null, null, null);

    private static final String GROUP = "training.optimizer-settings.";

    private void check(Kind kind, Problems problems) {
      check(problems, kind, "beta1", beta1, kind.own.beta1, "adam and adamw");
      check(problems, kind, "beta2", beta2, kind.own.beta2, "adam and adamw");
      check(problems, kind, "momentum", momentum, kind.own.momentum, "momentum and nesterov");
      check(problems, kind, "decay", decay, kind.own.decay, "rmsprop");
      require(
          problems, kind, "epsilon", epsilon, kind.own.epsilon, "adam, adamw, rmsprop and adagrad");
      if (epsilon != null) {
        problems
            .positive(GROUP + "epsilon", epsilon)
            .require(epsilon <= 1, GROUP + "epsilon must be at most 1, but is " + epsilon);
      }
      if (weightDecay != null) {
        problems.inRange(GROUP + "weight-decay", weightDecay, 0, 1);
      }
    }

    /** Of a factor by which something of the past is kept. */
    private static void check(
        Problems problems, Kind kind, String key, Double given, Double own, String kinds) {
      require(problems, kind, key, given, own, kinds);
      if (given != null) {
        problems.inRange(GROUP + key, given, 0, 0.999999);
      }
    }

    private static void require(
        Problems problems, Kind kind, String key, Double given, Double own, String kinds) {
      problems.require(
          given == null || own != null,
          GROUP
              + key
              + " is of training.optimizer "
              + kinds
              + ", but that is "
              + name(kind)
              + ": leave it at null, or choose one that has it");
    }

    private Settings over(Settings own) {
      return new Settings(
          or(beta1, own.beta1),
          or(beta2, own.beta2),
          or(epsilon, own.epsilon),
          or(momentum, own.momentum),
          or(decay, own.decay),
          or(weightDecay, own.weightDecay));
    }

    private static Double or(Double given, Double own) {
      return given == null ? own : given;
    }
  }

  public InnerOptimizer {
    Problems problems =
        new Problems()
            .present("training.optimizer", kind, names())
            .inRange("training.clip-norm", clipNorm, 0, 1e9)
            .inRange("training.clip-value", clipValue, 0, 1e9);
    if (kind != null) {
      settings = settings == null ? Settings.OWN : settings;
      settings.check(kind, problems);
      settings = settings.over(kind.own);
    }
    problems.throwIfAny();
  }

  /** With the kind's own settings. */
  public InnerOptimizer(Kind kind, double clipNorm, double clipValue) {
    this(kind, clipNorm, clipValue, Settings.OWN);
  }

  /** λ, 0 to 1. */
  public double weightDecay() {
    return settings.weightDecay();
  }

  /** Whether all its settings are the kind's own. */
  public boolean isOwn() {
    return settings.equals(kind.own);
  }

  /**
   * What the update's last term is multiplied by: the rate α, and for Adam α √(1 − β2ᵗ) / (1 −
   * β1ᵗ). Powers are StrictMath's, the same on every Java machine.
   *
   * @param update t, from 1
   */
  public double rate(double rate, long update) {
    return settings.beta1() == null
        ? rate
        : rate
            * Math.sqrt(1 - StrictMath.pow(settings.beta2(), update))
            / (1 - StrictMath.pow(settings.beta1(), update));
  }

  /**
   * What is added to the root: ε; Adam's ε̂, and for AdamW what its ε is in that form, ε √(1 −
   * β2ᵗ).
   *
   * @param update t, from 1
   * @return 0 for a kind without a root
   */
  public double epsilon(long update) {
    if (settings.epsilon() == null) {
      return 0;
    }
    return kind == Kind.ADAMW
        ? settings.epsilon() * Math.sqrt(1 - StrictMath.pow(settings.beta2(), update))
        : settings.epsilon();
  }

  /** Operations of an update for each parameter. */
  public int operations() {
    int decay = weightDecay() == 0 ? 0 : kind == Kind.ADAMW ? 1 : 2;
    return kind.operations + decay + (clipNorm > 0 ? 3 : 0) + (clipValue > 0 ? 2 : 0);
  }

  private static String name(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static String names() {
    return Stream.of(Kind.values()).map(InnerOptimizer::name).collect(Collectors.joining(", "));
  }
}
