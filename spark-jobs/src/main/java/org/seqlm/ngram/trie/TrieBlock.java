package org.seqlm.ngram.trie;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.UserException;

/**
 * How a context trie is laid out in the file of a slice: a preamble, what has no context, whose
 * length comes first, in 4 bytes, and then blocks. A block holds all contexts of the slice whose
 * nearest token lies in some range, level by level. Level n holds the contexts of n-1 tokens, those
 * of the n-grams of order n, in the order of their reversed tokens. A block begins with the bytes
 * of each level, in 8 bytes.
 *
 * <p>What a context's record holds, {@link org.seqlm.ngram.count.CountSliceWriter} and {@link
 * org.seqlm.ngram.smooth.SliceEstimator} say. Files of version 1, which earlier releases wrote,
 * have nothing without a context, name the lengths in 4 bytes, and the number of a context's
 * followers as it is.
 */
public final class TrieBlock {
  static final int MAGIC = 0x53514354; // SQCT
  static final int VERSION = 2;

  private TrieBlock() {}

  /** What a file holds beside each follower. */
  public enum Content {
    COUNTS,
    PROBABILITIES
  }

  /**
   * Reads the blocks of a file, one after the other. What of a block is larger than a bound waits
   * on the local disk, as a trie's levels are read side by side.
   */
  public static final class Input implements Closeable {
    private static final int BUFFER = 1 << 17;
    private static final long MOST_HELD = 1 << 28; // bytes of a level in memory

    private final DataInputStream in;
    private final int order;
    private int version;
    private final Spill spill;
    private final List<InputStream> open = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();
    private byte[] withoutContext;

    /**
     * Begins to read a file.
     *
     * @param in is closed with this, or if the file cannot be read
     * @param spill null where all of a block is to be in memory
     * @throws IOException if the file is none of these, or of another order
     */
    public Input(InputStream in, Content content, int order, Spill spill) throws IOException {
      this.in = new DataInputStream(in);
      this.order = order;
      this.spill = spill;
      try {
        readPreamble(content);
      } catch (IOException | RuntimeException e) {
        close(e);
        throw e;
      }
    }

    private void readPreamble(Content content) throws IOException {
      int magic = in.readInt();
      version = in.readByte();
      if (magic != MAGIC
          || version < 1
          || version > VERSION
          || in.readByte() != content.ordinal()
          || in.readByte() != order) {
        throw new IOException("not a slice of a context trie of order " + order);
      }
      int length = isOld() ? 0 : in.readInt();
      withoutContext = in.readNBytes(Math.max(0, length));
      if (withoutContext.length != length) {
        throw cutShort();
      }
    }

    /** What has no context. */
    Bytes.Reader withoutContext() {
      return new Bytes.Reader(withoutContext);
    }

    /** Whether an earlier release wrote the file. */
    public boolean isOld() {
      return version < VERSION;
    }

    /**
     * The next block; the one before is gone.
     *
     * @return the levels of contexts of 1, 2, … tokens from place 1 on, or null at the end // (N)
     */
    public Bytes.Reader[] next() throws IOException {
      drop();
      long[] lengths = lengths();
      if (lengths == null) {
        return null;
      }
      Bytes.Reader[] levels = new Bytes.Reader[order];
      for (int d = 1; d < order; d++) {
        levels[d] =
            spill != null && lengths[d] > Math.min(MOST_HELD, spill.memory() / (order - 1))
                ? spilled(lengths[d])
                : inMemory(lengths[d]);
      }
      return levels;
    }

    /** The bytes of each level of the next block, from place 1 on; null at the end. // (N) */
    private long[] lengths() throws IOException {
      int first = in.read();
      if (first < 0) {
        return null;
      }
      long[] lengths = new long[order];
      for (int d = 1; d < order; d++) {
        int high = d == 1 ? first << 24 | readTail() : in.readInt();
        lengths[d] = isOld() ? high : (long) high << 32 | in.readInt() & 0xffffffffL;
      }
      return lengths;
    }

    /** Reads the only block of a file level by level, without waiting for any. */
    public Levels levels() throws IOException {
      long[] lengths = lengths();
      return new Levels(lengths == null ? new long[order] : lengths);
    }

    /** The levels of a block, one after the other, from that of one token on. */
    public final class Levels {
      private final long[] lengths;
      private int length;
      private Level here;

      private Levels(long[] lengths) {
        this.lengths = lengths;
      }

      /** Goes to the next level, over what is left of this one. */
      public Bytes.Reader next() throws IOException {
        if (here != null) {
          here.transferTo(OutputStream.nullOutputStream());
        }
        here = new Level(lengths[++length]);
        return new Bytes.Reader(here, BUFFER);
      }
    }

    /** The bytes of a level, of those of the file. */
    private final class Level extends InputStream {
      private long left;

      Level(long length) {
        this.left = length;
      }

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int from, int length) throws IOException {
        if (left == 0) {
          return -1;
        }
        int read = in.read(bytes, from, (int) Math.min(left, length));
        if (read < 0) {
          throw cutShort();
        }
        left -= read;
        return read;
      }
    }

    private int readTail() throws IOException {
      return in.readUnsignedByte() << 16 | in.readUnsignedShort();
    }

    private Bytes.Reader inMemory(long length) throws IOException {
      if (length > Growth.MOST) {
        throw UserException.data(
            "a slice of the n-grams has "
                + length
                + " bytes of one order, but no more than "
                + Growth.MOST
                + " can be read into one memory: prune the model, or take a lower order");
      }
      byte[] level = in.readNBytes((int) length);
      if (level.length < length) {
        throw cutShort();
      }
      return new Bytes.Reader(level);
    }

    private Bytes.Reader spilled(long length) throws IOException {
      Files.createDirectories(spill.folder());
      Path file = Files.createTempFile(spill.folder(), "level-", ".part");
      files.add(file);
      byte[] buffer = new byte[BUFFER];
      try (OutputStream out = Files.newOutputStream(file)) {
        for (long left = length; left > 0; ) {
          int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
          if (read < 0) {
            throw cutShort();
          }
          out.write(buffer, 0, read);
          left -= read;
        }
      }
      InputStream level = Files.newInputStream(file);
      open.add(level);
      return new Bytes.Reader(level, BUFFER);
    }

    private static EOFException cutShort() {
      return new EOFException("a slice of a context trie is cut short");
    }

    /** Closes the file after a failure, of which it may know more: that the file is damaged. */
    public void close(Throwable failure) {
      try {
        close();
      } catch (IOException | RuntimeException e) {
        failure.addSuppressed(e);
      }
    }

    /** Closes the file. */
    @Override
    public void close() throws IOException {
      drop();
      in.close();
    }

    /** Removes what is on the local disk. */
    private void drop() throws IOException {
      for (InputStream level : open) {
        level.close();
      }
      open.clear();
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
      files.clear();
    }
  }
}
