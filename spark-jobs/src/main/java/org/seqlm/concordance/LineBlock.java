package org.seqlm.concordance;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.seqlm.ngram.trie.Bytes;

/**
 * A block of lines, unpacked: the spelling of each word, what stands around it, and where it comes
 * from.
 *
 * @see LineBlocks
 */
final class LineBlock {
  private final byte[] raw;
  private final long firstWord;
  private int words;
  private int[] spellingAt = new int[256];
  private int[] spellingEnd = new int[256];
  private int[] gapEnd = new int[256]; // the gap behind a word begins at its spelling's end
  private int[] line = new int[256];
  private int lines;
  private int[] leadAt = new int[64];
  private int[] leadEnd = new int[64];
  private boolean[] goesOn = new boolean[64];
  private long[] document = new long[64];
  private int[] file = new int[64];
  private long[] record = new long[64];

  LineBlock(byte[] raw, long firstWord) {
    this.raw = raw;
    this.firstWord = firstWord;
    Bytes.Reader in = new Bytes.Reader(raw);
    int length = in.readInt();
    int text = in.position() + length;
    if (length < 0 || text > raw.length) {
      throw new IllegalArgumentException("numbers of " + length + " bytes");
    }
    int end = text;
    long documentNow = in.readNumber();
    int fileNow = in.readInt();
    long recordNow = in.readNumber();
    while (in.position() < end) {
      int flags = in.readInt();
      documentNow += (flags & LineBlocks.BEGINS) != 0 ? in.readNumber() : 0;
      fileNow += (flags & LineBlocks.NEXT_FILE) != 0 ? in.readInt() : 0;
      long zigzag = in.readNumber();
      recordNow += zigzag >>> 1 ^ -(zigzag & 1);
      ensureLine();
      goesOn[lines] = (flags & LineBlocks.GOES_ON) != 0;
      document[lines] = documentNow;
      file[lines] = fileNow;
      record[lines] = recordNow;
      leadAt[lines] = text;
      text = advance(text, in.readInt());
      leadEnd[lines] = text;
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        ensureWord();
        line[words] = lines;
        spellingAt[words] = text;
        text = advance(text, in.readInt());
        spellingEnd[words] = text;
        text = advance(text, in.readInt());
        gapEnd[words++] = text;
      }
      lines++;
    }
  }

  private int advance(int text, int length) {
    if (length < 0 || length > raw.length - text) {
      throw new IllegalArgumentException("a word of " + length + " bytes");
    }
    return text + length;
  }

  private void ensureWord() {
    if (words == line.length) {
      spellingAt = Arrays.copyOf(spellingAt, words * 2);
      spellingEnd = Arrays.copyOf(spellingEnd, words * 2);
      gapEnd = Arrays.copyOf(gapEnd, words * 2);
      line = Arrays.copyOf(line, words * 2);
    }
  }

  private void ensureLine() {
    if (lines == document.length) {
      leadAt = Arrays.copyOf(leadAt, lines * 2);
      leadEnd = Arrays.copyOf(leadEnd, lines * 2);
      goesOn = Arrays.copyOf(goesOn, lines * 2);
      document = Arrays.copyOf(document, lines * 2);
      file = Arrays.copyOf(file, lines * 2);
      record = Arrays.copyOf(record, lines * 2);
    }
  }

  boolean has(long word) {
    return word >= firstWord && word < firstWord + words;
  }

  private int at(long word) {
    return (int) (word - firstWord);
  }

  /** The document of a word, as its file numbers them. */
  long document(long word) {
    return document[line[at(word)]];
  }

  int file(long word) {
    return file[line[at(word)]];
  }

  /** The place of a word's record in its file, from 1. */
  long record(long word) {
    return record[line[at(word)]];
  }

  String spelling(long word) {
    int i = at(word);
    return text(spellingAt[i], spellingEnd[i]);
  }

  byte[] raw() {
    return raw;
  }

  int spellingAt(long word) {
    return spellingAt[at(word)];
  }

  int spellingEnd(long word) {
    return spellingEnd[at(word)];
  }

  /** What stands behind a word, up to the next one of its line or the line's end. */
  String gap(long word) {
    int i = at(word);
    return text(spellingEnd[i], gapEnd[i]);
  }

  /** What stands before a word in a line of which it is the first word. */
  String lead(long word) {
    int l = line[at(word)];
    return text(leadAt[l], leadEnd[l]);
  }

  /** Whether a word is the first of a line. */
  boolean beginsLine(long word) {
    int i = at(word);
    return (i == 0 || line[i - 1] != line[i]) && !goesOn[line[i]];
  }

  private String text(int from, int to) {
    return new String(raw, from, to - from, StandardCharsets.UTF_8);
  }
}
