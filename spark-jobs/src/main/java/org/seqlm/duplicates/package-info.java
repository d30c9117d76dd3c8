/**
 * Which documents of a text are much alike, which lines and which spans stand more than once,
 * without Spark: lines go in, document by document ({@code DocumentSketcher}), and hashes come out
 * that a cluster sorts: of the whole text, of sets of shingles by bands of MinHash, of windows of
 * words ({@code SpanWindows}); pairs of sets are held against each other by {@code Jaccard}.
 */
package org.seqlm.duplicates;
