package org.seqlm.text.chain.stages;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.util.ULocale;
import java.util.Locale;
import org.seqlm.Problems;
import org.seqlm.text.chain.Stage;
import org.seqlm.text.chain.StageParameter;
import org.seqlm.text.chain.StageValues;

/** Letters without their case. */
final class LetterCases {
  private LetterCases() {}

  /** {@code lowercase}. */
  public static final class Lowercase extends PlainProvider {
    private static final String LANGUAGE = "language";

    public Lowercase() {
      super(
          Kind.NORMALIZER,
          "lowercase",
          "Small letters, by the rules of a language.",
          StageParameter.text(
              LANGUAGE,
              "root",
              "root for what most languages do, or a code of ISO 639 whose rules differ: tr, az,"
                  + " lt."));
    }

    @Override
    public void check(StageValues values, String key, Problems problems) {
      Languages.check(values.text(LANGUAGE), key + "." + LANGUAGE, problems);
    }

    @Override
    public Stage create(StageValues values) {
      String language = values.text(LANGUAGE);
      if (language.equals("root")) {
        return (Stage.Normalizer) text -> UCharacter.toLowerCase(ULocale.ROOT, text);
      }
      Locale locale = Locale.forLanguageTag(language);
      return (Stage.Normalizer) text -> UCharacter.toLowerCase(locale, text);
    }
  }

  /** {@code casefold}. */
  public static final class Casefold extends PlainProvider {
    public Casefold() {
      super(
          Kind.NORMALIZER,
          "casefold",
          "Unicode's full case folding, for comparing: as lowercase, and \u00DF becomes ss.");
    }

    @Override
    public Stage create(StageValues values) {
      return (Stage.Normalizer) text -> UCharacter.foldCase(text, true);
    }
  }
}
