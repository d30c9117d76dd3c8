package org.seqlm.metrics.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.metrics.Confusion;
import org.seqlm.metrics.Metric;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Predictor.Predicted;

class LabelFiguresTest {
  private static final List<String> LABELS = List.of("a", "b", "c", "d");

  private static TaskScorer scorer(ExampleTask task, String metric) {
    return TaskScorer.of(
        Scored.details(task, metric, List.of(), Map.of("label", LABELS), Map.of()), Map.of());
  }

  private static Scored.Pair pair(double nats, int[] there, int... found) {
    int size = there.length;
    return new Scored.Pair(
        new Batch(size).put("label", new Batch.Ints(there, size)),
        new Predicted(
            new Batch(size)
                .put("ids", new Batch.Ints(found, size))
                .put("log-probabilities", new Batch.Floats(new float[4 * size], size, 4)),
            nats,
            Double.isNaN(nats) ? 0 : size));
  }

  /**
   * Of a, a, b, c as a, b, b, b: a has F1 2 / (1 + 2), b 2 / (3 + 1), c 0, and nobody speaks of d.
   */
  @ParameterizedTest
  @EnumSource(
      value = ExampleTask.class,
      names = {"CLASSIFY", "GRID", "FRAMES"})
  void byHand(ExampleTask task) {
    TaskScorer scorer = scorer(task, "accuracy");
    Map<String, Double> metrics =
        Scored.metrics(scorer, pair(3, new int[] {0, 0, 1}, 0, 1, 1), pair(2, new int[] {2}, 1));
    assertThat(metrics.keySet()).containsExactly("accuracy", "macro-f1", "loss");
    assertThat(metrics.get("accuracy")).isEqualTo(0.5);
    assertThat(metrics.get("macro-f1")).isCloseTo((2 / 3.0 + 0.5) / 3, within(1e-15));
    assertThat(metrics.get("loss")).isEqualTo(1.25);
    assertThat(scorer.metrics(new double[scorer.size()]).stream().map(Metric::direction))
        .containsExactly(
            Metric.Direction.LARGER, Metric.Direction.LARGER, Metric.Direction.SMALLER);
  }

  /** Nothing scored is no score, and what has no targets has no loss. */
  @Test
  void ofNothing() {
    TaskScorer scorer = scorer(ExampleTask.CLASSIFY, "accuracy");
    assertThat(Scored.metrics(scorer).values()).containsOnly(Double.NaN);
    assertThat(
            Scored.metrics(scorer, pair(Double.NaN, new int[] {1}, 1), pair(2, new int[] {1}, 1)))
        .containsEntry("loss", 2.0);
  }

  @Test
  void theOneThatCountsIsFirst() {
    assertThat(Scored.metrics(scorer(ExampleTask.CLASSIFY, "macro-f1")).keySet())
        .containsExactly("macro-f1", "accuracy", "loss");
    assertThat(Scored.metrics(scorer(ExampleTask.CLASSIFY, "loss")).keySet())
        .containsExactly("loss", "accuracy", "macro-f1");
    assertThatThrownBy(() -> scorer(ExampleTask.GRID, "f1"))
        .isInstanceOf(UserException.class)
        .hasMessage(
            "metric f1 is none of task grid: with these examples it has accuracy, macro-f1, loss;"
                + " name one of them")
        .extracting(thrown -> ((UserException) thrown).exitCode())
        .isEqualTo(ExitCode.CONFIGURATION);
  }

  @Test
  void anyCutIsTheWhole() {
    Random random = new Random(1);
    int[] there = random.ints(40, 0, 4).toArray();
    int[] found = random.ints(40, 0, 3).toArray();
    Map<String, Double> metrics =
        Scored.anyCut(
            scorer(ExampleTask.CLASSIFY, "accuracy"),
            40,
            random,
            (from, to) ->
                pair(
                    to - from,
                    Arrays.copyOfRange(there, from, to),
                    Arrays.copyOfRange(found, from, to)));
    // One label against all others, by precision and recall.
    double f1 = 0;
    for (int label = 0; label < 4; label++) {
      double right = 0;
      double predicted = 0;
      double own = 0;
      for (int i = 0; i < 40; i++) {
        right += there[i] == label && found[i] == label ? 1 : 0;
        predicted += found[i] == label ? 1 : 0;
        own += there[i] == label ? 1 : 0;
      }
      f1 += right == 0 ? 0 : 2 / (predicted / right + own / right) / 4;
    }
    assertThat(metrics.get("macro-f1")).isCloseTo(f1, within(1e-12));
  }

  /**
   * Parts add up to the whole, whose rows are what is there and whose diagonal is what is right.
   */
  @Test
  void confusionsAreCountedBesideTheFigures() {
    TaskScorer alone = scorer(ExampleTask.CLASSIFY, "accuracy");
    ExamplesDetails details =
        Scored.details(
            ExampleTask.CLASSIFY, "accuracy", List.of(), Map.of("label", LABELS), Map.of());
    ConfusionScorer scorer = ConfusionScorer.of(alone, details);
    Scored.Pair one = pair(3, new int[] {0, 0, 1}, 0, 1, 1);
    Scored.Pair two = pair(2, new int[] {2}, 1);
    double[] sums = new double[scorer.size()];
    scorer.add(sums, one.batch(), one.predicted());
    double[] others = new double[scorer.size()];
    scorer.add(others, two.batch(), two.predicted());
    for (int i = 0; i < sums.length; i++) {
      sums[i] += others[i];
    }
    assertThat(scorer.metrics(sums)).isEqualTo(alone.metrics(sums));
    Confusion confusion = scorer.confusion(sums, details);
    assertThat(confusion.labels()).isEqualTo(LABELS);
    assertThat(confusion.counts())
        .containsExactly(
            List.of(1L, 1L, 0L, 0L),
            List.of(0L, 1L, 0L, 0L),
            List.of(0L, 1L, 0L, 0L),
            List.of(0L, 0L, 0L, 0L));
    assertThat(confusion.pairs()).isNull();
  }

  @Test
  void ofManyLabelsThePairsThatAreConfusedMostAreTold() {
    int size = Confusion.MOST_LABELS + 1;
    List<String> names = IntStream.range(0, size).mapToObj(i -> "l" + i).toList();
    long[] counts = new long[size * size];
    Arrays.fill(counts, 1);
    counts[5] = 9; // l0 as l5
    counts[7 * size + 7] = 1000; // right
    counts[2 * size + 3] = 4;
    Confusion confusion = Confusion.of(names, counts);
    assertThat(confusion.counts()).isNull();
    assertThat(confusion.pairs())
        .hasSize(Confusion.MOST_PAIRS)
        .startsWith(
            new Confusion.Pair("l0", "l5", 9),
            new Confusion.Pair("l2", "l3", 4),
            new Confusion.Pair("l0", "l1", 1),
            new Confusion.Pair("l0", "l2", 1));
  }
}
