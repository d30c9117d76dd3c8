/**
 * A range of a corpus read once, without Spark: its records, the tokens of each ({@link
 * org.seqlm.corpus.RangeScanner}), what was bad, and which split each token falls to. A range's
 * tokens have ids of its own until {@link org.seqlm.corpus.RangeIds} translates them to a
 * vocabulary's.
 */
package org.seqlm.corpus;
