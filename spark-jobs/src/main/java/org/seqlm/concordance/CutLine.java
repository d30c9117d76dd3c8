package org.seqlm.concordance;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import org.seqlm.text.Alphabet;
import org.seqlm.text.ArabicLetters;
import org.seqlm.text.LetterCase;
import org.seqlm.text.TextRules;
import org.seqlm.text.Tokenizer;
import org.seqlm.text.TokenizerKind;
import org.seqlm.text.UnicodeForm;
import org.seqlm.text.Utf8;

/**
 * A line and the words in it, spelled as they stand: of the rules the Unicode form and how words
 * are cut are applied here, what becomes of letters by {@link TermFolding}, word by word. One
 * instance a thread.
 */
final class CutLine {
  private final UnicodeForm unicode;
  private final boolean lettersOnly;
  private final boolean characters;
  private final Tokenizer tokenizer;

  private byte[] bytes;
  private int from;
  private int to;
  private int words;
  private byte[] own = new byte[256];
  private int made; // bytes of the line in it, where the tokenizer made the words anew
  private int lastEnd; // of the word before, in the tokenizer's array
  private int[] starts = new int[64];
  private int[] ends = new int[64];

  CutLine(TextRules rules) {
    unicode = rules.unicode();
    lettersOnly = rules.alphabet() == Alphabet.LETTERS_ONLY;
    characters = rules.kind() == TokenizerKind.CHAR;
    tokenizer =
        switch (rules.kind()) {
          // So that words are spans of the very array that is given.
          case CHAR, WORD, WHITESPACE ->
              Tokenizer.of(
                  new TextRules(
                      rules.kind(),
                      UnicodeForm.NONE,
                      LetterCase.KEEP,
                      Alphabet.ALL,
                      ArabicLetters.KEEP,
                      rules.punctuation()));
          default -> Tokenizer.of(rules);
        };
  }

  /** Cuts the line in {@code [start, end)}, valid UTF-8 without its line feed. */
  void cut(byte[] utf8, int start, int end) {
    bytes = utf8;
    from = start;
    to = end;
    words = 0;
    made = 0;
    if (unicode != UnicodeForm.NONE && !Utf8.isAscii(utf8, start, end)) {
      bytes =
          Normalizer.normalize(
                  new String(utf8, start, end - start, StandardCharsets.UTF_8),
                  unicode == UnicodeForm.NFC ? Normalizer.Form.NFC : Normalizer.Form.NFKC)
              .getBytes(StandardCharsets.UTF_8);
      from = 0;
      to = bytes.length;
    }
    if (lettersOnly) {
      tokenizer.tokenize(masked(), 0, to - from, (array, a, b) -> addMasked(a, b));
      if (characters && words > 0 && !isLetter(bytes[starts[words - 1]])) {
        words--; // the ends are stripped
      }
    } else {
      tokenizer.tokenize(bytes, from, to, this::take);
      if (made > 0) {
        bytes = own;
        from = 0;
        to = made;
      }
    }
  }

  /** Takes a word; of an array that is not the line's, as a tokenizer made it, a copy. */
  private void take(byte[] array, int start, int end) {
    if (array == bytes) {
      add(start, end);
      return;
    }
    int gap = made == 0 ? start : Math.min(lastEnd, start);
    int length = end - gap;
    if (own.length - made < length) {
      own = Arrays.copyOf(own, Math.max(2 * own.length, made + length));
    }
    System.arraycopy(array, gap, own, made, length);
    add(made + start - gap, made + length);
    made += length;
    lastEnd = end;
  }

  /** The line with a space in place of every byte that is no letter of A to Z. */
  private byte[] masked() {
    byte[] masked = Arrays.copyOfRange(bytes, from, to);
    for (int i = 0; i < masked.length; i++) {
      masked[i] = isLetter(masked[i]) ? masked[i] : (byte) ' ';
    }
    return masked;
  }

  private static boolean isLetter(byte b) {
    int folded = b | 0x20;
    return b > 0 && folded >= 'a' && folded <= 'z';
  }

  /**
   * Takes a word of the masked line; of characters a run of spaces is one, and none at the ends.
   */
  private void addMasked(int a, int b) {
    if (characters
        && !isLetter(bytes[from + a])
        && (words == 0 || !isLetter(bytes[starts[words - 1]]))) {
      return;
    }
    add(from + a, from + b);
  }

  private void add(int start, int end) {
    if (words == starts.length) {
      starts = Arrays.copyOf(starts, words * 2);
      ends = Arrays.copyOf(ends, words * 2);
    }
    starts[words] = start;
    ends[words++] = end;
  }

  /** Holds the line in its Unicode form, from {@link #from} to {@link #to}. */
  byte[] bytes() {
    return bytes;
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  int words() {
    return words;
  }

  int start(int word) {
    return starts[word];
  }

  int end(int word) {
    return ends[word];
  }
}
