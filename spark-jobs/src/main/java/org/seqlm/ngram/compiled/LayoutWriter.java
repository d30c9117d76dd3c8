package org.seqlm.ngram.compiled;

import java.io.Closeable;
import java.io.IOException;

/** Writes the sections of one layout. */
interface LayoutWriter extends Closeable {
  void write(SectionWriter out) throws IOException;

  /** Entries that were written, by order, blanks among them // (N). */
  long[] entries();

  /** Of the hashes; 0 where there are none. */
  long seed();
}
