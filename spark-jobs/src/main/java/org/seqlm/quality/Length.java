package org.seqlm.quality;

import java.util.List;
import org.seqlm.UserException;

/**
 * How long a document is: words with a core, characters and bytes. Without a bound it would keep
 * all, so it is refused.
 */
public final class Length implements FilterKind {
  @Override
  public String name() {
    return "length";
  }

  @Override
  public String source() {
    return "seqlm";
  }

  @Override
  public List<Parameter> parameters() {
    double any = Double.POSITIVE_INFINITY;
    return List.of(
        Parameter.number("min-words", 0, 0, any, "words with a core, at least"),
        Parameter.number("max-words", any, 0, any, "words with a core, at most"),
        Parameter.number("min-characters", 0, 0, any, "code points, at least"),
        Parameter.number("max-characters", any, 0, any, "code points, at most"),
        Parameter.number("min-bytes", 0, 0, any, "bytes of UTF-8, at least"),
        Parameter.number("max-bytes", any, 0, any, "bytes of UTF-8, at most"));
  }

  @Override
  public Filter create(Settings settings) {
    List<Rule> rules =
        List.of("words", "characters", "bytes").stream()
            .map(
                unit ->
                    new Rule(
                        "length." + unit,
                        unit,
                        settings.number("min-" + unit) == 0
                            ? Double.NEGATIVE_INFINITY
                            : settings.number("min-" + unit),
                        settings.number("max-" + unit),
                        Scale.COUNT))
            .toList();
    if (rules.stream()
        .allMatch(
            rule ->
                rule.low() == Double.NEGATIVE_INFINITY
                    && rule.high() == Double.POSITIVE_INFINITY)) {
      throw UserException.configuration(
          "filters.length has no bound, so it would keep every document: give it one, for instance"
              + " length:min-words=50 on the command line, or {length: {min-words: 50}}");
    }
    return new Filter() {
      @Override
      public List<Rule> rules() {
        return rules;
      }

      @Override
      public void measure(Document document, Document edited, double[] values) {
        values[0] = edited.cores();
        values[1] = edited.characters();
        values[2] = edited.bytes();
      }
    };
  }
}
