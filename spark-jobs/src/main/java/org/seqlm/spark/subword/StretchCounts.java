package org.seqlm.spark.subword;

import java.io.IOException;
import org.seqlm.spark.words.DealtWords;
import org.seqlm.text.subword.TextShape;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.TokenCounts;

/** Counts the stretches of lines in bounded memory. */
final class StretchCounts {
  /**
   * A longer stretch is cut, between characters: no token in use is as long, and text without a
   * space, such as a mebibyte of base64, would be one stretch.
   */
  static final int MOST_BYTES = 1024;

  private static final int LEAST_MEMORY = 1 << 12;

  private final TextShape shape;
  private final long memory;
  private final int parts;
  private final SpilledStretches out;
  private TokenCounts counts = new TokenCounts(1 << 10);
  private long stretches;
  private long bytes;
  private long cut;

  /**
   * @param memory bytes that the table may take
   * @param parts that stretches are dealt out to
   */
  StretchCounts(TextShape shape, long memory, int parts, SpilledStretches out) {
    this.shape = shape;
    this.memory = Math.max(LEAST_MEMORY, memory);
    this.parts = parts;
    this.out = out;
  }

  /** Bytes that a table takes. */
  static long memory(long words, long bytes) {
    return 40 * words + 2 * bytes;
  }

  void line(byte[] utf8, int from, int to) throws IOException {
    shape.split(utf8, from, to, this::stretch);
    if (memory(counts.size(), counts.table().bytes()) > memory) {
      flush();
    }
  }

  private void stretch(byte[] utf8, int from, int to) {
    bytes += to - from;
    int begin = from;
    while (to - begin > MOST_BYTES) {
      int end = begin + MOST_BYTES;
      while (end > begin + MOST_BYTES - 4 && (utf8[end] & 0xC0) == 0x80) {
        end--; // the character goes on here
      }
      counts.add(utf8, begin, end, 1);
      stretches++;
      cut++;
      begin = end;
    }
    counts.add(utf8, begin, to, 1);
    stretches++;
  }

  /** Deals out what is counted so far. */
  void flush() throws IOException {
    PackedTokens words = counts.packed();
    counts = new TokenCounts(1 << 10);
    PackedTokens[] dealt = DealtWords.deal(words, words.counts(), 1, parts);
    for (int part = 0; part < parts; part++) {
      if (dealt[part] != null) {
        out.add(part, dealt[part]);
      }
    }
  }

  /** Stretches so far, each as often as it came. */
  long stretches() {
    return stretches;
  }

  /** Bytes of them. */
  long bytes() {
    return bytes;
  }

  /** How often one was cut. */
  long cut() {
    return cut;
  }
}
