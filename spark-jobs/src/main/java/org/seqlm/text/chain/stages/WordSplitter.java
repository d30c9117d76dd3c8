package org.seqlm.text.chain.stages;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UCharacter.WordBreak;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import java.util.EnumMap;
import java.util.Map;
import org.seqlm.text.chain.SpanSink;
import org.seqlm.text.chain.Stage;

/**
 * Words by Unicode's rules (UAX 29) as ICU has them, with its dictionaries for Chinese, Japanese,
 * Thai, Lao, Khmer and Burmese. Text without white space is looked at on its own: first for URLs
 * and the like, then what is between those for words; of letters that need no dictionary the rules
 * are followed here, as ICU would, and ICU is asked for all others.
 *
 * <p>Time is linear and memory bounded: text without white space is cut every {@value #LONGEST_RUN}
 * chars, behind its last punctuation where there is some.
 */
final class WordSplitter implements Stage.Splitter {
  /** No dictionary is asked for more at once; in no language has a sentence so many chars. */
  static final int LONGEST_RUN = 4096;

  /** What becomes of something that is found. */
  enum Fate {
    /** A token. */
    ONE,
    /** Cut like other text. */
    WORDS,
    /** Nothing. */
    DROP
  }

  // Classes of chars; the rules are those of UAX 29 of the same names.
  private static final byte OTHER = 0;
  private static final byte LETTER = 1;
  private static final byte HEBREW = 2;
  private static final byte NUMERIC = 3;
  private static final byte EXTEND_NUM_LET = 4;
  private static final byte EXTEND = 5; // Extend, Format and ZWJ
  private static final byte MID_LETTER = 6;
  private static final byte MID_NUM = 7;
  private static final byte MID_NUM_LET = 8; // and Single_Quote
  private static final byte DICTIONARY = 9; // ICU is asked
  private static final byte HANGUL = 10; // joins its like only

  private static final byte[] CLASSES = classes();

  private final Map<SpecialWords.Kind, Fate> fates = new EnumMap<>(SpecialWords.Kind.class);
  private final boolean special;
  private final boolean keepPunctuation;
  private final SpecialWords finder = new SpecialWords();
  private final BreakIterator icu = BreakIterator.getWordInstance(ULocale.ROOT);

  WordSplitter(Map<SpecialWords.Kind, Fate> fates, Punctuation punctuation) {
    this.fates.putAll(fates);
    special = fates.values().stream().anyMatch(fate -> fate != Fate.WORDS);
    keepPunctuation = punctuation == Punctuation.KEEP;
  }

  /** What becomes of visible code points that are in no word. */
  enum Punctuation {
    /** Nothing. */
    DROP,
    /** A token each, with the marks that follow. */
    KEEP
  }

  private static byte[] classes() {
    byte[] classes = new byte[1 << 16];
    for (int c = 0; c < classes.length; c++) {
      classes[c] = classOf(c);
    }
    return classes;
  }

  private static byte classOf(int c) {
    if (Character.isSurrogate((char) c)
        || (!Letters.isSpaced(c)
            && UCharacter.getIntPropertyValue(c, UProperty.WORD_BREAK) != WordBreak.ALETTER)
        || UCharacter.getIntPropertyValue(c, UProperty.LINE_BREAK)
            == UCharacter.LineBreak.COMPLEX_CONTEXT
        || UCharacter.hasBinaryProperty(c, UProperty.EXTENDED_PICTOGRAPHIC)) {
      return DICTIONARY;
    }
    return switch (UCharacter.getIntPropertyValue(c, UProperty.WORD_BREAK)) {
      case WordBreak.ALETTER ->
          c >= 0xAC00 && c <= 0xD7A3 ? HANGUL : Letters.isSpaced(c) ? LETTER : DICTIONARY;
      case WordBreak.HEBREW_LETTER -> HEBREW;
      case WordBreak.NUMERIC -> NUMERIC;
      case WordBreak.EXTENDNUMLET -> EXTEND_NUM_LET;
      case WordBreak.EXTEND, WordBreak.FORMAT, WordBreak.ZWJ -> EXTEND;
      case WordBreak.MIDLETTER -> MID_LETTER;
      case WordBreak.MIDNUM -> MID_NUM;
      case WordBreak.MIDNUMLET, WordBreak.SINGLE_QUOTE -> MID_NUM_LET;
      case WordBreak.KATAKANA -> DICTIONARY;
      default -> OTHER;
    };
  }

  @Override
  public void split(String text, int from, int to, SpanSink sink) {
    int i = from;
    while (i < to) {
      if (WhitespaceSplitter.isSpace(text.charAt(i))) {
        i++;
        continue;
      }
      int end = i + 1;
      int most = Math.min(to, i + LONGEST_RUN);
      while (end < most && !WhitespaceSplitter.isSpace(text.charAt(end))) {
        end++;
      }
      if (end == most && end < to && !WhitespaceSplitter.isSpace(text.charAt(end))) {
        end = cut(text, i, end);
      }
      run(text, i, end, sink);
      i = end;
    }
  }

  /** Where a run that is too long is cut: behind punctuation, else before a code point. */
  private static int cut(String text, int from, int most) {
    for (int at = most; at > from + LONGEST_RUN / 2; at--) {
      char c = text.charAt(at - 1);
      if (CLASSES[c] == OTHER && Letters.isSymbol(c)) {
        return at;
      }
    }
    int at = most;
    // Marks stay with their letter, unless there is no end of them.
    while (at > most - 64
        && (Character.isLowSurrogate(text.charAt(at)) || CLASSES[text.charAt(at)] == EXTEND)) {
      at--;
    }
    if (at == most - 64) {
      at = Character.isLowSurrogate(text.charAt(most)) ? most - 1 : most;
    }
    return at;
  }

