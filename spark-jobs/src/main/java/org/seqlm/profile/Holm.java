package org.seqlm.profile;

/**
 * Holm's correction for many tests: whatever the tests have to do with each other, the probability
 * that any of those that are below α is false is at most α (Holm, "A simple sequentially rejective
 * multiple test procedure", 1979).
 */
final class Holm {
  private Holm() {}

  /**
   * Corrects the least of some probabilities; the others are not needed.
   *
   * @param least rising
   * @param tests of all
   * @return {@code max over j ≤ i of min(1, (tests − j + 1) p_j)}
   */
  static double[] corrected(double[] least, long tests) {
    double[] corrected = new double[least.length];
    double most = 0;
    for (int i = 0; i < least.length; i++) {
      most = Math.max(most, Math.min(1, (tests - i) * least[i]));
      corrected[i] = most;
    }
    return corrected;
  }
}
