package org.seqlm.corpus.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;

/**
 * The blocks of a bzip2 file, one after the other, beginning with any of them. A block begins at
 * any bit, with 48 bits that may by chance stand elsewhere, too; so where it begins is known where
 * the block before it ended, and otherwise only found (see {@link #find}) and, once its checksum
 * holds, believed. Streams that stand one after the other are one file.
 *
 * <p>Hadoop's codec, which can begin in the middle of a file, takes a file that is cut off for one
 * that ends, and gives a block twice that begins where a task's bytes end (HADOOP-18321, not in
 * 3.3.4); Commons Compress reads from a file's beginning only.
 */
public final class Bzip2Blocks implements PackedUnits {
  private static final long BLOCK = 0x314159265359L;
  private static final long STREAM_END = 0x177245385090L;
  private static final int MAGIC_BITS = 48;

  /**
   * What blocks add to the checksums of their streams, where that of the blocks before is not
   * known.
   *
   * @param blocks up to the first end of a stream
   * @param checksum of these
   * @param ended whether a stream ended
   * @param stored the first one's checksum, as its end has it
   * @param open the checksum of the blocks since the last end
   */
  public record Streams(int blocks, int checksum, boolean ended, int stored, int open)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The checksum after them. */
    public int after(int before) {
      return ended ? open : Integer.rotateLeft(before, blocks) ^ checksum;
    }

    /** Whether the stream whose blocks before have that checksum has the one it ends with. */
    public boolean hold(int before) {
      return !ended || (Integer.rotateLeft(before, blocks) ^ checksum) == stored;
    }
  }

  private final InputStream in;
  private final BitInput bits;
  private final Bzip2Block block;

  // The stream.
  private boolean open;
  private boolean known; // whether `checksum` is that of all of its blocks
  private int checksum;
  private int blocks; // read while it is not known
  private Streams head; // until the first end, if that was not known

  // The block.
  private long start;
  private boolean found; // and not yet decoded
  private boolean inBlock;

  private Bzip2Blocks(InputStream in, long from, boolean known, int checksum) {
    this.in = in;
    this.known = known;
    this.checksum = checksum;
    bits = new BitInput(in, from);
    block = new Bzip2Block(bits);
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it is none of bzip2's
   */
  public static Bzip2Blocks of(InputStream in) throws IOException {
    Bzip2Blocks blocks = new Bzip2Blocks(in, 0, true, 0);
    blocks.open = blocks.openStream();
    if (!blocks.open) {
      throw new EOFException("empty, which no compressed file is");
    }
    return blocks;
  }

  /**
   * Reads from a block on.
   *
   * @param in the file from the byte on in which its first bit lies
   * @param start the place of its first bit in the file
   * @param checksum of the blocks before it in its stream
   */
  public static Bzip2Blocks at(InputStream in, long start, int checksum) throws IOException {
    return at(in, start, true, checksum);
  }

  /** The same where that checksum is not known; {@link #streams} is, then. */
  public static Bzip2Blocks at(InputStream in, long start) throws IOException {
    return at(in, start, false, 0);
  }

  private static Bzip2Blocks at(InputStream in, long start, boolean known, int checksum)
      throws IOException {
    Bzip2Blocks blocks = new Bzip2Blocks(in, start >> 3, known, checksum);
    blocks.bits.take((int) (start & 7));
    blocks.open = true;
    return blocks;
  }

  /**
   * The place of the first bit that bits follow which a block begins with; -1 if there is none.
   *
   * @param in the file from the byte {@code from} on
   * @param to the bit lies before this byte
   */
  public static long find(InputStream in, long from, long to) throws IOException {
    BitInput bytes = new BitInput(in, from);
    long window = 0;
    for (long end = from + 1; end <= to + MAGIC_BITS / 8 && !bytes.isAtEnd(); end++) {
      window = window << 8 | bytes.take(8);
      for (int after = 7; after >= 0; after--) {
        long first = end * 8 - after - MAGIC_BITS;
        if ((window >>> after & (1L << MAGIC_BITS) - 1) == BLOCK
            && first >= from * 8
            && first < to * 8) {
          return first;
        }
      }
    }
    return -1;
  }

  @Override
  public boolean next() throws IOException {
    while (open) {
      long magic = (long) bits.take(24) << 24 | bits.take(24);
      if (magic == BLOCK) {
        start = bits.place() - MAGIC_BITS;
        found = true;
        return true;
      }
      if (magic != STREAM_END) {
        throw new IOException("something else stands where a block should begin");
      }
      int stored = bits.take(16) << 16 | bits.take(16);
      if (!known) {
        head = new Streams(blocks, checksum, true, stored, 0);
        known = true;
      } else if (stored != checksum) {
        throw new IOException("the checksum of a stream is wrong");
      }
      checksum = 0;
      bits.align();
      open = openStream();
    }
    return false;
  }

  /** Reads the head of a stream; false at the file's end. */
  private boolean openStream() throws IOException {
    if (bits.isAtEnd()) {
      return false;
    }
    if (bits.take(24) != 0x425a68) {
      throw new IOException("no bzip2 stream begins where one should");
    }
    int level = bits.take(8) - '0';
    if (level < 1 || level > 9) {
      throw new IOException("a bzip2 stream has blocks of a size that is none");
    }
    return true;
  }

  @Override
  public long start() {
    return start;
  }

  @Override
  public Streams streams() {
    return head == null
        ? new Streams(blocks, checksum, false, 0, 0)
        : new Streams(head.blocks, head.checksum, true, head.stored, checksum);
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    if (found) {
      found = false;
      block.decode();
      inBlock = true;
    }
    if (!inBlock || length == 0) {
      return inBlock ? 0 : -1;
    }
    int n = block.read(into, from, length);
    if (n > 0) {
      return n;
    }
    inBlock = false;
    checksum = Integer.rotateLeft(checksum, 1) ^ block.checksum();
    blocks += known ? 0 : 1;
    return -1;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** What all blocks hold that are still to be read. */
  public InputStream text() {
    return new Text(this);
  }

  private static final class Text extends BulkInput {
    private final Bzip2Blocks blocks;

    Text(Bzip2Blocks blocks) {
      super(blocks.in);
      this.blocks = blocks;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      while (true) {
        int n = blocks.read(into, from, length);
        if (n > 0) {
          return n;
        }
        if (!blocks.next()) {
          return -1;
        }
      }
    }

    @Override
    public int available() {
      return 0;
    }
  }
}
