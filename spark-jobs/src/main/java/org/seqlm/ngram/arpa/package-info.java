/**
 * ARPA files. Bytes of anybody's file go in, read as KenLM reads them, and a {@link
 * org.seqlm.ngram.model.BackoffModel} comes out; or n-grams come from a walk, in the order of their
 * keys, and lines of text come out.
 */
package org.seqlm.ngram.arpa;
