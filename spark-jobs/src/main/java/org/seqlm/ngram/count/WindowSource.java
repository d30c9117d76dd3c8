package org.seqlm.ngram.count;

import java.io.IOException;

/** Windows with their counts, one after the other. */
public interface WindowSource {
  /** Goes on to the next window, if there is one. */
  boolean next() throws IOException;

  /** The window's key, overwritten by {@link #next}. */
  long[] key();

  /** How often the window appears. */
  long count();
}
