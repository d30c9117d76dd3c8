package org.seqlm.profile;

import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Writes a file of {@link CountedWord}s. */
public final class CountedWords implements CountedWord.Sink, Closeable {
  private final DataOutputStream out;

  /** Begins one. */
  public CountedWords(OutputStream target) {
    out = new DataOutputStream(target);
  }

  @Override
  public void word(CountedWord word) throws IOException {
    word.write(out);
  }

  /** After the last word. */
  public void end() throws IOException {
    CountedWord.end(out);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
