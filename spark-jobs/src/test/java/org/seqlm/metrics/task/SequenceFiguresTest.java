package org.seqlm.metrics.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.seqlm.UserException;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.dataset.ExamplesDetails.ColumnVocabulary;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Predictor.Predicted;

class SequenceFiguresTest {
  private static final List<String> TOKENS =
      List.of("</s>", "<unk>", "a", "b", "c", " ", "ab", "\u00a0c\u0085", "\ud83d\ude00");

  private static TaskScorer scorer(String metric) {
    return TaskScorer.of(details(metric), Map.of("target", TOKENS));
  }

  private static ExamplesDetails details(String metric) {
    return new ExamplesDetails(
        ExampleTask.SEQUENCE,
        metric,
        List.of(),
        null,
        List.of(),
        Map.of(),
        Map.of("target", new ColumnVocabulary(TOKENS.size(), 0, 1, "")),
        Map.of(),
        Map.of(),
        Map.of(),
        "",
        null);
  }

  /** Both sides are padded, each to a length of its own, with a token that has characters. */
  private static Scored.Pair pair(int[][] there, int[][] found) {
    int size = there.length;
    return new Scored.Pair(
        new Batch(size)
            .put("target", Scored.padded(there, Scored.longest(there) + 1, 2))
            .putLengths("target", Scored.lengths(there)),
        new Predicted(
            new Batch(size)
                .put("ids", Scored.padded(found, Scored.longest(found), 2))
                .putLengths("ids", Scored.lengths(found)),
            Math.log(2) * size,
            size));
  }

  private static int[] ids(String text) {
    return text.chars().map(c -> c == '?' ? 1 : TOKENS.indexOf(String.valueOf((char) c))).toArray();
  }

  /** Texts of one letter a token; ? is unknown. */
  private static Map<String, Double> metrics(String there, String found) {
    return Scored.metrics(
        scorer("exact-match"), pair(new int[][] {ids(there)}, new int[][] {ids(found)}));
  }

  private static double chrf(String there, String found) {
    return metrics(there, found).get("chrf");
  }

  private static double f(double precision, double recall) {
    return 5 * precision * recall / (4 * precision + recall);
  }

  @Test
  void byHand() {
    Map<String, Double> metrics = metrics("abc", "abb");
    assertThat(metrics.keySet()).containsExactly("exact-match", "chrf", "perplexity", "loss");
    assertThat(metrics.get("exact-match")).isZero();
    // Of a, b, b two; of ab, bb one; of abb none; longer ones neither has.
    double part = (2 / 3.0 + 1 / 2.0 + 0) / 3;
    assertThat(metrics.get("chrf")).isCloseTo(f(part, part), within(1e-15));
    assertThat(metrics.get("perplexity")).isCloseTo(2, within(1e-15));
    assertThat(metrics.get("loss")).isEqualTo(Math.log(2));
    assertThat(metrics("abc", "abc")).containsEntry("exact-match", 1.0).containsEntry("chrf", 1.0);
  }

  @Test
  void recallWeighsMore() {
    // a: 1 of 1 and 1 of 2; the target alone has an n-gram of two.
    assertThat(chrf("ab", "a")).isCloseTo(f(1, 0.5), within(1e-15));
    // a: 1 of 2 and 1 of 1; the target is too short for more.
    assertThat(chrf("a", "ab")).isCloseTo(f(0.5, 1), within(1e-15));
    assertThat(chrf("a", "ab")).isGreaterThan(chrf("ab", "a"));
    assertThat(chrf("a", "b")).isZero();
    assertThat(chrf("a", "")).isZero();
    assertThat(chrf("", "a")).isNaN();
    assertThat(metrics("", "")).containsEntry("exact-match", 1.0);
  }

  /** Sums first: a mean of the texts' scores is another number. */
  @Test
  void countsAreOfAllTexts() {
    Map<String, Double> both =
        Scored.metrics(
            scorer("chrf"),
            pair(new int[][] {ids("a"), ids("bc")}, new int[][] {ids("a"), ids("ba")}));
    // 2 of 3, and of bc against ba none.
    assertThat(both.get("chrf")).isCloseTo(f(1 / 3.0, 1 / 3.0), within(1e-15));
    assertThat(both.keySet()).containsExactly("chrf", "exact-match", "perplexity", "loss");
  }

