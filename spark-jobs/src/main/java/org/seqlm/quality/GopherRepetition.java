package org.seqlm.quality;

import java.util.ArrayList;
import java.util.List;

/**
 * Gopher's rules on repetition: Rae et al. 2021, A.1.1 and Table A1. Shares of characters are of
 * the text's code points, white space among them. What is a duplicate has come before in the
 * document; its first occurrence is none. See {@link Repetition} for n-grams.
 */
public final class GopherRepetition implements FilterKind {
  private static final double[] TOP = {0.20, 0.18, 0.16}; // of orders 2 to 4
  private static final double[] DUPLICATE = {0.15, 0.14, 0.13, 0.12, 0.11, 0.10}; // 5 to 10

  @Override
  public String name() {
    return "gopher-repetition";
  }

  @Override
  public String source() {
    return "Rae et al. 2021, Table A1";
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    all.add(Parameter.share("max-duplicate-lines", 0.30, "share of lines that are duplicates"));
    all.add(
        Parameter.share(
            "max-duplicate-paragraphs", 0.30, "share of paragraphs that are duplicates"));
    all.add(
        Parameter.share("max-duplicate-line-characters", 0.20, "characters in duplicate lines"));
    all.add(
        Parameter.share(
            "max-duplicate-paragraph-characters", 0.20, "characters in duplicate paragraphs"));
    for (int i = 0; i < TOP.length; i++) {
      int n = i + 2;
      all.add(
          Parameter.number(
              "max-top-" + n + "-gram",
              TOP[i],
              0,
              Double.POSITIVE_INFINITY,
              "characters in the most frequent " + n + "-gram"));
    }
    for (int i = 0; i < DUPLICATE.length; i++) {
      int n = i + 5;
      all.add(
          Parameter.share(
              "max-duplicate-" + n + "-grams",
              DUPLICATE[i],
              "characters in duplicate " + n + "-grams"));
    }
    return all;
  }

  @Override
  public Filter create(Settings settings) {
    List<Rule> rules = new ArrayList<>();
    for (Parameter parameter : parameters()) {
      rules.add(
          Rule.atMost(
              name() + "." + parameter.name().substring("max-".length()),
              (parameter.meaning().startsWith("share") ? "" : "share of ") + parameter.meaning(),
              settings.number(parameter.name()),
              Scale.SHARE));
    }
    return new Measured(List.copyOf(rules));
  }

  private static final class Measured implements Filter {
    private final List<Rule> rules;
    private final Repetition repetition = new Repetition();

    Measured(List<Rule> rules) {
      this.rules = rules;
    }

    @Override
    public List<Rule> rules() {
      return rules;
    }

    @Override
    public void measure(Document document, Document edited, double[] values) {
      double characters = edited.characters();
      Repetition.Duplicates lines = repetition.lines(edited);
      Repetition.Duplicates paragraphs = repetition.paragraphs(edited);
      values[0] = lines.count() / (double) lines.of();
      values[1] = paragraphs.count() / (double) paragraphs.of();
      values[2] = lines.characters() / characters;
      values[3] = paragraphs.characters() / characters;
      for (int n = 2; n <= 4; n++) {
        values[n + 2] = repetition.top(edited, n) / characters;
      }
      for (int n = 5; n <= 10; n++) {
        values[n + 2] = repetition.duplicates(edited, n) / characters;
      }
    }
  }
}
