package org.seqlm.concordance;

import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import org.seqlm.ngram.trie.Bytes;

/**
 * Makes blocks of lines, so that they can be drawn as they stood: in the order of the text, a block
 * of about 32 KiB at a time. A line that is longer goes on in the next block.
 *
 * <pre>
 * block      numbers' length, numbers, then the lines' bytes one after the other; all LZ4
 * numbers    document in force, file, record of its first line; then for each line: flags
 *            (1 document begins, 2 goes on from the block before, 4 another file), of 1 the documents
 *            and of 4 the files that begin, the record less the one before, bytes before the first
 *            word, words, and for each word its bytes and those behind it
 * </pre>
 */
final class LineBlocks {
  static final int BEGINS = 1;
  static final int GOES_ON = 2;
  static final int NEXT_FILE = 4;

  // Pure Java: the same bytes on every machine.
  private static final LZ4Compressor COMPRESSOR = LZ4Factory.safeInstance().fastCompressor();
  private static final byte[] ELLIPSIS = {(byte) 0xE2, (byte) 0x80, (byte) 0xA6}; // …

  /** Takes a finished block. */
  @FunctionalInterface
  interface Sink {
    /**
     * A block.
     *
     * @param raw its length before it was packed
     */
    void block(byte[] packed, int length, int raw) throws java.io.IOException;
  }

  private final Sink sink;
  private final Bytes numbers = new Bytes(1 << 14);
  private final Bytes text = new Bytes(1 << 16);
  private final Bytes line = new Bytes(1 << 10);
  private final Bytes whole = new Bytes(1 << 16);
  private int words;

  LineBlocks(Sink sink) {
    this.sink = sink;
  }

  /** Whether the next line begins a block. */
  boolean isEmpty() {
    return words == 0;
  }

  /** Begins a block. */
  void begin(long document, int file, long record) {
    numbers.writeNumber(document);
    numbers.writeNumber(file);
    numbers.writeNumber(record);
  }

  /** Whether a line, or the rest of one, has to go on in the next block. */
  boolean isFull() {
    return words >= Layout.TEXT_WORDS || text.size() >= Layout.TEXT_BYTES;
  }

  /**
   * Writes the words {@code [first, …)} of a line, as many as the block takes.
   *
   * @param flags of the line
   * @param documents that begin since the line before
   * @param files that begin since the line before
   * @param records since the line before, of another file any number
   * @return the first word that has to go to the next block, or the line's number of words
   */
  int line(CutLine cut, int first, int flags, long documents, int files, long records) {
    int word = first;
    int lead = first > 0 ? 0 : write(cut.bytes(), cut.from(), cut.start(0), Layout.GAP_BYTES);
    line.clear();
    while (word < cut.words() && !isFull()) {
      int gapEnd = word + 1 < cut.words() ? cut.start(word + 1) : cut.to();
      line.writeNumber(write(cut.bytes(), cut.start(word), cut.end(word), Layout.SPELLING_BYTES));
      line.writeNumber(write(cut.bytes(), cut.end(word), gapEnd, Layout.GAP_BYTES));
      word++;
      words++;
    }
    numbers.writeNumber(flags);
    if ((flags & BEGINS) != 0) {
      numbers.writeNumber(documents);
    }
    if ((flags & NEXT_FILE) != 0) {
      numbers.writeNumber(files);
    }
    numbers.writeNumber(records << 1 ^ records >> 63);
    numbers.writeNumber(lead);
    numbers.writeNumber(word - first);
    numbers.write(line.array(), 0, line.size());
    return word;
  }

  /** Writes text, of which no more than so many bytes are kept. */
  private int write(byte[] utf8, int from, int to, int most) {
    int end = TermFolding.cut(utf8, from, to, most);
    text.write(utf8, from, end - from);
    if (end == to) {
      return end - from;
    }
    text.write(ELLIPSIS, 0, ELLIPSIS.length);
    return end - from + ELLIPSIS.length;
  }

  /** Ends the block, if there is one. */
  void end() throws java.io.IOException {
    if (words == 0) {
      return;
    }
    whole.clear();
    whole.writeNumber(numbers.size());
    whole.write(numbers.array(), 0, numbers.size());
    whole.write(text.array(), 0, text.size());
    byte[] packed = new byte[COMPRESSOR.maxCompressedLength(whole.size())];
    int length = COMPRESSOR.compress(whole.array(), 0, whole.size(), packed, 0);
    numbers.clear();
    text.clear();
    words = 0;
    sink.block(packed, length, whole.size());
  }
}
