package org.seqlm.neural.learner;

import java.io.Serializable;
import org.seqlm.neural.KeyedRandom;

/**
 * How a pass is cut into windows: where each begins in its stream and how long it is, as a function
 * of the step alone. Window w of a pass begins at w T, plus a shift that (seed, pass, w) decides
 * where lengths are random; a pass begins and ends without.
 *
 * @param perPass windows of a pass, at least 1
 * @param timeSteps T, the mean length
 * @param lengths how they differ
 * @param seed of the run
 */
public record PassWindows(long perPass, int timeSteps, WindowLengths lengths, long seed)
    implements Serializable {

  /** Windows of one length. */
  public static PassWindows fixed(long perPass, int timeSteps) {
    return new PassWindows(perPass, timeSteps, WindowLengths.FIXED, 0);
  }

  /** The longest window that can be. */
  public int longest() {
    return lengths.longest(timeSteps);
  }

  /** Passes before a step, from 0, over the whole run. */
  long pass(long step) {
    return step / perPass;
  }

  /** Whether a step begins a pass. */
  boolean beginsPass(long step) {
    return step % perPass == 0;
  }

  /** Tokens of a stream in its passes before a step and in the windows of this pass before it. */
  public long at(long step) {
    long window = step % perPass;
    long place = step * timeSteps;
    if (window == 0 || lengths.kind() == WindowLengths.Kind.FIXED) {
      return place;
    }
    KeyedRandom random = KeyedRandom.of(seed, "window", pass(step));
    return place
        + lengths.shift(timeSteps, random.uniform(2 * window), random.uniform(2 * window + 1));
  }

  /** Tokens of a step's window. */
  public int length(long step) {
    return (int) (at(step + 1) - at(step));
  }

  /** Where a step's window begins in its stream. */
  long offset(long step) {
    return at(step) - pass(step) * perPass * timeSteps;
  }

  /** Tokens of a stream that are left of its pass before a step; none where a pass begins. */
  long left(long step) {
    return beginsPass(step) ? 0 : perPass * timeSteps - offset(step);
  }
}
