package org.seqlm.corpus.file;

import java.io.IOException;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Unpacks a block of bzip2: up to six Huffman codes, runs, move to front, the transform of Burrows
 * and Wheeler (1994), runs again, as Seward's bzip2 1.0.8 has them.
 */
final class Bzip2Block {
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

  private final BitInput bits;
  // The transform's last column. Of each row, 24 bits: the row of the byte that follows; 8: a byte.
  private int[] column = new int[1 << 13];
  private int place;
  private int left; // bytes, before runs are expanded
  private int run; // equal bytes, up to 4: then a byte says how many more there are
  private int last;
  private int repeat;
  private int checksum;
  private final CRC32 crc = new CRC32();
  private final byte[] reversed = new byte[1 << 14];
  private final byte[] selectors = new byte[MOST_SELECTORS];
  private final Code[] codes = new Code[6];
  private final int[] counts = new int[256];

  Bzip2Block(BitInput bits) {
    this.bits = bits;
  }

  /** The checksum that the block has. */
  int checksum() {
    return checksum;
  }

  /**
   * Reads what it holds.
   *
   * @return how many bytes, 0 at its end
   * @throws IOException if its checksum is wrong
   */
  int read(byte[] into, int from, int length) throws IOException {
    int n = expand(into, from, from + Math.min(length, reversed.length));
    // Java's checksum goes through the bits of a byte the other way.
    for (int i = 0; i < n; i++) {
      reversed[i] = REVERSED[into[from + i] & 0xFF];
    }
    crc.update(reversed, 0, n);
    if (n == 0 && Integer.reverse((int) crc.getValue()) != checksum) {
      throw new IOException("the checksum of a block is wrong");
    }
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

  /** Reads a block as it is stored, from its checksum on. */
  void decode() throws IOException {
    checksum = bits.take(16) << 16 | bits.take(16);
    if (bits.take(1) != 0) {
      throw new IOException("it was made by a bzip2 older than 0.9.5: pack it again");
    }
    int origin = bits.take(24);
    byte[] front = new byte[256];
    int used = 0;
    int sixteens = bits.take(16);
    for (int i = 0; i < 16; i++) {
      int these = (sixteens & 0x8000 >>> i) != 0 ? bits.take(16) : 0;
      for (int j = 0; j < 16; j++) {
        if ((these & 0x8000 >>> j) != 0) {
          front[used++] = (byte) (i * 16 + j);
        }
      }
    }
    int tables = bits.take(3);
    int groups = bits.take(15);
    if (used == 0 || tables < 2 || tables > codes.length || groups == 0) {
      throw new IOException("the head of a block is wrong");
    }
    byte[] order = {0, 1, 2, 3, 4, 5};
    for (int i = 0; i < groups; i++) {
      int from = 0;
      while (bits.take(1) != 0) {
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
      int length = bits.take(5);
      for (int s = 0; s < lengths.length; s++) {
        while (true) {
          if (length < 1 || length > MAX_LENGTH) {
            throw new IOException("a code of a block has a length that is none");
          }
          if (bits.take(1) == 0) {
            break;
          }
          length += bits.take(1) == 0 ? 1 : -1;
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
    bits.require(MAX_LENGTH);
    int entry = code.fast[bits.peek(FAST)];
    if (entry != 0) {
      bits.skip(entry & 31);
      return entry >>> 5;
    }
    for (int length = FAST + 1; length <= MAX_LENGTH; length++) {
      int index = bits.peek(length) - code.first[length];
      if (index >= 0 && index < code.number[length]) {
        bits.skip(length);
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
}
