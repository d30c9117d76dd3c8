package org.seqlm.neural.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.optimizer.InnerMoments;

/** Random texts and plans for tests of the engine. */
public final class Windows {
  private Windows() {}

  /** A token of a stream of a random text. */
  static int token(int vocabulary, int stream, int at) {
    return (int) (KeyedRandom.of(9, "text").uniform(100_000L * stream + at) * vocabulary);
  }

  /** Inputs and targets, (B, T) each, of a window. */
  static int[][] tokens(int vocabulary, int batch, int time, int window) {
    int[][] result = new int[2][batch * time];
    for (int b = 0; b < batch; b++) {
      for (int t = 0; t < time; t++) {
        result[0][b * time + t] = token(vocabulary, b, window * time + t);
        result[1][b * time + t] = token(vocabulary, b, window * time + t + 1);
      }
    }
    return result;
  }

  public static List<TorchWindow> of(int vocabulary, int batch, int time, int windows) {
    List<TorchWindow> result = new ArrayList<>();
    for (int w = 0; w < windows; w++) {
      int[][] tokens = tokens(vocabulary, batch, time, w);
      result.add(new TorchWindow(batch, time, tokens[0], tokens[1]));
    }
    return result;
  }

  static RoundPlan plan(long first, double rate, int steps, InnerMoments moments) {
    double[] rates = new double[steps];
    Arrays.fill(rates, rate);
    return new RoundPlan(1, 0, 4, first, rates, 1000, 100, moments);
  }

  public static RoundPlan plan(long first, double rate, int steps) {
    return plan(first, rate, steps, InnerMoments.LOCAL);
  }
}
