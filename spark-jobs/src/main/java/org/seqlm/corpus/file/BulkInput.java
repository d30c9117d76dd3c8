package org.seqlm.corpus.file;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream over another of which only {@code read} of many bytes is to be said. */
public abstract class BulkInput extends FilterInputStream {
  public BulkInput(InputStream in) {
    super(in);
  }

  @Override
  public final int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public abstract int read(byte[] into, int from, int length) throws IOException;
}
