package org.seqlm.spark.watch;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The {@link Figure}s of this process as they are now. Who comes to one sets it, whether anybody
 * watches or not; they decide nothing. A driver runs one command at a time, so there is one set.
 */
public final class Figures {
  private static final AtomicLongArray BITS = new AtomicLongArray(Figure.values().length);

  static {
    for (Figure figure : Figure.values()) {
      BITS.set(figure.ordinal(), Double.doubleToRawLongBits(first(figure)));
    }
  }

  private Figures() {}

  /** Nothing has failed before anything ran; of all else nothing is known. */
  private static double first(Figure figure) {
    return switch (figure) {
      case TASKS_FAILED, TASKS_REPEATED, TASKS_SHUFFLE_BYTES, TASKS_SPILLED_BYTES, EXECUTORS_LOST ->
          0;
      default -> Double.NaN;
    };
  }

  /** The figure is this from now on. */
  public static void set(Figure figure, double value) {
    BITS.set(figure.ordinal(), Double.doubleToRawLongBits(value));
  }

  /** The figure is so much more; the first time, this. */
  public static void add(Figure figure, double more) {
    BITS.updateAndGet(
        figure.ordinal(),
        bits -> {
          double before = Double.longBitsToDouble(bits);
          return Double.doubleToRawLongBits(Double.isNaN(before) ? more : before + more);
        });
  }

  /** NaN as long as nobody knows. */
  public static double of(Figure figure) {
    return Double.longBitsToDouble(BITS.get(figure.ordinal()));
  }
}
