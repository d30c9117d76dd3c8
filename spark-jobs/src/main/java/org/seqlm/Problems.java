package org.seqlm;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects what is wrong with a set of values, so that a user sees all of it at once. Keys are
 * named as in the configuration file, for instance {@code network.hidden}.
 */
public final class Problems {
  private final List<String> found = new ArrayList<>();

  /** Requires {@code low <= value <= high}. */
  public Problems inRange(String key, long value, long low, long high) {
    if (value < low || value > high) {
      String bound =
          high == Long.MAX_VALUE || high == Integer.MAX_VALUE
              ? "at least " + low
              : low + " to " + high;
      found.add(key + " must be " + bound + ", but is " + value);
    }
    return this;
  }

  /** Requires {@code value >= low}. */
  public Problems atLeast(String key, long value, long low) {
    return inRange(key, value, low, Long.MAX_VALUE);
  }

  /** Requires a finite {@code low <= value <= high}. */
  public Problems inRange(String key, double value, double low, double high) {
    if (!(value >= low && value <= high)) {
      found.add(key + " must be " + low + " to " + high + ", but is " + value);
    }
    return this;
  }

  /** Requires a finite value greater than zero. */
  public Problems positive(String key, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      found.add(key + " must be greater than 0 and finite, but is " + value);
    }
    return this;
  }

  /** Requires a value at all; {@code remedy} says how to give one. */
  public Problems present(String key, Object value, String remedy) {
    boolean empty =
        value == null || "".equals(value) || (value instanceof List<?> list && list.isEmpty());
    if (empty) {
      found.add(key + " is missing: " + remedy);
    }
    return this;
  }

  /** Requires {@code holds}; {@code problem} is the whole line otherwise. */
  public Problems require(boolean holds, String problem) {
    if (!holds) {
      found.add(problem);
    }
    return this;
  }

  /**
   * Throws what was found.
   *
   * @throws UserException with exit code 2 and every problem, if there is any
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw UserException.configuration(found);
    }
  }
}
