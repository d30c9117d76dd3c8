package org.seqlm.profile.text;

import java.nio.charset.StandardCharsets;
import org.seqlm.text.TextRules;
import org.seqlm.text.Tokenizer;
import org.seqlm.text.TokenizerKind;
import org.seqlm.text.Utf8;

/**
 * What formulas of readability ask of a document: its sentences, words, letters and syllables, line
 * by line, in the memory of a line.
 *
 * <p>Words are those of {@link TokenizerKind#WORD}, whatever the corpus is cut into. A sentence
 * ends with a mark such as {@code . ! ?} or its likes in other scripts, with a blank line, and with
 * the document. A full stop ends none within a number or a word, before a small letter, after a
 * single capital and after a few titles (Mr, Dr, ...); other abbreviations do end one. The end of a
 * line ends none, as lines of books are cut anywhere. What comes behind the first {@value
 * DocumentMeasures#MOST_WORDS} words of a document is not counted. Not thread-safe.
 */
public final class ReadingUnits {
  private static final String ENDS =
      "!?\u2026\u203C\u203D\u2047\u2048\u2049\u3002\uFF01\uFF1F\uFF61"
          + "\u061F\u06D4\u0964\u0965\u1362\u1367\u104B\u17D4\u0589";
  private static final java.util.Set<String> TITLES =
      java.util.Set.of("Mr", "Mrs", "Ms", "Dr", "Prof", "St", "Jr", "Sr", "Rev", "Capt", "vs");

  /** Letters above which a word is long for LIX. */
  private static final int SHORT = 6;

  private enum Mark {
    NONE,
    /** A full stop, which an abbreviation may have. */
    STOP,
    END
  }

  private final Tokenizer tokenizer = Tokenizer.of(TextRules.of(TokenizerKind.WORD));
  private final boolean syllabled;

  private long sentences;
  private long words;
  private long letters;
  private long characters;
  private long longWords;
  private long syllables;
  private long polysyllables;

  private boolean open; // the sentence has a word
  private Mark mark = Mark.NONE; // since the last word
  private boolean abbreviated; // the last word may be one
  private int at; // in the line

  /** What syllables are counted by. */
  public enum Spelling {
    /** By {@link Syllables}. */
    ENGLISH,
    /** No syllables are counted. */
    OTHER
  }

  /** Begins with the first document. */
  public ReadingUnits(Spelling spelling) {
    syllabled = spelling == Spelling.ENGLISH;
  }

  /** A line, valid UTF-8 without its line feed. */
  public void line(byte[] utf8, int from, int to) {
    if (words >= DocumentMeasures.MOST_WORDS) {
      return;
    }
    at = from;
    long before = words;
    tokenizer.tokenize(utf8, from, to, this::word);
    gap(utf8, at, to, true);
    if (words == before && mark == Mark.NONE) {
      end();
    }
  }

  private void word(byte[] utf8, int from, int to) {
    if (words >= DocumentMeasures.MOST_WORDS) {
      return; // a long line's
    }
    gap(utf8, at, from, false);
    int first = Utf8.codePoint(utf8, from);
    if (mark == Mark.END || mark == Mark.STOP && !Character.isLowerCase(first) && !abbreviated) {
      end();
    }
    mark = Mark.NONE;
    at = to;
    open = true;
    words++;
    int lettersHere = 0;
    int charactersHere = 0;
    for (int i = from; i < to; i += Utf8.length(utf8[i])) {
      int c = Utf8.codePoint(utf8, i);
      lettersHere += Character.isLetter(c) ? 1 : 0;
      charactersHere += Character.isLetterOrDigit(c) ? 1 : 0;
    }
    letters += lettersHere;
    characters += charactersHere;
    longWords += lettersHere > SHORT ? 1 : 0;
    boolean capital = Character.isUpperCase(first);
    abbreviated =
        capital
            && (charactersHere == 1 && first != 'I'
                || to - from <= 4
                    && TITLES.contains(new String(utf8, from, to - from, StandardCharsets.UTF_8)));
    if (syllabled) {
      int of = Syllables.of(new String(utf8, from, to - from, StandardCharsets.UTF_8));
      syllables += of;
      polysyllables += of >= 3 ? 1 : 0;
    }
  }

  /** What stands between words: a full stop counts where nothing or a space follows its quotes. */
  private void gap(byte[] utf8, int from, int to, boolean last) {
    boolean stop = false;
    for (int i = from; i < to; i += Utf8.length(utf8[i])) {
      int c = Utf8.codePoint(utf8, i);
      if (ENDS.indexOf(c) >= 0) {
        mark = Mark.END;
      } else if (c == '.') {
        stop = true;
      } else if (stop && Character.isWhitespace(c) && mark == Mark.NONE) {
        mark = Mark.STOP;
      }
    }
    if (stop && last && mark == Mark.NONE) {
      mark = Mark.STOP;
    }
  }

  private void end() {
    sentences += open ? 1 : 0;
    open = false;
    mark = Mark.NONE;
    abbreviated = false;
  }

  /** Ends the document; the next line is the first of another. */
  public Counts take() {
    end();
    Counts counts =
        new Counts(
            sentences, words, letters, characters, longWords, syllables, polysyllables, syllabled);
    sentences = 0;
    words = 0;
    letters = 0;
    characters = 0;
    longWords = 0;
    syllables = 0;
    polysyllables = 0;
    return counts;
  }

  /**
   * What a text has.
   *
   * @param sentences that have a word
   * @param words of any kind
   * @param letters of them
   * @param characters letters and digits
   * @param longWords of more than six letters
   * @param syllables 0 where they are not counted
   * @param polysyllables words of three syllables or more
   * @param syllabled whether syllables are counted
   */
  public record Counts(
      long sentences,
      long words,
      long letters,
      long characters,
      long longWords,
      long syllables,
      long polysyllables,
      boolean syllabled) {}
}
