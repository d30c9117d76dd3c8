package org.seqlm.concordance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.text.TextRules;

/** Draws the lines around places of an index. It holds two blocks of lines. */
public final class ContextReader {
  /** Words on each side, at most. */
  public static final int MOST_SPAN = 1000;

  private final Index index;
  private final TermFolding folding;
  private final Block[] kept = new Block[2];
  private int next;

  private record Block(LineBlock lines, int part, long wordsBefore) {}

  public ContextReader(Index index, TextRules rules) {
    this.index = index;
    this.folding = new TermFolding(rules);
  }

  /**
   * The line around a place.
   *
   * @param word its first word
   * @param length in words
   * @param span words on each side, fewer where its document begins or ends
   * @param reach words on each side that are told folded, at least as many
   */
  public ContextLine line(long word, int length, int span, int reach) throws IOException {
    long document = document(word);
    long first = word;
    while (first > 0 && word - first < reach && document(first - 1) == document) {
      first--;
    }
    long end = word + length;
    long last = end;
    while (last < index.words() && last - end < reach && document(last) == document) {
      last++;
    }
    long from = Math.max(first, word - span);
    long to = Math.min(last, end + span);
    StringBuilder left = new StringBuilder();
    for (long w = from; w < word; w++) {
      word(left, w);
      left.append(gap(w));
    }
    StringBuilder keyword = new StringBuilder();
    begin(left, word);
    for (long w = word; w < end; w++) {
      if (w > word) {
        keyword.append(gap(w - 1));
        begin(keyword, w);
      }
      keyword.append(spelling(w));
    }
    StringBuilder right = new StringBuilder(gap(end - 1));
    for (long w = end; w < to; w++) {
      word(right, w);
      right.append(gap(w));
    }
    List<String> leftWords = new ArrayList<>();
    for (long w = word - 1; w >= first; w--) {
      leftWords.add(folded(w));
    }
    Block block = block(word);
    return new ContextLine(
        word,
        plain(left).replaceFirst("^ ", ""),
        plain(keyword),
        plain(right).replaceFirst(" $", ""),
        index.file(block.part).path(block.lines.file(word - block.wordsBefore)),
        block.lines.record(word - block.wordsBefore),
        document,
        leftWords,
        folded(word, end),
        folded(end, last));
  }

  private void word(StringBuilder text, long word) throws IOException {
    begin(text, word);
    text.append(spelling(word));
  }

  /** What stands before a word where it begins a line. */
  private void begin(StringBuilder text, long word) throws IOException {
    Block block = block(word);
    if (block.lines.beginsLine(word - block.wordsBefore)) {
      text.append('\n').append(block.lines.lead(word - block.wordsBefore));
    }
  }

  private String spelling(long word) throws IOException {
    Block block = block(word);
    return block.lines.spelling(word - block.wordsBefore);
  }

  private String gap(long word) throws IOException {
    Block block = block(word);
    return block.lines.gap(word - block.wordsBefore);
  }

  private List<String> folded(long from, long to) throws IOException {
    List<String> words = new ArrayList<>();
    for (long w = from; w < to; w++) {
      words.add(folded(w));
    }
    return words;
  }

  private String folded(long word) throws IOException {
    Block block = block(word);
    long at = word - block.wordsBefore;
    folding.fold(block.lines.raw(), block.lines.spellingAt(at), block.lines.spellingEnd(at));
    return new String(folding.bytes(), 0, folding.length(), StandardCharsets.UTF_8);
  }

  private long document(long word) throws IOException {
    Block block = block(word);
    return index.documentsBefore(block.part) + block.lines.document(word - block.wordsBefore);
  }

  private Block block(long word) throws IOException {
    for (Block block : kept) {
      if (block != null && block.lines.has(word - block.wordsBefore)) {
        return block;
      }
    }
    int part = index.partOf(word);
    long before = index.wordsBefore(part);
    IndexFile file = index.file(part);
    Block read = new Block(file.block(file.blockOf(word - before)), part, before);
    if (!read.lines.has(word - before)) {
      throw file.damaged("no block of lines has word " + (word - before));
    }
    kept[next] = read;
    next = 1 - next;
    return read;
  }

  /** Text for a cell: one space for spaces and controls, nothing that sets a direction. */
  private static String plain(CharSequence text) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean direction = c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069;
      if (Character.isISOControl(c) || Character.isWhitespace(c) || Character.isSpaceChar(c)) {
        if (plain.length() == 0 || plain.charAt(plain.length() - 1) != ' ') {
          plain.append(' ');
        }
      } else if (!direction) {
        plain.append(c);
      }
    }
    return plain.toString();
  }
}
