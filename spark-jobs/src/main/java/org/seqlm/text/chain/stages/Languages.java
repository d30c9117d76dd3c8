package org.seqlm.text.chain.stages;

import com.ibm.icu.util.ULocale;
import java.util.Set;
import org.seqlm.Problems;

/** Codes of languages, as parameters give them. */
final class Languages {
  private static final Set<String> CODES = Set.of(ULocale.getISOLanguages());

  private Languages() {}

  /** Requires {@code root} or a code of ISO 639-1. */
  static void check(String language, String key, Problems problems) {
    problems.require(
        language.equals("root") || CODES.contains(language),
        key
            + " must be root or a code of a language with two letters (ISO 639-1, for instance en,"
            + " fa, tr), but is "
            + (language.length() > 40 ? language.substring(0, 40) + "..." : language));
  }
}
