package org.seqlm.profile.text;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;

/**
 * The syllables of an English word by its spelling: groups of vowels, less silent ones, more where
 * two vowels are usually spoken apart. Spelling does not decide them: words such as "area" (counted
 * 2, spoken 3), "something" and "quiet" go wrong, so a figure holds for texts, not for words. Words
 * of other languages are counted as if they were English.
 */
public final class Syllables {
  /** Endings after which -es is spoken. */
  private static final Set<String> HISSING = Set.of("s", "x", "z", "c", "g", "h");

  private Syllables() {}

  /**
   * The syllables of a word.
   *
   * @return at least 1
   */
  public static int of(String word) {
    String letters =
        Normalizer.normalize(word, Normalizer.Form.NFD)
            .toLowerCase(Locale.ROOT)
            .replaceAll("['\u2019]s$", "")
            .replace("e\u0301", "ee") // an accent has it spoken
            .replaceAll("[^a-z]", "");
    int n = letters.length();
    if (n <= 3) {
      return 1;
    }
    int groups = 0;
    boolean before = false;
    for (int i = 0; i < n; i++) {
      boolean vowel = vowel(letters, i);
      groups += vowel && !before ? 1 : 0;
      before = vowel;
    }
    return Math.max(1, groups - silent(letters) + apart(letters));
  }

  private static boolean vowel(String word, int at) {
    char c = word.charAt(at);
    // The u of "queen" and the y of "yes" and "beyond" are consonants.
    return switch (c) {
      case 'a', 'e', 'i', 'o' -> true;
      case 'u' -> at == 0 || word.charAt(at - 1) != 'q';
      case 'y' -> at > 0 && !(at + 1 < word.length() && plain(word, at - 1) && plain(word, at + 1));
      default -> false;
    };
  }

  private static boolean plain(String word, int at) {
    return "aeiou".indexOf(word.charAt(at)) >= 0;
  }

  private static boolean consonant(String word, int at) {
    return at >= 0 && !vowel(word, at);
  }

  /** 1 where an ending's e is not spoken. */
  private static int silent(String word) {
    int n = word.length();
    char last = word.charAt(n - 1);
    if (last == 'e') {
      // "table" and "acre" speak it, "whole" does not.
      boolean spoken =
          word.endsWith("le") && consonant(word, n - 3) && word.charAt(n - 3) != 'l'
              || word.endsWith("cre");
      return consonant(word, n - 2) && !spoken ? 1 : 0;
    }
    if (word.endsWith("es") && consonant(word, n - 3)) {
      boolean spoken =
          HISSING.contains(word.substring(n - 3, n - 2))
              || word.charAt(n - 3) == 'l' && consonant(word, n - 4) && word.charAt(n - 4) != 'l';
      return spoken ? 0 : 1;
    }
    if (word.endsWith("ed") && consonant(word, n - 3)) {
      return word.charAt(n - 3) == 't' || word.charAt(n - 3) == 'd' ? 0 : 1;
    }
    if (word.endsWith("ely") || word.endsWith("eless") || word.endsWith("ement")) {
      return consonant(word, n - (last == 'y' ? 4 : 6)) ? 1 : 0;
    }
    return 0;
  }

  /** Pairs of vowels that are two syllables, and "-ism" and "being". */
  private static int apart(String word) {
    int more = word.endsWith("ism") || word.endsWith("eing") ? 1 : 0;
    for (int i = 1; i < word.length(); i++) {
      char one = word.charAt(i - 1);
      char two = word.charAt(i);
      boolean soft = i >= 2 && "tscgx".indexOf(word.charAt(i - 2)) >= 0; // nation, special, region
      boolean pair =
          one == 'i' && (two == 'a' || two == 'o' || two == 'u') && !soft
              || one == 'e' && two == 'o' && !word.startsWith("people") && !soft
              || one == 'u' && two == 'a' && !(i >= 2 && "gq".indexOf(word.charAt(i - 2)) >= 0);
      more += pair ? 1 : 0;
    }
    return more;
  }
}
