package org.seqlm.gate;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Holm's correction for several tests at once, whatever their dependence. */
public final class Holm {
  private Holm() {}

  /**
   * Adjusted p-values (Holm 1979, "A simple sequentially rejective multiple test procedure"): those
   * that are at most α are the tests that the procedure rejects at level α. The i-th smallest of n
   * is max over j ≤ i of min(1, (n − j + 1)·p_(j)).
   *
   * @param p in [0, 1], in any order
   * @return in the same order
   */
  public static double[] adjusted(double[] p) {
    double[] adjusted = new double[p.length];
    int[] order =
        IntStream.range(0, p.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> p[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double highest = 0;
    for (int j = 0; j < order.length; j++) {
      highest = Math.max(highest, Math.min(1, (order.length - j) * p[order[j]]));
      adjusted[order[j]] = highest;
    }
    return adjusted;
  }
}
