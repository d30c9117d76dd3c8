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
    int next = 0;
    try (ExampleScoring scoring = new ExampleScoring(spark, examples, split, places)) {
      for (double[] piece : scoring.sums(costs.length, model)) {
        for (int i = 0; i < sums.length; i++) {
          sums[i] += piece[i];
        }
        int size = (int) piece[places.count()];
        for (int i = 0; i < size; i++, next++) {
          costs[next] = piece[places.of(next)];
        }
      }
    }
    return new ExampleCosts(costs, scorer.metrics(sums));
  }

  /** The class of the scorer that goes to tasks, by Java's own serialisation. */
  public static Class<? extends TaskScorer> scorerType() {
    return Places.class;
  }

  /**
   * Sums of a piece among which each example has a place of its own: the examples of a piece are
   * consecutive, and no more than there are places, so by their numbers in the split they share
   * none.
   */
  private static final class Places implements TaskScorer {
    private static final long serialVersionUID = 1L;

    private final TaskScorer scorer;
    private final ExampleCost cost;

    Places(TaskScorer scorer, ExampleCost cost) {
      this.scorer = scorer;
      this.cost = cost;
    }

    /** Where the number of a piece's examples is. */
    int count() {
      return scorer.size();
    }

    /** Where an example's cost is. */
    int of(int number) {
      return scorer.size() + 1 + number % ExampleScoring.TOGETHER;
    }

    @Override
    public int size() {
      return scorer.size() + 1 + ExampleScoring.TOGETHER;
    }

    @Override
    public int together() {
      return cost.together();
    }

    @Override
    public void add(double[] sums, Batch batch, Predictor.Predicted predicted) {
      scorer.add(sums, batch, predicted); // its own stand first
      sums[count()] += batch.size();
      int[] numbers = batch.ints(ExampleScoring.NUMBERS).values();
      for (int b = 0; b < batch.size(); b++) {
        sums[of(numbers[b])] = cost.of(batch, predicted, b);
      }
    }

    @Override
    public List<Metric> metrics(double[] sums) {
      return scorer.metrics(Arrays.copyOf(sums, scorer.size()));
    }
  }
}
