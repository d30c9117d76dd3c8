/**
 * From tokens to counts. Blocks of token ids go in, in the order of the stream; {@link
 * org.seqlm.ngram.count.Passages} says what an n-gram may not cross, {@link
 * org.seqlm.ngram.count.WindowCounter} makes windows of them, packed by {@link
 * org.seqlm.ngram.count.KeyLayout} and sorted by key: the context read backwards, then the word.
 * {@link org.seqlm.ngram.count.Slices} cuts the keys, {@link org.seqlm.ngram.count.WindowMerger}
 * merges a slice's sorted parts, and {@link org.seqlm.ngram.count.CountSliceWriter} writes the
 * slice: a trie of contexts in the order of the keys, with raw and adjusted counts of every order
 * from 2. Unigrams and statistics come out beside it.
 */
package org.seqlm.ngram.count;
