package org.seqlm.neural.learner;

import org.seqlm.Problems;

/**
 * How long windows are. Of one length, gradients never cross the same places of a text, pass after
 * pass; AWD-LSTM therefore draws lengths at random (Merity et al. 2018, Regularizing and Optimizing
 * LSTM Language Models, section 5): nearly normal about T, now and then about T/2, and scales a
 * window's learning rate with its length.
 *
 * <p>There every window is drawn by itself, so that a pass takes another number of steps each time.
 * Here the boundaries between windows are moved, each from its place w T by a shift of its own: the
 * mean length is exactly T, a pass keeps its steps, and so schedules, workers and a run that goes
 * on stay together. What one window loses the next one has: after one of about T/2 comes one of
 * about 3T/2.
 *
 * @param kind fixed, or random
 * @param deviation the standard deviation of a length, in tokens
 * @param half the chance that a boundary moves T/2 ahead, so that the window before it is about
 *     half as long, 0 to 0.5
 */
public record WindowLengths(Kind kind, double deviation, double half)
    implements java.io.Serializable {
  /** Every window has T tokens. */
  public static final WindowLengths FIXED = new WindowLengths(Kind.FIXED, 0, 0);

  /** Of a difference of two uniform values in [−a, a], a over its standard deviation. */
  private static final double SPREAD = Math.sqrt(1.5);

  /** Whether lengths differ. */
  public enum Kind {
    FIXED,
    RANDOM
  }

  public WindowLengths {
    new Problems()
        .present("training.window.kind", kind, "fixed or random")
        .inRange("training.window.deviation", deviation, 0, 65536)
        .inRange("training.window.half", half, 0, 0.5)
        .throwIfAny();
  }

  /** How far a shift reaches either way, beside that of T/2. */
  private double spread() {
    return kind == Kind.RANDOM ? deviation * SPREAD : 0;
  }

  private int whole() {
    return (int) Math.floor(spread() + 0.5);
  }

  private int jump(int timeSteps) {
    return kind == Kind.RANDOM && half > 0 ? timeSteps / 2 : 0;
  }

  /** The longest window that can be where the mean is T. */
  int longest(int timeSteps) {
    return timeSteps + jump(timeSteps) + 2 * whole();
  }

  /** The shortest; not positive where the lengths do not suit T. */
  int shortest(int timeSteps) {
    return timeSteps - jump(timeSteps) - 2 * whole();
  }

  /** The largest deviation with which every window has a token. */
  double largestDeviation(int timeSteps) {
    return Math.max(0, ((timeSteps - jump(timeSteps) - 1) / 2 + 0.499) / SPREAD);
  }

  /**
   * How far a boundary is moved.
   *
   * @param uniform two values in [0, 1)
   */
  int shift(int timeSteps, double uniform, double other) {
    int jump = other < half ? jump(timeSteps) : 0;
    return (int) Math.floor((2 * uniform - 1) * spread() + 0.5) - jump;
  }
}
