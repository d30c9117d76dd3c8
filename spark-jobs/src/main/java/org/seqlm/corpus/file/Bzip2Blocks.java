package org.seqlm.corpus.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * The blocks of a bzip2 file, one after the other, beginning with any of them. A block begins at
 * any bit, with 48 bits that may by chance stand elsewhere, too; so where it begins is known where
 * the block before it ended, and otherwise only found (see {@link #find}) and, once its checksum
 * holds, believed. Streams that stand one after the other are one file.
 *
 * <p>Hadoop's codec, which can begin in the middle of a file, takes a file that is cut off for one
 * that ends, and gives a block twice that begins where a task's bytes end (HADOOP-18321, not in
 * 3.3.4); Commons Compress reads from a file's beginning only. The format is that of Seward's bzip2
 * 1.0.8: runs of bytes, the transform of Burrows and Wheeler (1994), move to front, runs again, and
 * up to six Huffman codes.
 */
public final class Bzip2Blocks implements PackedUnits {
  private static final long BLOCK = 0x314159265359L;
  private static final long STREAM_END = 0x177245385090L;
  private static final int MAGIC_BITS = 48;

  /** The largest blocks; a stream's own size is not known in its middle. */
  private static final int MOST = 900_000;

  private static final int MOST_SELECTORS = 18_002; // more may be told, but none is used
  private static final int GROUP = 50; // symbols that have one code
  private static final int MAX_LENGTH = 20; // of a code, in bits
  private static final int FAST = 10; // bits that are looked up at once
  private static final byte[] REVERSED = new byte[256];

  static {
    for (int i = 0; i < 256; i++) {
      REVERSED[i] = (byte) (Integer.reverse(i) >>> 24);
    }
  }

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
  private final byte[] buffer = new byte[1 << 16];
  private int at;
  private int filled;
  private long read; // bytes, with those in the buffer, from the file's beginning
  private long bits; // the lowest `held` of them are next
  private int held;

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
  private int[] column = new int[1 << 13]; // 24 bits: the place of the byte that follows; 8: a byte
  private int place;
  private int left; // bytes, before runs are expanded
  private int run; // equal bytes, up to 4: then a byte says how many more there are
  private int last;
  private int repeat;
  private int blockChecksum;
  private final CRC32 crc = new CRC32();
  private final byte[] reversed = new byte[1 << 14];

  private final byte[] selectors = new byte[MOST_SELECTORS];
  private final Code[] codes = new Code[6];
  private final int[] counts = new int[257];

  private Bzip2Blocks(InputStream in, long from, boolean known, int checksum) {
    this.in = in;
    this.known = known;
    this.checksum = checksum;
    read = from;
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
    blocks.bits((int) (start & 7));
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
    Bzip2Blocks bytes = new Bzip2Blocks(in, from, false, 0);
    long window = 0;
    for (long end = from + 1; end <= to + MAGIC_BITS / 8 && bytes.more(); end++) {
      window = window << 8 | bytes.buffer[bytes.at++] & 0xFF;
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
      long magic = (long) bits(24) << 24 | bits(24);
      if (magic == BLOCK) {
        start = (read - (filled - at)) * 8 - held - MAGIC_BITS;
        found = true;
        return true;
      }
      if (magic != STREAM_END) {
        throw new IOException("something else stands where a block should begin");
      }
      int stored = bits(16) << 16 | bits(16);
      if (!known) {
        head = new Streams(blocks, checksum, true, stored, 0);
        known = true;
      } else if (stored != checksum) {
        throw new IOException("the checksum of a stream is wrong");
      }
      checksum = 0;
      bits(held & 7);
      open = openStream();
    }
    return false;
  }

  /** Reads the head of a stream; false at the file's end. */
  private boolean openStream() throws IOException {
    if (held == 0 && !more()) {
      return false;
    }
    if (bits(24) != 0x425a68) {
      throw new IOException("no bzip2 stream begins where one should");
    }
    int level = bits(8) - '0';
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
      decode();
    }
    if (!inBlock || length == 0) {
      return inBlock ? 0 : -1;
    }
    int n = expand(into, from, from + Math.min(length, reversed.length));
    if (n == 0) {
      endBlock();
      return -1;
    }
    // Java's checksum goes through the bits of a byte the other way.
    for (int i = 0; i < n; i++) {
      reversed[i] = REVERSED[into[from + i] & 0xFF];
    }
    crc.update(reversed, 0, n);
    return n;
  }

  private int expand(byte[] into, int from, int end) {
    int at = from;
    int here = place;
    while (at < end) {
      if (repeat > 0) {
        int n = Math.min(repeat, end - at);
        Arrays.fill(into, at, at + n, (byte) last);
        at += n;
        repeat -= n;
      } else if (left == 0) {
        break;
      } else {
        left--;
        int entry = column[here];
        here = entry >>> 8;
        int b = entry & 0xFF;
        if (run == 4) {
          repeat = b;
          run = 0; // what follows is a run of its own, even of the same byte
        } else {
          run = b == last && run > 0 ? run + 1 : 1;
          last = b;
          into[at++] = (byte) b;
        }
      }
    }
    place = here;
    return at - from;
  }

  private void endBlock() throws IOException {
    inBlock = false;
    if (Integer.reverse((int) crc.getValue()) != blockChecksum) {
      throw new IOException("the checksum of a block is wrong");
    }
    checksum = Integer.rotateLeft(checksum, 1) ^ blockChecksum;
    blocks += known ? 0 : 1;
  }

  // Decoding.

  private void decode() throws IOException {
    found = false;
    blockChecksum = bits(16) << 16 | bits(16);
    if (bits(1) != 0) {
      throw new IOException("it was made by a bzip2 older than 0.9.5: pack it again");
    }
    int origin = bits(24);
    byte[] front = new byte[256];
    int used = 0;
    int sixteens = bits(16);
    for (int i = 0; i < 16; i++) {
      int these = (sixteens & 0x8000 >>> i) != 0 ? bits(16) : 0;
      for (int j = 0; j < 16; j++) {
        if ((these & 0x8000 >>> j) != 0) {
          front[used++] = (byte) (i * 16 + j);
        }
      }
    }
    int tables = bits(3);
    int groups = bits(15);
    if (used == 0 || tables < 2 || tables > codes.length || groups == 0) {
      throw new IOException("the head of a block is wrong");
    }
    byte[] order = {0, 1, 2, 3, 4, 5};
    for (int i = 0; i < groups; i++) {
      int from = 0;
      while (bits(1) != 0) {
        if (++from >= tables) {
          throw new IOException("a block names a code that it does not have");
        }
      }
      byte selected = order[from];
      System.arraycopy(order, 0, order, 1, from);
      order[0] = selected;
      if (i < MOST_SELECTORS) {
        selectors[i] = selected;
      }
    }
    for (int t = 0; t < tables; t++) {
      if (codes[t] == null) {
        codes[t] = new Code();
      }
      byte[] lengths = new byte[used + 2];
      int length = bits(5);
      for (int s = 0; s < lengths.length; s++) {
        while (true) {
          if (length < 1 || length > MAX_LENGTH) {
            throw new IOException("a code of a block has a length that is none");
          }
          if (bits(1) == 0) {
            break;
          }
          length += bits(1) == 0 ? 1 : -1;
        }
        lengths[s] = (byte) length;
      }
      codes[t].set(lengths);
    }
    left = symbols(front, used + 1, Math.min(groups, MOST_SELECTORS));
    if (origin >= left) {
      throw new IOException("a block begins outside itself");
    }
    int sum = 0;
    for (int b = 0; b < 256; b++) {
      int count = counts[b];
      counts[b] = sum;
      sum += count;
    }
    for (int i = 0; i < left; i++) {
      column[counts[column[i] & 0xFF]++] |= i << 8;
    }
    place = column[origin] >>> 8;
    run = 0;
    repeat = 0;
    crc.reset();
    inBlock = true;
  }

  /**
   * Decodes a block up to its transform's last column, in the lowest 8 bits of {@link #column}.
   *
   * @param front bytes, those that were seen last first
   * @param end the symbol that ends the block
   * @return bytes of the column
   */
  private int symbols(byte[] front, int end, int groups) throws IOException {
    Arrays.fill(counts, 0);
    int n = 0;
    int runLength = 0;
    int runUnit = 1;
    int group = 0;
    int inGroup = 0;
    Code code = null;
    while (true) {
      if (inGroup == 0) {
        if (group == groups) {
          throw new IOException("a block has no end");
        }
        code = codes[selectors[group++]];
        inGroup = GROUP;
      }
      inGroup--;
      int symbol = symbol(code);
      if (symbol <= 1) { // a run's length, in digits of 1 and 2, the least first
        runLength += runUnit << symbol;
        runUnit <<= 1;
        if (runLength > MOST) {
          throw new IOException("a block is too large");
        }
        continue;
      }
      if (n + runLength + (symbol == end ? 0 : 1) > MOST) {
        throw new IOException("a block is too large");
      }
      if (n + runLength >= column.length) {
        column = Arrays.copyOf(column, Math.min(MOST + 1, Math.max(n + runLength + 1, 4 * n)));
      }
      if (runLength > 0) {
        int b = front[0] & 0xFF;
        Arrays.fill(column, n, n + runLength, b);
        counts[b] += runLength;
        n += runLength;
        runLength = 0;
        runUnit = 1;
      }
      if (symbol == end) {
        return n;
      }
      int from = symbol - 1;
      byte b = front[from];
      if (from < 16) {
        for (int i = from; i > 0; i--) {
          front[i] = front[i - 1];
        }
      } else {
        System.arraycopy(front, 0, front, 1, from);
      }
      front[0] = b;
      counts[b & 0xFF]++;
      column[n++] = b & 0xFF;
    }
  }

  private int symbol(Code code) throws IOException {
    if (held < MAX_LENGTH) {
      fill(MAX_LENGTH);
    }
    int entry = code.fast[(int) (bits >>> held - FAST) & (1 << FAST) - 1];
    if (entry != 0) {
      held -= entry & 31;
      return entry >>> 5;
    }
    for (int length = FAST + 1; length <= MAX_LENGTH; length++) {
      int value = (int) (bits >>> held - length) & (1 << length) - 1;
      int index = value - code.first[length];
      if (index >= 0 && index < code.number[length]) {
        held -= length;
        return code.symbols[code.offset[length] + index];
      }
    }
    throw new IOException("a block has a code that stands for nothing");
  }

  /** A canonical Huffman code: symbols by length, and of each length in their order. */
  private static final class Code {
    final int[] fast = new int[1 << FAST]; // by the next bits: symbol << 5 | length, or 0
    final int[] first = new int[MAX_LENGTH + 1];
    final int[] number = new int[MAX_LENGTH + 1];
    final int[] offset = new int[MAX_LENGTH + 1];
    final int[] symbols = new int[258];

    void set(byte[] lengths) {
      Arrays.fill(fast, 0);
      int value = 0;
      int set = 0;
      for (int length = 1; length <= MAX_LENGTH; length++) {
        value <<= 1;
        first[length] = value;
        offset[length] = set;
        for (int s = 0; s < lengths.length; s++) {
          if (lengths[s] != length) {
            continue;
          }
          symbols[set++] = s;
          int from = length <= FAST ? value << FAST - length : fast.length;
          if (from < fast.length) {
            int to = Math.min(fast.length, from + (1 << FAST - length));
            Arrays.fill(fast, from, to, s << 5 | length);
          }
          value++;
        }
        number[length] = value - first[length];
      }
    }
  }

  // Bits.

  private int bits(int n) throws IOException {
    if (held < n) {
      fill(n);
    }
    held -= n;
    return (int) (bits >>> held) & (1 << n) - 1;
  }

  /** Takes bytes, so that at least so many bits are held. */
  private void fill(int n) throws IOException {
    while (held <= 48) {
      if (at == filled && (held >= n || !more())) {
        if (held < n) {
          throw new EOFException("it breaks off");
        }
        return;
      }
      bits = bits << 8 | buffer[at++] & 0xFF;
      held += 8;
    }
  }

  /** Whether there is another byte. */
  private boolean more() throws IOException {
    if (at == filled) {
      at = 0;
      filled = Math.max(0, in.read(buffer, 0, buffer.length));
      read += filled;
    }
    return at < filled;
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
