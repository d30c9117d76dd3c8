package org.seqlm.ngram.compiled;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Collects the records of a {@link PackedOrder} on the local disk, then writes its sections. */
final class PackedWriter implements Closeable {
  private final String name;
  private final PackedOrder.Widths widths;
  private final boolean highest;
  private final Path file;
  private final OutputStream out;
  private long waiting; // bits that are no byte yet
  private int waitingBits;
  private long records;
  private long[] jumps = new long[16];
  private int jumpCount;
  private int[] samples = new int[16];

  PackedWriter(String name, PackedOrder.Widths widths, boolean highest, Path folder)
      throws IOException {
    this.name = name;
    this.widths = widths;
    this.highest = highest;
    this.file = Files.createTempFile(folder, "packed-", ".part");
    this.out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
  }

  /**
   * Chooses how many lower bits of a place stand in a record: so that all takes the least room.
   *
   * @param records of the level
   * @param children of the next
   * @param mostJumps values of the upper bits
   */
  static int pointerBits(long records, long children, int mostJumps) {
    int best = 64 - Long.numberOfLeadingZeros(children);
    long least = Long.MAX_VALUE;
    for (int bits = best; bits >= 0 && children >>> bits <= mostJumps; bits--) {
      int jump = PackedOrder.wideJumps(records) ? Long.SIZE : Integer.SIZE;
      long size = bits * (records + 1) + jump * (children >>> bits);
      if (size < least) {
        least = size;
        best = bits;
      }
    }
    return best;
  }

  /** How many records there are, and so the place of the next. */
  long records() {
    return records;
  }

  /**
   * Adds a record.
   *
   * @param pointer where what it begins starts in the next level
   */
  void add(int word, int probability, int backoff, long pointer) throws IOException {
    put(word, widths.word());
    put(probability, widths.probability());
    put(backoff, widths.backoff());
    if (!highest) {
      for (long high = pointer >>> widths.pointer(); jumpCount < high; jumpCount++) {
        if (jumpCount == jumps.length) {
          jumps = Arrays.copyOf(jumps, 2 * jumpCount);
        }
        jumps[jumpCount] = records;
      }
      put(pointer & (1L << widths.pointer()) - 1, widths.pointer());
      if ((records & (1L << widths.sample()) - 1) == 0) {
        int sample = (int) (records >>> widths.sample());
        if (sample + 1 >= samples.length) {
          samples = Arrays.copyOf(samples, 2 * samples.length);
        }
        samples[sample] = jumpCount;
      }
    }
    records++;
  }

  private void put(long value, int bits) throws IOException {
    waiting |= (value & (1L << bits) - 1) << waitingBits;
    waitingBits += bits;
    while (waitingBits >= Byte.SIZE) {
      out.write((int) waiting);
      waiting >>>= Byte.SIZE;
      waitingBits -= Byte.SIZE;
    }
  }

  /**
   * Writes the sections, with one record more, whose place ends all.
   *
   * @param children records of the next level
   */
  void write(SectionWriter sections, long children) throws IOException {
    add(0, 0, 0, children);
    put(0, Byte.SIZE - 1);
    out.close();
    sections.begin(name);
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
        sections.put(buffer, 0, got);
      }
    }
    sections.end();
    if (highest) {
      return;
    }
    sections.begin(PackedOrder.jumps(name));
    boolean wide = PackedOrder.wideJumps(records - 1);
    for (int i = 0; i <= jumpCount; i++) {
      long jump = i < jumpCount ? jumps[i] : -1; // which is no record's number
      if (wide) {
        sections.putLong(jump);
      } else {
        sections.putInt((int) jump);
      }
    }
    sections.end();
    sections.begin(PackedOrder.samples(name));
    for (int i = 0; i <= records - 1 >>> widths.sample(); i++) {
      sections.putInt(samples[i]);
    }
    sections.putInt(jumpCount);
    sections.end();
  }

  /** Removes what is on the local disk. */
  @Override
  public void close() throws IOException {
    out.close();
    Files.deleteIfExists(file);
  }
}
