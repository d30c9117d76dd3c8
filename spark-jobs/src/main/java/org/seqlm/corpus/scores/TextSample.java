package org.seqlm.corpus.scores;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import org.seqlm.text.Hash128;

/**
 * Which lines or documents of a text are in a sample: each with the same probability, by a hash of
 * its place, whatever the tasks.
 *
 * @param share of the text, above 0 to 1
 */
public record TextSample(long seed, double share) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** One of about so many bytes of a text of so many. */
  public static TextSample of(long seed, long sampleBytes, long textBytes) {
    return new TextSample(seed, textBytes <= sampleBytes ? 1 : (double) sampleBytes / textBytes);
  }

  /**
   * What the places in a file are hashed with.
   *
   * @param relative the file's path in the corpus
   */
  public long file(String relative) {
    byte[] name = relative.getBytes(StandardCharsets.UTF_8);
    return new Hash128().hash(name, 0, name.length, seed, 0).low();
  }

  /**
   * Whether a line, or the document that begins with it, is in the sample.
   *
   * @param file what {@link #file} gives for its file
   * @param record its place in the file, from 1
   * @param line its place in the record, from 1
   */
  public boolean takes(long file, long record, long line) {
    long hash = Hash128.mix(Hash128.mix(file + record) + line);
    return (hash >>> 11) * 0x1p-53 < share;
  }
}
