package org.seqlm.metrics.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.seqlm.UserException;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Predictor.Predicted;

class TagFiguresTest {
  private static final List<String> TAGS = List.of("B-N", "B-V", "I-N", "I-V", "O");

  private static TaskScorer scorer(String metric, List<String> tags) {
    return TaskScorer.of(
        Scored.details(ExampleTask.TAG, metric, List.of(), Map.of("tags", tags), Map.of()),
        Map.of());
  }

  /** Padding of both sides are tags that are no zeros, and what is predicted is padded further. */
  private static Scored.Pair pair(int[][] there, int[][] found) {
    int size = there.length;
    return new Scored.Pair(
        new Batch(size)
            .put("tags", Scored.padded(there, Scored.longest(there), 3))
            .putLengths("tags", Scored.lengths(there)),
        new Predicted(
            new Batch(size).put("ids", Scored.padded(found, Scored.longest(there) + 2, 3)),
            size,
            size));
  }

  private static int[] ids(String tags) {
    return tags.isEmpty()
        ? new int[0]
        : Arrays.stream(tags.split(" ")).mapToInt(TAGS::indexOf).toArray();
  }

  private static double spanF1(String there, String found) {
    return Scored.metrics(
            scorer("span-f1", TAGS), pair(new int[][] {ids(there)}, new int[][] {ids(found)}))
        .get("span-f1");
  }

  @Test
  void byHand() {
    int[][] there = {ids("B-N I-N O B-V"), ids("O O")};
    int[][] found = {ids("B-N I-N O O"), ids("O O")};
    Map<String, Double> metrics = Scored.metrics(scorer("accuracy", TAGS), pair(there, found));
    assertThat(metrics.keySet())
        .containsExactly("accuracy", "macro-f1", "exact-match", "span-f1", "loss");
    assertThat(metrics.get("accuracy")).isCloseTo(5 / 6.0, within(1e-15));
    // B-N, I-N and B-V once each; O thrice of four times that it was predicted.
    assertThat(metrics.get("macro-f1")).isCloseTo((1 + 1 + 0 + 6 / 7.0) / 4, within(1e-15));
    assertThat(metrics.get("exact-match")).isEqualTo(0.5);
    // One of the two spans was predicted, and nothing else.
    assertThat(metrics.get("span-f1")).isCloseTo(2 / 3.0, within(1e-15));
  }

  /** What conlleval takes for a span. */
  @Test
  void spansByHand() {
    // I begins a span behind O, behind another type, and at the beginning, as B does.
    assertThat(spanF1("I-N I-N O I-V I-N", "B-N I-N O B-V B-N")).isEqualTo(1);
    // B begins another behind its own type.
    assertThat(spanF1("B-N B-N", "B-N I-N")).isZero();
    // Both ends and the type must be right: of two and two one is.
    assertThat(spanF1("B-N I-N B-V", "B-N I-N B-N")).isEqualTo(0.5);
    assertThat(spanF1("B-N I-N O", "B-N I-N I-N")).isZero();
    assertThat(spanF1("O B-N", "B-N I-N")).isZero();
    assertThat(spanF1("B-N O", "O O")).isZero();
    assertThat(spanF1("O O", "B-N O")).isZero();
    assertThat(spanF1("O O", "O O")).isNaN();
  }

  @Test
  void onlyTagsOfSpansHaveSpans() {
    assertThat(SpanFigures.areSpans(List.of("B-N", "I-N"))).isTrue();
    assertThat(SpanFigures.areSpans(List.of("B-N-P", "O"))).isTrue();
    for (List<String> tags :
        List.of(List.of("O"), List.of("B-N", "noun"), List.of("B-", "O"), List.of("B", "I", "O"))) {
      assertThat(SpanFigures.areSpans(tags)).as("%s", tags).isFalse();
    }
    assertThatThrownBy(() -> scorer("span-f1", List.of("noun", "verb")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("task tag")
        .hasMessageContaining("accuracy, macro-f1, exact-match, loss;");
  }

  /** Spans by a regular expression over tags that all begin with B. */
  private static Set<String> spans(int example, int[] tags) {
    StringBuilder text = new StringBuilder();
    String last = "O";
    for (int id : tags) {
      String tag = TAGS.get(id);
      boolean more = tag.startsWith("I") && !last.equals("O") && last.charAt(2) == tag.charAt(2);
      text.append(tag.equals("O") ? "_" : more ? "i" : tag.substring(2));
      last = tag;
    }
    Set<String> found = new HashSet<>();
    for (Matcher m = Pattern.compile("[NV]i*").matcher(text); m.find(); ) {
      found.add(example + " " + m.start() + " " + m.group());
    }
    return found;
  }

  @Test
  void anyCutIsTheWholeAndWhatSlowCountingSays() {
    Random random = new Random(2);
    int[][] there = Scored.random(random, 60, TAGS.size(), b -> random.nextInt(9));
    int[][] found = new int[there.length][];
    double exact = 0;
    Set<String> all = new HashSet<>();
    Set<String> predicted = new HashSet<>();
    for (int b = 0; b < there.length; b++) {
      found[b] = there[b].clone();
      for (int t = 0; t < found[b].length; t++) {
        found[b][t] = random.nextInt(4) == 0 ? random.nextInt(TAGS.size()) : found[b][t];
      }
      exact += Arrays.equals(there[b], found[b]) ? 1 : 0;
      all.addAll(spans(b, there[b]));
      predicted.addAll(spans(b, found[b]));
    }
    Map<String, Double> metrics =
        Scored.anyCut(
            scorer("exact-match", TAGS),
            there.length,
            random,
            (from, to) ->
                pair(Arrays.copyOfRange(there, from, to), Arrays.copyOfRange(found, from, to)));
    Set<String> right = new HashSet<>(all);
    right.retainAll(predicted);
    assertThat(right).hasSizeGreaterThan(40);
    assertThat(metrics.get("exact-match")).isEqualTo(exact / there.length);
    assertThat(metrics.get("span-f1"))
        .isCloseTo(2.0 * right.size() / (all.size() + predicted.size()), within(1e-12));
  }
}
