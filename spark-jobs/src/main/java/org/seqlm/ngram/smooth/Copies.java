package org.seqlm.ngram.smooth;

/** Copies of tables that immutable objects keep. */
final class Copies {
  private Copies() {}

  static double[][] of(double[][] table) {
    double[][] copy = new double[table.length][];
    for (int i = 0; i < table.length; i++) {
      copy[i] = table[i].clone();
    }
    return copy;
  }
}
