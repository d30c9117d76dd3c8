package org.seqlm.text.chain;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import com.ibm.icu.util.UResourceBundle;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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

  private static final String ICU_BREAKS = "com/ibm/icu/impl/data/icudata/brkitr";

  /** Titles that CLDR's lists lack; a name always follows them. */
  private static final Map<String, List<String>> TITLES =
      Map.of(
          "en",
              List.of(
                  "Dr.", "Mr.", "Mrs.", "Ms.", "Prof.", "Rev.", "Gen.", "Col.", "Capt.", "Lt.",
                  "Sgt.", "Gov.", "Sen.", "Hon."),
          "de", List.of("Dr.", "Prof.", "Hr.", "Fr.", "Dipl."));

  private static final Set<String> CODES = Set.of(ULocale.getISOLanguages());

  private final BreakIterator icu;
  private final Set<String> abbreviations;
  private final int longest; // of these

  private Sentences(BreakIterator icu, Set<String> abbreviations) {
    this.icu = icu;
    this.abbreviations = abbreviations;
    longest = abbreviations.stream().mapToInt(String::length).max().orElse(0);
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
    return new Sentences(BreakIterator.getSentenceInstance(locale), abbreviations(language));
  }

  /**
   * For a text in no language that is known: what is an abbreviation in any of {@link
   * #WITH_ABBREVIATIONS} ends no sentence. So some ends are missed, and those that are found are
   * ends in each of these.
   */
  public static Sentences ofAnyLanguage() {
    Set<String> all = new HashSet<>();
    WITH_ABBREVIATIONS.forEach(language -> all.addAll(abbreviations(language)));
    return new Sentences(BreakIterator.getSentenceInstance(ULocale.ROOT), all);
  }

  private static Set<String> abbreviations(String language) {
    Set<String> abbreviations = new HashSet<>(TITLES.getOrDefault(language, List.of()));
    if (WITH_ABBREVIATIONS.contains(language)) {
      UResourceBundle exceptions =
          UResourceBundle.getBundleInstance(ICU_BREAKS, language)
              .get("exceptions")
              .get("SentenceBreak");
      for (int i = 0; i < exceptions.getSize(); i++) {
        abbreviations.add(exceptions.getString(i));
      }
    }
    return abbreviations;
  }

  /** Hands on each sentence in its order, without white space at its ends; none is empty. */
  public void split(String text, SpanSink sink) {
    int at = 0;
    while (at < text.length()) {
      int most = before(text, Math.min(text.length(), at + LONGEST), at);
      String part = text.substring(at, most);
      icu.setText(part);
      int start = 0;
      int end = next(part);
      // The last one may go on behind what was looked at.
      while (end != BreakIterator.DONE && (end < most - at || most == text.length())) {
        hand(text, at + start, at + end, sink);
        start = end;
        end = next(part);
      }
      if (start == 0) {
        hand(text, at, most, sink);
        at = most;
      } else {
        at += start;
      }
    }
  }

  /**
   * The next end of a sentence. ICU's own filter of abbreviations takes them for such at the end of
   * words, too: of "r." in German, no sentence would end with "Meier.".
   */
  private int next(String text) {
    int end = icu.next();
    while (end != BreakIterator.DONE && end < text.length() && isAbbreviated(text, end)) {
      end = icu.next();
    }
    return end;
  }

  private boolean isAbbreviated(String text, int at) {
    int end = at;
    while (end > 0 && isSpace(text.charAt(end - 1))) {
      end--;
    }
    if (longest == 0 || end == 0 || text.charAt(end - 1) != '.') {
      return false;
    }
    for (int from = end - 1; from >= 0 && end - from <= longest; from--) {
      boolean begins = from == 0 || !UCharacter.isLetterOrDigit(text.codePointBefore(from));
      if (begins && abbreviations.contains(text.substring(from, end))) {
        return true;
      }
    }
    return false;
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
    String part = text.substring(from);
    icu.setText(part);
    int last = 0;
    for (int end = next(part); end != BreakIterator.DONE && end < part.length(); end = next(part)) {
      last = end;
    }
    return last == 0 ? 0 : from + last;
  }
}
