package org.seqlm.metrics;

import static org.seqlm.metrics.AdviceRules.last;
import static org.seqlm.metrics.AdviceRules.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.seqlm.metrics.DiagnosisMetrics.Gate;
import org.seqlm.metrics.DiagnosisMetrics.Layer;
import org.seqlm.metrics.DiagnosisMetrics.Matrix;
import org.seqlm.metrics.Remedies.Cell;

/** The rules of what goes on inside a network. */
final class NetworkRules {
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

  private NetworkRules() {}

  /** The run diverged; or gradients grow the further back they go, and a matrix lets them. */
  static Advice exploding(TrainingMetrics metrics, Remedies remedies) {
    if (metrics.divergence() != null) {
      String finding = text("The training exploded in round %d", metrics.divergence().round());
      return Remedies.advice(
          "exploding",
          null,
          null,
          finding,
          Remedies.lowerRate(),
          remedies.clipOfDiverged(),
          remedies.boundedActivation(remedies.cell()));
    }
    DiagnosisMetrics last = last(metrics.diagnoses());
    if (last == null) {
      return null;
    }
    for (Layer layer : last.layers()) {
      double growth = Math.max(growth(layer.gradients()), growth(layer.memoryGradients()));
      double radius = layer.matrices().stream().mapToDouble(Matrix::radius).max().orElse(0);
      if (growth > EXPLODED && radius > RADIUS) {
        return Remedies.advice(
            "exploding",
            growth,
            EXPLODED,
            text(
                "Gradients of layer %d grow to %.3g times the last step's on their way back (%.0f"
                    + " at most is sound), and a recurrent matrix has the spectral radius %.3g,"
                    + " above %.0f",
                layer.layer() + 1, growth, EXPLODED, radius, RADIUS),
            remedies.lowerClip(),
            Remedies.lowerRate(),
            remedies.boundedActivation(remedies.cell()));
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
  static Advice vanishing(TrainingMetrics metrics, Remedies remedies) {
    DiagnosisMetrics last = last(metrics.diagnoses());
    if (last == null || last.timeSteps() <= FAR) {
      return null;
    }
    double left = metrics.diagnoses().stream().mapToDouble(NetworkRules::left).max().orElse(-1);
    // Where the last has no gradient at all, nothing vanishes on the way.
    if (left(last) < 0 || left >= VANISHED) {
      return null;
    }
    Cell cell = cell(last.layers().get(0));
    return Remedies.advice(
        "vanishing",
        left,
        VANISHED,
        text(
            "Of the last step's gradient %.2g is left %d steps back at most (%.0e at least is"
                + " sound), so nothing older is learnt",
            left, FAR, VANISHED),
        remedies.openForgetGates(cell),
        remedies.longerMemory(cell),
        cell == Cell.SIMPLE ? remedies.steepActivation(cell) : null,
        cell == Cell.SIMPLE ? null : Remedies.lowerRateOfSaturated());
  }

  private static Cell cell(Layer layer) {
    if (layer.gates().stream().anyMatch(gate -> gate.gate().equals("f"))) {
      return Cell.LSTM;
    }
    boolean simple = layer.gates().stream().anyMatch(gate -> gate.gate().equals("h"));
    return simple ? Cell.SIMPLE : Cell.GATED;
  }

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

  static Advice deadGates(TrainingMetrics metrics, Remedies remedies) {
    Place worst = worst(metrics, Gate::dead);
    if (worst == null || worst.gate().dead() < DEAD) {
      return null;
    }
    boolean forget = worst.gate().gate().equals("f");
    boolean simple = worst.gate().gate().equals("h");
    Remedies.Remedy activation = simple ? remedies.movingActivation(Cell.SIMPLE) : null;
    return Remedies.advice(
        "dead-gates",
        worst.gate().dead(),
        DEAD,
        text(
            "%.0f %% of the units of layer %d have a gate %s that never moves from one end (below"
                + " %.0f %% is sound)",
            100 * worst.gate().dead(), worst.layer() + 1, worst.gate().gate(), 100 * DEAD),
        forget ? remedies.usualForgetGates() : null,
        Remedies.lowerRate(),
        activation,
        forget || activation != null ? null : remedies.lowerClip());
  }

  static Advice saturatedGates(TrainingMetrics metrics, Remedies remedies) {
    Place worst =
        worst(metrics, gate -> gate.dead() >= DEAD ? 0 : gate.saturated()); // dead is said already
    if (worst == null || worst.gate().dead() >= DEAD || worst.gate().saturated() < SATURATED) {
      return null;
    }
    return Remedies.advice(
        "saturated-gates",
        worst.gate().saturated(),
        SATURATED,
        text(
            "%.0f %% of the values of gate %s of layer %d lie at an end of their range (below %.0f"
                + " %% is sound), where they hardly learn",
            100 * worst.gate().saturated(),
            worst.gate().gate(),
            worst.layer() + 1,
            100 * SATURATED),
        Remedies.lowerRate(),
        remedies.lowerClip());
  }
}