  /** Cuts text without white space. */
  private void run(String text, int from, int to, SpanSink sink) {
    int done = from;
    if (special) {
      finder.reset(text, from, to);
      int i = from;
      while (i < to) {
        int end = finder.end(i);
        if (end >= 0 && fates.get(finder.kind()) != Fate.WORDS) {
          words(text, done, finder.start(), sink);
          if (fates.get(finder.kind()) == Fate.ONE) {
            sink.token(text, finder.start(), end);
          }
          done = end;
          finder.done(done);
          i = end;
        } else {
          i = past(text, Math.max(i, end - 1), to);
        }
      }
    }
    words(text, done, to, sink);
  }

  /**
   * The next char at which something may begin: not within letters that are written with spaces.
   */
  private static int past(String text, int i, int to) {
    int at = i;
    byte first = CLASSES[text.charAt(at)];
    at++;
    if (first == LETTER || first == HEBREW || first == HANGUL) {
      while (at < to && (CLASSES[text.charAt(at)] == first || CLASSES[text.charAt(at)] == EXTEND)) {
        at++;
      }
    } else if (at < to && Character.isSurrogatePair(text.charAt(at - 1), text.charAt(at))) {
      at++;
    }
    return at;
  }

  /** Cuts text without white space into words. */
  private void words(String text, int from, int to, SpanSink sink) {
    boolean dictionary = false;
    boolean hebrew = false;
    boolean quote = false;
    boolean hangul = false;
    boolean others = false; // of which Korean letters are not parted by the rules below
    for (int i = from; i < to && !dictionary; i++) {
      char c = text.charAt(i);
      byte is = CLASSES[c];
      hebrew |= is == HEBREW;
      quote |= c == '"' || c == '\'';
      if (is == HANGUL) {
        hangul = true;
        others |=
            i > from
                && CLASSES[text.charAt(i - 1)] >= MID_LETTER
                && CLASSES[text.charAt(i - 1)] != HANGUL;
      } else {
        others |= is >= LETTER && is <= EXTEND;
      }
      dictionary = is == DICTIONARY || (hebrew && quote) || (hangul && others);
    }
    if (dictionary) {
      byIcu(text, from, to, sink);
    } else {
      byRules(text, from, to, sink);
    }
  }

  private void byIcu(String text, int from, int to, SpanSink sink) {
    icu.setText(text.substring(from, to));
    int start = icu.first();
    for (int end = icu.next(); end != BreakIterator.DONE; end = icu.next()) {
      token(text, from + start, from + end, sink);
      start = end;
    }
  }

  /** WB 4 to 13b of UAX 29, for the classes above. */
  private void byRules(String text, int from, int to, SpanSink sink) {
    int i = from;
    while (i < to) {
      int end = skipExtend(text, i + 1, to);
      byte last = CLASSES[text.charAt(i)];
      while (end < to) {
        byte next = CLASSES[text.charAt(end)];
        if (joins(last, next)) {
          last = next;
        } else if (between(last, next)) {
          int after = skipExtend(text, end + 1, to);
          if (after >= to || !joinsOver(last, CLASSES[text.charAt(after)])) {
            break;
          }
          end = after;
          last = CLASSES[text.charAt(after)];
        } else {
          break;
        }
        end = skipExtend(text, end + 1, to);
      }
      token(text, i, end, sink);
      i = end;
    }
  }

  private static int skipExtend(String text, int i, int to) {
    int at = i;
    while (at < to && CLASSES[text.charAt(at)] == EXTEND) {
      at++;
    }
    return at;
  }

  private static boolean joins(byte last, byte next) {
    if (last == HANGUL || next == HANGUL) {
      return last == next;
    }
    return last >= LETTER && last <= EXTEND_NUM_LET && next >= LETTER && next <= EXTEND_NUM_LET;
  }

  private static boolean between(byte last, byte next) {
    return last == LETTER || last == HEBREW
        ? next == MID_LETTER || next == MID_NUM_LET
        : last == NUMERIC && (next == MID_NUM || next == MID_NUM_LET);
  }

  private static boolean joinsOver(byte last, byte next) {
    return last == NUMERIC ? next == NUMERIC : next == LETTER || next == HEBREW;
  }

  /** A word, or else punctuation, without joiners at its end. */
  private void token(String text, int from, int to, SpanSink sink) {
    boolean word = false;
    for (int i = from; i < to && !word; ) {
      int c = text.codePointAt(i);
      word = Letters.isLetterOrDigit(c);
      i += Character.charCount(c);
    }
    int end = to;
    while (end > from && isTrailing(text.charAt(end - 1))) {
      end--;
    }
    if (end == from) {
      return;
    }
    if (word || (keepPunctuation && Letters.isVisible(text.codePointAt(from)))) {
      sink.token(text, from, end);
    }
  }

  /** What is seen only where something follows, and marks of direction. */
  private static boolean isTrailing(char c) {
    return c == Letters.ZWNJ
        || c == Letters.ZWJ
        || c == 0x200E
        || c == 0x200F
        || (c >= 0x202A && c <= 0x202E)
        || (c >= 0x2066 && c <= 0x2069)
        || c == 0xFEFF
        || c == 0xAD;
  }
}