  /** Parts of a text and white space of any kind make no difference, code points are whole. */
  @Test
  void charactersAreWhatIsRead() {
    int space = TOKENS.indexOf(" ");
    int[] parted = {2, space, 3, 7, 8}; // a, b, c with spaces of other kinds, a smile
    int[] joined = {6, 4, 8};
    Map<String, Double> metrics =
        Scored.metrics(scorer("chrf"), pair(new int[][] {parted}, new int[][] {joined}));
    assertThat(metrics).containsEntry("chrf", 1.0).containsEntry("exact-match", 0.0);
    Map<String, Double> less =
        Scored.metrics(scorer("chrf"), pair(new int[][] {{2, 8}}, new int[][] {{2}}));
    assertThat(less.get("chrf")).isCloseTo(f(1, 0.5), within(1e-15));
  }

  @Test
  void whatIsUnknownIsNeverRight() {
    assertThat(metrics("?", "?")).containsEntry("exact-match", 0.0).containsEntry("chrf", 0.0);
    // a and b of three; neither a? nor ?b, though both have them.
    assertThat(chrf("a?b", "a?b")).isCloseTo(f(2 / 9.0, 2 / 9.0), within(1e-15));
    int[] end = {2, 0};
    assertThat(
            Scored.metrics(scorer("chrf"), pair(new int[][] {ids("a")}, new int[][] {end}))
                .get("chrf"))
        .isEqualTo(1);
  }

  @Test
  void anotherMetricIsRefused() {
    assertThatThrownBy(() -> scorer("bleu"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("metric bleu is none of task sequence")
        .hasMessageContaining("exact-match, chrf, perplexity, loss;");
    assertThatThrownBy(() -> TaskScorer.of(details("chrf"), Map.of("source", TOKENS)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("column target has no tokens, but [source] have");
  }

  /** N-grams crossed off one by one. */
  private static double[] slow(List<String> there, List<String> found) {
    double precision = 0;
    double recall = 0;
    int orders = 0;
    for (int n = 1; n <= 6; n++) {
      double right = 0;
      double predicted = 0;
      double own = 0;
      for (int k = 0; k < there.size(); k++) {
        List<String> left = new ArrayList<>();
        for (int i = 0; i + n <= there.get(k).length(); i++) {
          left.add(there.get(k).substring(i, i + n));
        }
        own += left.size();
        for (int i = 0; !(there.get(k).length() < n) && i + n <= found.get(k).length(); i++) {
          String gram = found.get(k).substring(i, i + n);
          right += gram.contains("?") || !left.remove(gram) ? 0 : 1;
          predicted++;
        }
      }
      if (predicted > 0 && own > 0) {
        precision += right / predicted;
        recall += right / own;
        orders++;
      }
    }
    return new double[] {precision / orders, recall / orders};
  }

  @Test
  void anyCutIsTheWholeAndWhatSlowCountingSays() {
    Random random = new Random(4);
    int[][] there = new int[50][];
    int[][] found = new int[50][];
    List<String> theirs = new ArrayList<>();
    List<String> ours = new ArrayList<>();
    double exact = 0;
    for (int b = 0; b < there.length; b++) {
      String text = text(random, random.nextInt(12));
      String other =
          switch (random.nextInt(3)) {
            case 0 -> text;
            case 1 -> text.substring(text.length() / 3) + text(random, random.nextInt(3));
            default -> text(random, random.nextInt(12));
          };
      theirs.add(text);
      ours.add(other);
      there[b] = ids(text);
      found[b] = ids(other);
      exact += text.equals(other) && !text.contains("?") ? 1 : 0;
    }
    Map<String, Double> metrics =
        Scored.anyCut(
            scorer("chrf"),
            there.length,
            random,
            (from, to) ->
                pair(Arrays.copyOfRange(there, from, to), Arrays.copyOfRange(found, from, to)));
    double[] slow = slow(theirs, ours);
    assertThat(metrics.get("chrf")).isCloseTo(f(slow[0], slow[1]), within(1e-12));
    assertThat(metrics.get("exact-match")).isEqualTo(exact / there.length);
    assertThat(exact).isPositive();
  }

  private static String text(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append("aaabbbc?".charAt(random.nextInt(8)));
    }
    return text.toString();
  }
}
