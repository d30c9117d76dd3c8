package org.seqlm.example.task;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Short reviews, positive or negative. A review has one to three remarks; each agrees with the
 * review's label with a probability that the strength of its polarity word tells. A remark is plain
 * ("was , i must say , good"), negated at a distance ("was not , i must say , at all good"), or
 * mentions a "not" that ends before the polarity word ("was not long but good"). Everything else is
 * drawn whatever the label is. So the remarks' stances and strengths are all that a text says of
 * its label, and by Bayes' theorem the log-odds of the label are the sum of {@code ±log(q / (1 −
 * q))} over remarks, q being the probability to agree.
 */
public final class SentimentTask implements ExampleTask<SentimentTask.Review> {
  static final String POSITIVE = "positive";
  static final String NEGATIVE = "negative";

  /** P(a remark is negated). */
  static final double NEGATED = 0.4;

  /** P(a remark has a "not" that does not reach the polarity word). */
  static final double ENDED = 0.2;

  /** Remarks of a review at most. */
  static final int MAX_REMARKS = 3;

  /** How much a polarity word says. */
  enum Strength {
    STRONG(
        0.95,
        List.of("superb", "wonderful", "brilliant", "marvellous"),
        List.of("dreadful", "awful", "terrible", "horrible")),
    WEAK(
        0.7, List.of("good", "decent", "pleasant", "fine"), List.of("bad", "dull", "weak", "poor"));

    private final double agrees;
    private final List<String> positive;
    private final List<String> negative;

    Strength(double agrees, List<String> positive, List<String> negative) {
      this.agrees = agrees;
      this.positive = positive;
      this.negative = negative;
    }

    /** P(a remark with such a word is of the review's label). */
    double agrees() {
      return agrees;
    }

    List<String> words(boolean isPositive) {
      return isPositive ? positive : negative;
    }
  }

  private static final List<Strength> STRENGTHS = List.of(Strength.values());
  private static final List<String> ASPECTS =
      List.of("plot", "acting", "music", "ending", "cast", "pace", "dialogue", "title");
  private static final List<String> NEUTRAL =
      List.of("long", "short", "loud", "quiet", "new", "simple", "slow", "famous");
  private static final List<String> LINKS = List.of(".", ", and", ", but", ". still ,");
  private static final List<String> ASIDES =
      List.of(
          "i must say",
          "to be honest",
          "as far as i can tell",
          "if you ask me",
          "at least on a second viewing");
  private static final List<String> OPENINGS =
      List.of(
          "we saw it on a rainy evening .",
          "my brother chose this one .",
          "it runs for two hours .",
          "not that anybody asked me .");

  /**
   * What a remark says.
   *
   * @param word its polarity word is positive
   * @param stance the remark is positive
   */
  record Remark(Strength strength, boolean word, boolean stance) {}

  /**
   * A review.
   *
   * @param input words and marks
   * @param label {@code positive} or {@code negative}
   * @param remarks what {@code input} says, in its order
   */
  record Review(List<String> input, String label, List<Remark> remarks) implements TaskExample {
    @Override
    public Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("input", input);
      fields.put("label", label);
      return fields;
    }

    @Override
    public String line() {
      return String.join(" ", input) + " -> " + label;
    }
  }

  @Override
  public String kind() {
    return "sentiment";
  }

  @Override
  public String task() {
    return "classify";
  }

  @Override
  public String metric() {
    return "accuracy";
  }

  @Override
  public String description() {
    return "short reviews, positive or negative, with negation at a distance and remarks that"
        + " disagree";
  }

  @Override
  public TaskSizes sizes() {
    return new TaskSizes(8_000, 1_000, 2_000);
  }

  @Override
  public Review draw(long seed, TaskSplit split, int position) {
    Draw draw = Draw.of(seed, kind(), split, position);
    boolean positive = draw.chance(0.5);
    List<String> text = new ArrayList<>();
    if (draw.chance(0.3)) {
      say(text, draw.of(OPENINGS));
    }
    List<Remark> remarks = new ArrayList<>();
    int count = draw.between(1, MAX_REMARKS);
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        say(text, draw.of(LINKS));
      }
      remarks.add(remark(draw, text, positive));
    }
    say(text, ".");
    return new Review(List.copyOf(text), positive ? POSITIVE : NEGATIVE, remarks);
  }

  private static Remark remark(Draw draw, List<String> text, boolean positive) {
    Strength strength = draw.of(STRENGTHS);
    boolean stance = draw.chance(strength.agrees) == positive;
    say(text, "the", draw.of(ASPECTS), "was");
    double form = draw.uniform();
    boolean negated = form < NEGATED;
    if (negated) {
      say(text, "not");
    } else if (form < NEGATED + ENDED) {
      say(text, "not", draw.of(NEUTRAL), "but");
    }
    int asides = draw.below(3);
    int aside = draw.below(ASIDES.size());
    for (int i = 0; i < asides; i++) {
      say(text, ",", ASIDES.get((aside + i) % ASIDES.size()));
    }
    if (asides > 0) {
      say(text, ",");
    }
    if (negated && draw.chance(0.5)) {
      say(text, "at all");
    }
    boolean word = stance != negated;
    say(text, draw.of(strength.words(word)));
    return new Remark(strength, word, stance);
  }

  private static void say(List<String> text, String... phrases) {
    for (String phrase : phrases) {
      text.addAll(List.of(phrase.split(" ")));
    }
  }

  @Override
  public Floor floor(List<Review> test) {
    BayesAccuracy whole = new BayesAccuracy();
    BayesAccuracy words = new BayesAccuracy();
    for (Review review : test) {
      int label = review.label.equals(POSITIVE) ? 0 : 1;
      double odds = 0;
      double oddsByWords = 0;
      for (Remark remark : review.remarks) {
        double q = remark.strength.agrees;
        odds += (remark.stance ? 1 : -1) * logit(q);
        oddsByWords += (remark.word ? 1 : -1) * logit(q * (1 - NEGATED) + (1 - q) * NEGATED);
      }
      whole.add(posterior(odds), label);
      words.add(posterior(oddsByWords), label);
    }
    return whole
        .floor(
            "accuracy of Bayes' rule on the test split, from the stances and strengths of all"
                + " remarks; expected is the mean of its highest posteriors, floor-polarity-words"
                + " the accuracy of the best rule that reads polarity words alone")
        .with("floor-polarity-words", words.accuracy())
        .with("expected-polarity-words", words.expected());
  }

  private static double logit(double p) {
    return StrictMath.log(p / (1 - p));
  }

  /** (positive, negative). */
  static double[] posterior(double logOdds) {
    return BayesAccuracy.normalise(new double[] {logOdds, 0});
  }
}
