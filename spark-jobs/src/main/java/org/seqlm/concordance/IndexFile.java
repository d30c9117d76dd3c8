package org.seqlm.concordance;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import org.seqlm.ngram.trie.Bytes;

/**
 * One file of an index, open to be read. In memory are its footer, 40 bytes for every 32 KiB of the
 * text, and what is asked for. Not thread-safe.
 */
final class IndexFile implements Closeable {
  private static final LZ4SafeDecompressor DECOMPRESSOR =
      LZ4Factory.safeInstance().safeDecompressor();

  /** What a block of lines may have unpacked: its bytes, the last word's and the numbers. */
  private static final int MOST_BLOCK_BYTES = 1 << 20;

  private final IndexBytes bytes;
  private long words;
  private long documents;
  private String[] paths;
  private long[] pathWords; // words before each file
  private long[] blockAt;
  private int[] blockLength;
  private int[] blockRaw;
  private long[] blockWords; // words before each block
  private int[] blockCrc;
  private TermRun[] runs;

  private IndexFile(IndexBytes bytes) {
    this.bytes = bytes;
  }

  /**
   * Opens a file.
   *
   * @throws DamagedIndexException if it is none, or of a later version
   */
  static IndexFile open(IndexBytes bytes) throws IOException {
    IndexFile file = new IndexFile(bytes);
    long length = bytes.length();
    if (length < Layout.TRAILER) {
      throw new DamagedIndexException(bytes.name(), "it has " + length + " bytes");
    }
    ByteBuffer trailer = ByteBuffer.wrap(file.read(length - Layout.TRAILER, Layout.TRAILER));
    long footer = trailer.getLong();
    int footerLength = trailer.getInt();
    int crc = trailer.getInt();
    int version = trailer.getInt();
    if (trailer.getInt() != Layout.MAGIC) {
      throw new DamagedIndexException(bytes.name(), "it does not end as an index does");
    }
    if (version != Layout.VERSION) {
      throw new DamagedIndexException(
          bytes.name(),
          "it is of version " + version + ", and this release reads " + Layout.VERSION);
    }
    if (footer < 0 || footerLength < 0 || footer + footerLength != length - Layout.TRAILER) {
      throw new DamagedIndexException(bytes.name(), "its footer is not where it should be");
    }
    byte[] all = file.checked(footer, footerLength, crc, "its footer");
    file.decode("its footer", all, file::footer);
    return file;
  }

  private Void footer(Bytes.Reader in) {
    words = in.readNumber();
    documents = in.readNumber();
    int files = count(in);
    paths = new String[files];
    pathWords = new long[files];
    for (int i = 0; i < files; i++) {
      paths[i] = new String(take(in), StandardCharsets.UTF_8);
      pathWords[i] = in.readNumber();
      in.readNumber(); // documents before it
    }
    int blocks = count(in);
    blockAt = new long[blocks];
    blockLength = new int[blocks];
    blockRaw = new int[blocks];
    blockWords = new long[blocks];
    blockCrc = new int[blocks];
    for (int i = 0; i < blocks; i++) {
      blockAt[i] = in.readNumber();
      blockLength[i] = in.readInt();
      blockRaw[i] = in.readInt();
      blockWords[i] = in.readNumber();
      blockCrc[i] = in.readInt();
    }
    runs = new TermRun[count(in)];
    for (int i = 0; i < runs.length; i++) {
      runs[i] = new TermRun(this, in);
    }
    return null;
  }

  /** A number of things each of which has a byte or more. */
  private static int count(Bytes.Reader in) {
    int count = in.readInt();
    if (count < 0 || count > in.left()) {
      throw new IllegalArgumentException(count + " entries in " + in.left() + " bytes");
    }
    return count;
  }

  /** Bytes whose length stands before them. */
  static byte[] take(Bytes.Reader in) {
    int length = count(in);
    byte[] taken = new byte[length];
    in.copy(taken, 0, length);
    return taken;
  }

  private byte[] read(long from, int length) throws IOException {
    try {
      return bytes.read(from, length);
    } catch (EOFException e) {
      throw new DamagedIndexException(bytes.name(), "it breaks off: " + e.getMessage());
    }
  }

  /** Some bytes that are not checked yet; empty where they would lie outside. */
  byte[] some(long from, int length) throws IOException {
    return from < 0 || length < 0 || from + length > bytes.length()
        ? new byte[0]
        : read(from, length);
  }

  /**
   * Reads some bytes that were written in one go.
   *
   * @param what they are, for messages
   */
  byte[] checked(long from, int length, int crc, String what) throws IOException {
    if (from < 0 || length < 0 || from + length > bytes.length()) {
      throw new DamagedIndexException(bytes.name(), what + " would lie outside of it");
    }
    return checked(read(from, length), 0, length, crc, what, from);
  }

  /**
   * The same of bytes that were read.
   *
   * @param place of them in the file
   */
  byte[] checked(byte[] read, int from, int length, int crc, String what, long place)
      throws IOException {
    if (Layout.crc(read, from, from + length) != crc) {
      throw new DamagedIndexException(
          bytes.name(), what + " at byte " + place + " is not what was written");
    }
    return length == read.length ? read : Arrays.copyOfRange(read, from, from + length);
  }

  /** Makes something of bytes, which say nonsense if whoever wrote them means harm. */
  <T> T decode(String what, byte[] part, Function<Bytes.Reader, T> decoding) throws IOException {
    try {
      return decoding.apply(new Bytes.Reader(part));
    } catch (IndexOutOfBoundsException
        | NegativeArraySizeException
        | IllegalArgumentException
        | LZ4Exception e) {
      throw new DamagedIndexException(bytes.name(), what + " has no sense", e);
    }
  }

  long words() {
    return words;
  }

  /** Documents that begin in it. */
  long documents() {
    return documents;
  }

  TermRun[] runs() {
    return runs;
  }

  String path(int file) throws IOException {
    if (file < 0 || file >= paths.length) {
      throw damaged("a line of it is of file " + file + " of " + paths.length);
    }
    return paths[file];
  }

  DamagedIndexException damaged(String what) {
    return new DamagedIndexException(bytes.name(), what);
  }

  int files() {
    return paths.length;
  }

  /** The file that a word is of. */
  int fileOf(long word) {
    int found = Arrays.binarySearch(pathWords, word);
    if (found < 0) {
      return -found - 2;
    }
    while (found + 1 < pathWords.length && pathWords[found + 1] == word) {
      found++; // files before it are empty
    }
    return found;
  }

  int blocks() {
    return blockAt.length;
  }

  /** The words before a block of lines. */
  long blockWords(int block) {
    return blockWords[block];
  }

  /** The block of lines that a word is in. */
  int blockOf(long word) {
    int found = Arrays.binarySearch(blockWords, word);
    return found >= 0 ? found : -found - 2;
  }

  /** A block of lines, unpacked. */
  LineBlock block(int block) throws IOException {
    String what = "a block of lines";
    byte[] packed = checked(blockAt[block], blockLength[block], blockCrc[block], what);
    return decode(
        what,
        packed,
        in -> {
          if (blockRaw[block] > MOST_BLOCK_BYTES) {
            throw new IllegalArgumentException("a block of " + blockRaw[block] + " bytes");
          }
          byte[] raw = new byte[blockRaw[block]];
          DECOMPRESSOR.decompress(packed, 0, packed.length, raw, 0);
          return new LineBlock(raw, blockWords[block]);
        });
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
