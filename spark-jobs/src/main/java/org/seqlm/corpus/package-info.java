/**
 * Reads a corpus once, without Spark: which files it has and how they are cut into ranges ({@link
 * org.seqlm.corpus.CorpusPlan}), which records and which tokens a range holds ({@link
 * org.seqlm.corpus.RangeScanner}), and which split each token falls to. A range's tokens have ids
 * of its own until {@link org.seqlm.corpus.RangeIds} translates them to a vocabulary's.
 */
package org.seqlm.corpus;
