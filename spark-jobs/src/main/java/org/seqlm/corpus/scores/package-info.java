/**
 * What scoring a range of a text leaves, without Spark: rows go in, in the order of the text, each
 * a line's or a document's scores ({@link org.seqlm.corpus.scores.ScoreWriter}); files come out, by
 * bucket of perplexity where there are buckets.
 */
package org.seqlm.corpus.scores;
