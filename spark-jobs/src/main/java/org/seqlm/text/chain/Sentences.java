package org.seqlm.text.chain;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.text.FilteredBreakIteratorBuilder;
import com.ibm.icu.util.ULocale;
import java.util.Set;
import org.seqlm.Problems;

/**
 * Sentences by Unicode's rules (UAX 29) as ICU has them; of some languages without the ends that
 * their abbreviations seem to make (CLDR's lists). One instance a thread.
 *
 * <p>A sentence longer than {@value #LONGEST} chars is cut, so that memory and time are bounded
 * whatever the text is.
 */
public final class Sentences {
  /** What is looked at in one go. */
  public static final int LONGEST = 1 << 16;

  /** Languages whose abbreviations are known. */
  public static final Set<String> WITH_ABBREVIATIONS =
      Set.of("de", "en", "es", "fr", "it", "pt", "ru");

  /** What stands for no language in particular. */
  public static final String ROOT = "root";

  private static final Set<String> CODES = Set.of(ULocale.getISOLanguages());

  private final BreakIterator icu;

  private Sentences(BreakIterator icu) {
    this.icu = icu;
  }

  /**
   * For a language.
   *
   * @param language {@value #ROOT} or a code of ISO 639-1
   * @throws org.seqlm.UserException with exit code 2 if it is neither
   */
  public static Sentences of(String language) {
    new Problems()
        .require(
            language.equals(ROOT) || CODES.contains(language),
            "the language of sentences must be root or a code of two letters (ISO 639-1, for"
                + " instance en), but is "
                + language)
        .throwIfAny();
    ULocale locale = language.equals(ROOT) ? ULocale.ROOT : new ULocale(language);
    BreakIterator plain = BreakIterator.getSentenceInstance(locale);
    return new Sentences(
        WITH_ABBREVIATIONS.contains(language)
            ? FilteredBreakIteratorBuilder.getInstance(locale).wrapIteratorWithFilter(plain)
            : plain);
  }

  /** Hands on each sentence in its order, without white space at its ends; none is empty. */
  public void split(String text, SpanSink sink) {
    int at = 0;
    while (at < text.length()) {
      int most = before(text, Math.min(text.length(), at + LONGEST), at);
      icu.setText(text.substring(at, most));
      int start = 0;
      int end = icu.next();
      // The last one may go on behind what was looked at.
      while (end != BreakIterator.DONE && (end < most - at || most == text.length())) {
        hand(text, at + start, at + end, sink);
        start = end;
        end = icu.next();
      }
      if (start == 0) {
        hand(text, at, most, sink);
        at = most;
      } else {
        at += start;
      }
    }
  }

  private static void hand(String text, int from, int to, SpanSink sink) {
    int start = from;
    int end = to;
    while (start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (end > start && isSpace(text.charAt(end - 1))) {
      end--;
    }
    if (end > start) {
      sink.token(text, start, end);
    }
  }

  private static boolean isSpace(char c) {
    return c <= ' ' || UCharacter.isUWhiteSpace(c);
  }

  private static int before(String text, int at, int from) {
    return at < text.length() && at - 1 > from && Character.isLowSurrogate(text.charAt(at))
        ? at - 1
        : at;
  }

  /**
   * Where the last sentence ends that ends for certain before the text does, white space behind it
   * included; only the last {@value #LONGEST} chars are looked at.
   *
   * @return 0 if there is none
   */
  public int lastEnd(String text) {
    int from = Math.max(0, text.length() - LONGEST);
    if (from > 0 && Character.isLowSurrogate(text.charAt(from))) {
      from++;
    }
    icu.setText(text.substring(from));
    int last = 0;
    for (int end = icu.next();
        end != BreakIterator.DONE && end < text.length() - from;
        end = icu.next()) {
      last = end;
    }
    return last == 0 ? 0 : from + last;
  }
}
