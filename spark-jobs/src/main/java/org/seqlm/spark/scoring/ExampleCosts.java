package org.seqlm.spark.scoring;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.dataset.Examples;
import org.seqlm.dataset.Split;
import org.seqlm.metrics.Metric;
import org.seqlm.metrics.task.ExampleCost;
import org.seqlm.metrics.task.TaskScorer;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Predictor;

/**
 * What a network's predictions cost each example of a split, beside the metrics of all.
 *
 * @param costs (example) in the order of the split; NaN where nothing is predicted
 * @param metrics as of {@link TaskScorer#metrics}
 */
public record ExampleCosts(double[] costs, List<Metric> metrics) {

  /**
   * Predicts for a whole split. The driver holds 8 bytes an example.
   *
   * @param scorer of the task's metrics
   * @param cost of an example
   * @throws org.seqlm.UserException what a task met, as {@link ExampleScoring#score}
   */
  public static ExampleCosts of(
      JavaSparkContext spark,
      Examples examples,
      Split split,
      ExampleScoring.Model model,
      TaskScorer scorer,
      ExampleCost cost) {
    Places places = new Places(scorer, cost);
    double[] sums = new double[scorer.size()];
    double[] costs = new double[Math.toIntExact(examples.examples(split))];
    int[] next = {0};
    try (ExampleScoring scoring = new ExampleScoring(spark, examples, split, places)) {
      scoring.each(
          costs.length,
          model,
          piece -> {
            for (int i = 0; i < sums.length; i++) {
              sums[i] += piece[i];
            }
            for (int left = places.in(piece); left > 0; left--, next[0]++) {
              costs[next[0]] = piece[places.of(next[0], piece)];
            }
          });
    }
    return new ExampleCosts(costs, scorer.metrics(sums));
  }

  /** The class of the scorer that goes to tasks, by Java's own serialisation. */
  public static Class<? extends TaskScorer> scorerType() {
    return Places.class;
  }

  /**
   * Sums of a piece among which each example has a place of its own: the examples of a piece are
   * consecutive, and as many as there are places, so by their numbers in the split they share none.
   */
  private static final class Places implements TaskScorer {
    private static final long serialVersionUID = 1L;

    private final TaskScorer scorer;
    private final ExampleCost cost;

    Places(TaskScorer scorer, ExampleCost cost) {
      this.scorer = scorer;
      this.cost = cost;
    }

    /** The examples of a piece. */
    int in(double[] piece) {
      return piece.length - scorer.size();
    }

    /** Where an example's cost is. */
    int of(int number, double[] piece) {
      return scorer.size() + number % in(piece);
    }

    @Override
    public int size() {
      return size(ExampleScoring.TOGETHER);
    }

    @Override
    public int size(int examples) {
      return scorer.size() + examples;
    }

    @Override
    public int together() {
      return cost.together();
    }

    @Override
    public void add(double[] sums, Batch batch, Predictor.Predicted predicted) {
      scorer.add(sums, batch, predicted); // its own stand first
      int[] numbers = batch.ints(ExampleScoring.NUMBERS).values();
      for (int b = 0; b < batch.size(); b++) {
        sums[of(numbers[b], sums)] = cost.of(batch, predicted, b);
      }
    }

    @Override
    public List<Metric> metrics(double[] sums) {
      return scorer.metrics(Arrays.copyOf(sums, scorer.size()));
    }
  }
}
