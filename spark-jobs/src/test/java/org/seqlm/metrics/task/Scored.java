package org.seqlm.metrics.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import org.seqlm.dataset.ExampleColumn;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.dataset.FeatureStatistics;
import org.seqlm.metrics.Metric;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Predictor.Predicted;

/** Examples that are scored in tests. */
final class Scored {
  private Scored() {}

  /** A batch and what was predicted of it. */
  record Pair(Batch batch, Predicted predicted) {}

  /** Details of which only what a scorer reads is there. */
  static ExamplesDetails details(
      ExampleTask task,
      String metric,
      List<ExampleColumn> columns,
      Map<String, List<String>> labels,
      Map<String, FeatureStatistics> features) {
    return new ExamplesDetails(
        task, metric, columns, null, List.of(), labels, Map.of(), features, Map.of(), Map.of(), "",
        null);
  }

  /** Rows as an array that is padded with what no row may count. */
  static Batch.Ints padded(int[][] rows, int longest, int padding) {
    int[] values = new int[rows.length * longest];
    Arrays.fill(values, padding);
    for (int b = 0; b < rows.length; b++) {
      System.arraycopy(rows[b], 0, values, b * longest, rows[b].length);
    }
    return new Batch.Ints(values, rows.length, longest);
  }

  static int longest(int[][] rows) {
    return Arrays.stream(rows).mapToInt(row -> row.length).max().orElse(0);
  }

  static int[] lengths(int[][] rows) {
    return Arrays.stream(rows).mapToInt(row -> row.length).toArray();
  }

  /** Metrics by name, in order. */
  static Map<String, Double> metrics(TaskScorer scorer, Pair... pairs) {
    double[] sums = new double[scorer.size()];
    for (Pair pair : pairs) {
      scorer.add(sums, pair.batch(), pair.predicted());
    }
    Map<String, Double> found = new LinkedHashMap<>();
    scorer.metrics(sums).forEach(metric -> found.put(metric.name(), metric.value()));
    return found;
  }

  /**
   * However examples are cut into batches, and batches into parts that tasks add up, the metrics
   * are the same.
   *
   * @param pairs of the examples of a range [from, to)
   */
  static Map<String, Double> anyCut(
      TaskScorer scorer, int examples, Random random, BiFunction<Integer, Integer, Pair> pairs) {
    Map<String, Double> whole = metrics(scorer, pairs.apply(0, examples));
    TaskScorer sent = sent(scorer);
    for (int cut = 0; cut < 4; cut++) {
      double[] sums = new double[scorer.size()];
      double[] part = new double[scorer.size()];
      for (int from = 0; from < examples; ) {
        int to = cut == 0 ? from + 1 : Math.min(examples, from + 1 + random.nextInt(examples));
        Pair pair = pairs.apply(from, to);
        sent.add(part, pair.batch(), pair.predicted());
        if (random.nextBoolean() || to == examples) {
          for (int i = 0; i < sums.length; i++) {
            sums[i] += part[i];
          }
          part = new double[scorer.size()];
        }
        from = to;
      }
      for (Metric metric : scorer.metrics(sums)) {
        assertThat(metric.value())
            .as(metric.name())
            .isCloseTo(whole.get(metric.name()), within(1e-9));
      }
    }
    return whole;
  }

  /** As a task gets it. */
  private static TaskScorer sent(TaskScorer scorer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(scorer);
      }
      return (TaskScorer)
          new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  /** As many random ids as a function of the example says, below a bound. */
  static int[][] random(Random random, int examples, int bound, IntFunction<Integer> length) {
    int[][] rows = new int[examples][];
    for (int b = 0; b < examples; b++) {
      rows[b] = random.ints(length.apply(b), 0, bound).toArray();
    }
    return rows;
  }
}
