package org.seqlm.quality;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.seqlm.UserException;
import org.seqlm.text.Utf8;

/**
 * The language that a document is in, by Lingua (github.com/pemistahl/lingua), which compares
 * n-grams of characters with those of each language it knows. It gives each language a relative
 * confidence c, the likeliest one's being 1: the quotient of the likeliest one's mean
 * log-probability and its own. The rule bounds the lead, the best c of the languages to keep less
 * the best c of all others: above 0 the document is in one of the former, and the higher, the
 * clearer. A document without a letter has no lead; one in letters that none of the languages is
 * written in has -1.
 */
public final class Language implements FilterKind {
  @Override
  public String name() {
    return "language";
  }

  @Override
  public String source() {
    return "Lingua 1.2.2";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.texts("keep", List.of(), "languages to keep, ISO 639-1, for instance en, fa"),
        Parameter.number("min-lead", 0, -1, 1, "lead of these over all others"),
        Parameter.texts(
            "among", List.of(), "languages that are told apart; all that Lingua knows if empty"),
        Parameter.text(
            "accuracy",
            "low",
            "low: n-grams of order 3; high: of orders 1 to 5, slower and larger"),
        Parameter.number(
            "characters", 2000, 1, 1 << 20, "code points that are looked at, from the first on"));
  }

  @Override
  public Filter create(Settings settings) {
    List<String> keep = lower(settings.texts("keep"));
    List<String> among = lower(settings.texts("among"));
    if (keep.isEmpty()) {
      throw UserException.configuration(
          "filters.language.keep is missing: give the languages to keep, for instance {language:"
              + " {keep: [en, fa]}}");
    }
    if (!among.isEmpty() && (!among.containsAll(keep) || among.size() < 2)) {
      throw UserException.configuration(
          "filters.language.among must have all of keep, "
              + keep
              + ", and at least two languages, but is "
              + among);
    }
    String accuracy = settings.text("accuracy");
    if (!Set.of("low", "high").contains(accuracy)) {
      throw UserException.configuration(
          "filters.language.accuracy must be low or high, but is " + accuracy);
    }
    LinguaDetector detector = LinguaDetector.of(keep, among, accuracy);
    Set<String> kept = new HashSet<>(keep);
    int most = (int) settings.number("characters");
    List<Rule> rules =
        List.of(
            Rule.atLeast(
                "language.lead",
                "lead of the languages to keep over all others",
                settings.number("min-lead"),
                Scale.LEAD));
    return new Filter() {
      @Override
      public List<Rule> rules() {
        return rules;
      }

      @Override
      public void measure(Document document, Document edited, double[] values) {
        values[0] = lead(edited, detector, kept, most);
      }
    };
  }

  /** Tells the likeliest language of documents. */
  @FunctionalInterface
  public interface Likeliest {
    /** ISO 639-1; null where a document has nothing of any language. */
    String of(Document document);
  }

  /**
   * Tells all languages that Lingua knows apart, with low accuracy, by the first 2,000 code points,
   * as {@code language} does where nothing else is given. Of equals it is the first in the order of
   * their codes.
   *
   * @throws UserException with exit code 5 if there is no Lingua
   */
  public static Likeliest likeliest() {
    LinguaDetector detector = LinguaDetector.of(List.of(), List.of(), "low");
    return document -> {
      String beginning = beginning(document, 2000);
      return beginning == null
          ? null
          : detector.confidences(beginning).entrySet().stream()
              .max(
                  Map.Entry.<String, Double>comparingByValue()
                      .thenComparing(Map.Entry.<String, Double>comparingByKey().reversed()))
              .map(Map.Entry::getKey)
              .orElse(null);
    };
  }

  private static List<String> lower(List<String> codes) {
    return codes.stream().map(code -> code.toLowerCase(Locale.ROOT)).distinct().toList();
  }

  private static double lead(
      Document document, LinguaDetector detector, Set<String> keep, int most) {
    String beginning = beginning(document, most);
    if (beginning == null) {
      return Double.NaN;
    }
    Map<String, Double> confidences = detector.confidences(beginning);
    if (confidences.isEmpty()) {
      return -1;
    }
    double best = 0;
    double others = 0;
    for (Map.Entry<String, Double> language : confidences.entrySet()) {
      if (keep.contains(language.getKey())) {
        best = Math.max(best, language.getValue());
      } else {
        others = Math.max(others, language.getValue());
      }
    }
    return best - others;
  }

  /** A document's first code points; null if there is no letter among them. */
  private static String beginning(Document document, int most) {
    byte[] utf8 = document.utf8();
    int at = document.from();
    boolean letters = false;
    for (int i = 0; i < most && at < document.to(); i++) {
      letters |= Character.isLetter(Utf8.codePoint(utf8, at));
      at += Utf8.length(utf8[at]);
    }
    return letters
        ? new String(utf8, document.from(), at - document.from(), StandardCharsets.UTF_8)
        : null;
  }
}
