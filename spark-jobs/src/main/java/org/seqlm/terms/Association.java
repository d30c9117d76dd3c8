package org.seqlm.terms;

/**
 * How often some words appear together, and how often a null model expects them to: what every
 * {@link AssociationMeasure} is computed from. All counts are of the same windows.
 */
public sealed interface Association permits PairTable, WordProduct {
  /** How often the words appear together, from 0 on. */
  long observed();

  /** How often they would if the null model held; above 0 where all words appear. */
  double expected();

  /** N, the windows that were counted, at least 1. */
  long total();

  /** How many things are taken to be independent: 2 for a pair, else the words. */
  int sides();

  /** How often these things appear, all together, each in its place. */
  double marginals();

  /** Dunning's −2 log λ, from 0 on: see {@link AssociationMeasure#G2}. */
  double logLikelihood();

  /** Pearson's χ², from 0 on: see {@link AssociationMeasure#CHI2}. */
  double chiSquare();

  /** The same with Yates's correction: see {@link AssociationMeasure#CHI2_YATES}. */
  double chiSquareYates();

  /** Whether the words appear together more often than expected. */
  default boolean attracts() {
    return observed() > expected();
  }
}
