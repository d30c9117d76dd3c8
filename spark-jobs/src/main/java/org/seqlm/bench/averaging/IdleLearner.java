package org.seqlm.bench.averaging;

import java.util.Arrays;
import java.util.Iterator;
import org.seqlm.neural.learner.Learner;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.learner.WorkerResult;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.optimizer.InnerMoments;

/**
 * Learners that train nothing: each round they return at once parameters and moments that were made
 * before, so that a round of them costs what rounds cost beside training.
 *
 * @param parameters of the model
 * @param moments a parameter, 0 for none
 */
record IdleLearner(int parameters, int moments) implements Learner.Factory<Integer> {
  /** Those of the last learner, shared by all: a large model need not be there K times. */
  private static volatile Arrays2 made = new Arrays2(new float[0], new float[0]);

  private record Arrays2(float[] changed, float[] moments) {}

  /** The i-th parameter after any round. */
  static float changed(int i) {
    return Float.intBitsToFloat(0x3c000000 | (i * 0x9E3779B1) >>> 9);
  }

  @Override
  public Learner<Integer> create() {
    return this::train;
  }

  @Override
  public String key() {
    return "idle " + parameters + " " + moments;
  }

  private WorkerResult train(
      float[] before, WorkerState state, Iterator<Integer> steps, RoundPlan plan) {
    if (before.length != parameters) {
      throw new IllegalArgumentException(before.length + " parameters, not " + parameters);
    }
    long tokens = 0;
    while (steps.hasNext()) {
      steps.next();
      tokens++;
    }
    Arrays2 result = made(parameters, parameters * moments);
    float[] kept = plan.moments() == InnerMoments.RESET ? new float[0] : result.moments;
    return new WorkerResult(
        result.changed,
        new WorkerState(plan.firstStep() + tokens, state.updates() + tokens, kept, new float[0]),
        tokens,
        tokens,
        0,
        1,
        null);
  }

  private static Arrays2 made(int parameters, int moments) {
    Arrays2 now = made;
    if (now.changed.length != parameters || now.moments.length != moments) {
      synchronized (IdleLearner.class) {
        now = made;
        if (now.changed.length != parameters || now.moments.length != moments) {
          made = new Arrays2(new float[0], new float[0]);
          float[] changed = new float[parameters];
          for (int i = 0; i < parameters; i++) {
            changed[i] = changed(i);
          }
          // Moments compress no better than parameters do.
          float[] kept = new float[moments];
          for (int i = 0; i < moments; i++) {
            kept[i] = changed(i + 1);
          }
          now = new Arrays2(changed, kept);
          made = now;
        }
      }
    }
    return now;
  }

  /** Lets the arrays of this process go. */
  static void forget() {
    made = new Arrays2(new float[0], new float[0]);
  }

  /** How many values of a mean are not those that every worker returned. */
  static long wrong(float[] mean) {
    long wrong = 0;
    for (int i = 0; i < mean.length; i++) {
      wrong += mean[i] == changed(i) ? 0 : 1;
    }
    return wrong;
  }

  /** Deterministic start. */
  static float[] start(int parameters) {
    float[] start = new float[parameters];
    Arrays.fill(start, 0.5f);
    return start;
  }
}
