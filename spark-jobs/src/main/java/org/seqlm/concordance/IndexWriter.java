package org.seqlm.concordance;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.text.TextRules;

/**
 * Writes the file of an index for consecutive pieces of a text, in one pass and the order of the
 * text. It holds a block of lines and the words of a run, at most about 150 MiB, whatever the text;
 * and 20 bytes for every 32 KiB of text that it wrote. The bytes depend on the text alone.
 *
 * <p>Documents are numbered from 1 as they begin here; 0 is the one that goes on from before.
 */
public final class IndexWriter {
  /**
   * What a file holds.
   *
   * @param words in it
   * @param documents that begin in it, those without a word among them
   * @param lines with a word
   */
  public record Summary(long words, long documents, long lines) {}

  private final OutputStream out;
  private final int runWords;
  private final CutLine cut;
  private final TermFolding folding;
  private final WordRun run = new WordRun();
  private final LineBlocks blocks = new LineBlocks(this::block);
  private final Bytes files = new Bytes(256);
  private final Bytes textDirectory = new Bytes(1 << 10);
  private final Bytes runs = new Bytes(256);
  private int fileCount;
  private int runCount;
  private int blockCount;
  private long at; // bytes written
  private long words;
  private long lines;
  private long documents;
  private long blockWords; // before the block of lines that is open
  private long lineDocument; // in force in the line before
  private int lineFile;
  private long lineRecord;

  /** Begins a file that is written to a stream, which the caller closes. */
  public IndexWriter(OutputStream out, TextRules rules) {
    this(out, rules, Layout.RUN_WORDS);
  }

  /**
   * @param runWords places of a run, fewer in tests
   */
  IndexWriter(OutputStream out, TextRules rules, int runWords) {
    this.out = out;
    this.runWords = runWords;
    cut = new CutLine(rules);
    folding = new TermFolding(rules);
  }

  /**
   * A file of the text begins, or goes on from before.
   *
   * @param path by which results name it
   */
  public void startFile(String path) {
    byte[] utf8 = path.getBytes(StandardCharsets.UTF_8);
    files.writeNumber(utf8.length);
    files.write(utf8, 0, utf8.length);
    files.writeNumber(words);
    files.writeNumber(documents);
    fileCount++;
  }

  /** A document begins with the next line. */
  public void startDocument() {
    documents++;
  }

  /**
   * The next line, valid UTF-8 without its line feed.
   *
   * @param record its record's place in the file, from 1
   */
  public void line(byte[] utf8, int from, int to, long record) throws IOException {
    if (fileCount == 0) {
      throw new IllegalStateException("a line before its file");
    }
    cut.cut(utf8, from, to);
    if (cut.words() == 0) {
      return;
    }
    lines++;
    int next = 0;
    while (next < cut.words()) {
      if (blocks.isEmpty()) {
        blockWords = words;
        blocks.begin(lineDocument, lineFile, lineRecord);
      }
      int flags =
          (documents != lineDocument ? LineBlocks.BEGINS : 0)
              | (next > 0 ? LineBlocks.GOES_ON : 0)
              | (fileCount - 1 != lineFile ? LineBlocks.NEXT_FILE : 0);
      int first = next;
      next =
          blocks.line(
              cut,
              first,
              flags,
              documents - lineDocument,
              fileCount - 1 - lineFile,
              record - lineRecord);
      lineDocument = documents;
      lineFile = fileCount - 1;
      lineRecord = record;
      for (int i = first; i < next; i++) {
        folding.fold(cut.bytes(), cut.start(i), cut.end(i));
        run.add(folding.bytes(), folding.length(), documents);
        words++;
        if (run.size() >= runWords || run.isFull()) {
          endRun();
        }
      }
      if (blocks.isFull()) {
        blocks.end();
      }
    }
  }

  private void write(byte[] bytes, int length) throws IOException {
    out.write(bytes, 0, length);
    at += length;
  }

  private void block(byte[] packed, int length, int raw) throws IOException {
    textDirectory.writeNumber(at);
    textDirectory.writeNumber(length);
    textDirectory.writeNumber(raw);
    textDirectory.writeNumber(blockWords);
    textDirectory.writeNumber(Layout.crc(packed, 0, length) & 0xFFFFFFFFL);
    blockCount++;
    write(packed, length);
  }

  private void endRun() throws IOException {
    runs.writeNumber(words - run.size());
    run.write(at, this::write, runs);
    runCount++;
  }

  /** Ends the file. */
  public Summary finish() throws IOException {
    blocks.end();
    if (run.size() > 0) {
      endRun();
    }
    Bytes footer = new Bytes(1 << 10);
    footer.writeNumber(words);
    footer.writeNumber(documents);
    footer.writeNumber(fileCount);
    footer.write(files.array(), 0, files.size());
    footer.writeNumber(blockCount);
    footer.write(textDirectory.array(), 0, textDirectory.size());
    footer.writeNumber(runCount);
    footer.write(runs.array(), 0, runs.size());
    long footerAt = at;
    write(footer.array(), footer.size());
    byte[] trailer =
        ByteBuffer.allocate(Layout.TRAILER)
            .putLong(footerAt)
            .putInt(footer.size())
            .putInt(Layout.crc(footer.array(), 0, footer.size()))
            .putInt(Layout.VERSION)
            .putInt(Layout.MAGIC)
            .array();
    write(trailer, trailer.length);
    return new Summary(words, documents, lines);
  }
}
