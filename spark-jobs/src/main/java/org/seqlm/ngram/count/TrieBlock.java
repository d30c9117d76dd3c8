package org.seqlm.ngram.count;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A part of a context trie that can be read by itself: all contexts whose nearest token lies in
 * some range, level by level. Level n holds the contexts of n-1 tokens, those of the n-grams of
 * order n, in the order of their reversed tokens. A file of a slice is a preamble and then blocks.
 *
 * @param levels bytes of the levels 2 to N // (N - 1)
 */
public record TrieBlock(byte[][] levels) {
  private static final int MAGIC = 0x53514354; // SQCT
  private static final int VERSION = 1;

  /** What a file holds beside each follower. */
  public enum Content {
    COUNTS,
    PROBABILITIES
  }

  public static void writePreamble(OutputStream out, Content content, int order)
      throws IOException {
    DataOutputStream data = new DataOutputStream(out);
    data.writeInt(MAGIC);
    data.writeByte(VERSION);
    data.writeByte(content.ordinal());
    data.writeByte(order);
    data.flush();
  }

  /** Writes what {@code levels} hold as a block, and empties them. */
  public static void write(OutputStream out, Bytes[] levels) throws IOException {
    DataOutputStream data = new DataOutputStream(out);
    for (Bytes level : levels) {
      data.writeInt(level.size());
    }
    for (Bytes level : levels) {
      data.write(level.array(), 0, level.size());
      level.clear();
    }
    data.flush();
  }

  /** Reads the blocks of a file, one after the other. */
  public static final class Input {
    private final DataInputStream in;
    private final int order;

    /**
     * @throws IOException if the file is none of these, or of another order
     */
    public Input(InputStream in, Content content, int order) throws IOException {
      this.in = new DataInputStream(in);
      this.order = order;
      if (this.in.readInt() != MAGIC
          || this.in.readByte() != VERSION
          || this.in.readByte() != content.ordinal()
          || this.in.readByte() != order) {
        throw new IOException("not a slice of a context trie of order " + order);
      }
    }

    /** The next block, or null at the end. */
    public TrieBlock next() throws IOException {
      int[] lengths = new int[order - 1];
      int first = in.read();
      if (first < 0) {
        return null;
      }
      lengths[0] = first << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
      for (int i = 1; i < lengths.length; i++) {
        lengths[i] = in.readInt();
      }
      byte[][] levels = new byte[lengths.length][];
      for (int i = 0; i < lengths.length; i++) {
        levels[i] = in.readNBytes(lengths[i]);
        if (levels[i].length < lengths[i]) {
          throw new EOFException("a slice of a context trie is cut short");
        }
      }
      return new TrieBlock(levels);
    }
  }
}
