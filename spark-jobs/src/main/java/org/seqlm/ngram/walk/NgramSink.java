package org.seqlm.ngram.walk;

import java.io.IOException;

/**
 * Receives the n-grams of a slice, or the unigrams, context by context, and puts them into some
 * other form.
 *
 * @see NgramWalk
 */
public interface NgramSink {
  /**
   * Takes the n-grams of a context. Contexts of a length come in the order of their ids, the
   * nearest first. Where a context has many n-grams, some come at a time.
   *
   * @param ngrams shows others after the call
   */
  void context(ContextNgrams ngrams) throws IOException;

  /** Ends the slice: hands on what is still held back; streams stay open. */
  void finish() throws IOException;
}
