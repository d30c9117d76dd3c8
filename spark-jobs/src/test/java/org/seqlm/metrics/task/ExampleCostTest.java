package org.seqlm.metrics.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.dataset.ExamplesDetails.ColumnVocabulary;
import org.seqlm.dataset.FeatureStatistics;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Predictor.Predicted;

class ExampleCostTest {
  private static final List<String> LABELS = List.of("a", "b", "c");

  private static ExamplesDetails labelled(ExampleTask task, String column, String metric) {
    return Scored.details(task, metric, List.of(), Map.of(column, LABELS), Map.of());
  }

  private static double[] costs(ExamplesDetails details, Scored.Pair pair) {
    ExampleCost cost = ExampleCost.of(details, details);
    return IntStream.range(0, pair.batch().size())
        .mapToDouble(b -> cost.of(pair.batch(), pair.predicted(), b))
        .toArray();
  }

  /** Probabilities 1/2, 1/4, 1/4, the label that is predicted the likeliest. */
  private static float[] logs(int[] found) {
    float[] logs = new float[found.length * 3];
    Arrays.fill(logs, (float) Math.log(0.25));
    for (int i = 0; i < found.length; i++) {
      logs[i * 3 + found[i]] = (float) Math.log(0.5);
    }
    return logs;
  }

  private static Scored.Pair labels(int[] there, int[] found) {
    int size = there.length;
    return new Scored.Pair(
        new Batch(size).put("label", new Batch.Ints(there, size)),
        new Predicted(
            new Batch(size)
                .put("ids", new Batch.Ints(found, size))
                .put("log-probabilities", new Batch.Floats(logs(found), size, 3)),
            1,
            size));
  }

  @Test
  void ofLabelsByHand() {
    Scored.Pair pair = labels(new int[] {0, 1, 2}, new int[] {0, 2, 2});
    for (ExampleTask task : List.of(ExampleTask.CLASSIFY, ExampleTask.GRID, ExampleTask.FRAMES)) {
      assertThat(costs(labelled(task, "label", "accuracy"), pair)).containsExactly(0, 1, 0);
      for (String metric : List.of("macro-f1", "loss")) {
        assertThat(costs(labelled(task, "label", metric), pair))
            .containsExactly(new double[] {Math.log(2), Math.log(4), Math.log(2)}, within(1e-7));
      }
    }
  }

  /** Of two, one and no elements; what pads the rows counts for nothing. */
  @Test
  void ofTagsByHand() {
    int[][] there = {{0, 1}, {2}, {}};
    int[][] found = {{0, 2}, {2}, {}};
    Batch.Ints ids = Scored.padded(found, 3, 1);
    Scored.Pair pair =
        new Scored.Pair(
            new Batch(3)
                .put("tags", Scored.padded(there, 2, 0))
                .putLengths("tags", Scored.lengths(there)),
            new Predicted(
                new Batch(3)
                    .put("ids", ids)
                    .put("log-probabilities", new Batch.Floats(logs(ids.values()), 3, 3, 3)),
                1,
                3));

    assertThat(costs(labelled(ExampleTask.TAG, "tags", "accuracy"), pair))
        .containsExactly(0.5, 0, Double.NaN);
    assertThat(costs(labelled(ExampleTask.TAG, "tags", "exact-match"), pair))
        .containsExactly(1, 0, Double.NaN);
    assertThat(costs(labelled(ExampleTask.TAG, "tags", "span-f1"), pair))
        .containsExactly(
            new double[] {(Math.log(2) + Math.log(4)) / 2, Math.log(2), Double.NaN}, within(1e-7));
  }

  /** The mean of the costs is what the metric lacks to 1. */
  @Test
  void theMeanIsTheMetrics() {
    Random random = new Random(5);
    Scored.Pair pair = labels(random.ints(97, 0, 3).toArray(), random.ints(97, 0, 3).toArray());
    ExamplesDetails details = labelled(ExampleTask.CLASSIFY, "label", "accuracy");

    assertThat(Arrays.stream(costs(details, pair)).average().orElseThrow())
        .isCloseTo(
            1 - Scored.metrics(TaskScorer.of(details, Map.of()), pair).get("accuracy"),
            within(1e-12));
  }

  @Test
  void ofTargetsByHand() {
    int[][] there = {{2, 3}, {2}, {1}};
    int[][] found = {{2, 3}, {3}, {1}};
    Scored.Pair pair =
        new Scored.Pair(
            new Batch(3)
                .put("target", Scored.padded(there, 3, 2))
                .putLengths("target", Scored.lengths(there)),
            new Predicted(
                new Batch(3)
                    .put("ids", Scored.padded(found, 2, 2))
                    .putLengths("ids", Scored.lengths(found)),
                12,
                8));
    // Nobody knows what <unk>, id 1, stands for.
    assertThat(costs(written("exact-match"), pair)).containsExactly(0, 1, 1);
    assertThat(ExampleCost.of(written("exact-match"), written("exact-match")).together())
        .isGreaterThan(1);
    for (String metric : List.of("chrf", "perplexity", "loss")) {
      ExampleCost cost = ExampleCost.of(written(metric), written(metric));
      assertThat(cost.kind()).isEqualTo(ExampleCost.Kind.NATS);
      assertThat(cost.together()).isEqualTo(1);
      assertThat(cost.of(pair.batch(), pair.predicted(), 0)).isEqualTo(1.5);
    }
  }

  private static ExamplesDetails written(String metric) {
    return new ExamplesDetails(
        ExampleTask.SEQUENCE,
        metric,
        List.of(),
        null,
        List.of(),
        Map.of(),
        Map.of("target", new ColumnVocabulary(4, 0, 1, "")),
        Map.of(),
        Map.of(),
        Map.of(),
        "",
        null);
  }

  /**
   * One feature of deviation 2 there, 4 here: errors of 2 · 1 and 2 · 2, over a variance of 16; a
   * series of one step has none.
   */
  @Test
  void ofSeriesByHand() {
    float[] values = {9, 1, 2, 9, 0, 0};
    int[] observed = {1, 1, 1, 1, 0, 0};
    float[] means = {0, 0, 0, 0, 0, 0};
    Scored.Pair pair =
        new Scored.Pair(
            new Batch(2)
                .put("values", new Batch.Floats(values, 2, 3, 1))
                .put("observed", new Batch.Ints(observed, 2, 3, 1))
                .putLengths("values", new int[] {3, 1}),
            new Predicted(
                new Batch(2)
                    .put("means", new Batch.Floats(means, 2, 3, 1))
                    .put("log-variances", new Batch.Floats(new float[6], 2, 3, 1)),
                1,
                2));

    ExampleCost squares = ExampleCost.of(series("rmse", 2), series("rmse", 4));
    assertThat(squares.of(pair.batch(), pair.predicted(), 0)).isEqualTo((4 + 16) / 2.0 / 16);
    assertThat(squares.of(pair.batch(), pair.predicted(), 1)).isNaN();
    String nats = "negative-log-likelihood";
    assertThat(
            ExampleCost.of(series(nats, 2), series(nats, 4)).of(pair.batch(), pair.predicted(), 0))
        .isCloseTo(0.5 * Math.log(2 * Math.PI) + (0.5 + 2) / 2 + Math.log(2), within(1e-12));
  }

  private static ExamplesDetails series(String metric, double deviation) {
    return Scored.details(
        ExampleTask.SERIES,
        metric,
        List.of(),
        Map.of(),
        Map.of("values", new FeatureStatistics(List.of(9L), List.of(0.0), List.of(deviation))));
  }
}
