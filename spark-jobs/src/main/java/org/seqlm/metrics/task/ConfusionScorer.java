package org.seqlm.metrics.task;

import java.util.List;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.metrics.Confusion;
import org.seqlm.metrics.Metric;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Predictor;

/**
 * A scorer that also counts which labels were predicted for which. Its sums: those of the scorer,
 * then C rows of C counts, by the label that is there, then by the predicted one.
 */
public final class ConfusionScorer implements TaskScorer {
  private static final long serialVersionUID = 1L;

  /** Labels of which there are counts: 2 MiB of them. */
  private static final int MOST_LABELS = 512;

  private final TaskScorer scorer;
  private final String column;
  private final int labels; // 0 where none are counted

  private ConfusionScorer(TaskScorer scorer, String column, int labels) {
    this.scorer = scorer;
    this.column = column;
    this.labels = labels;
  }

  /** Of a scorer; of a task without labels, or with more than {@value #MOST_LABELS}, it is that. */
  public static ConfusionScorer of(TaskScorer scorer, ExamplesDetails details) {
    String column = details.task() == ExampleTask.TAG ? "tags" : "label";
    int labels = details.labels().getOrDefault(column, List.of()).size();
    return new ConfusionScorer(scorer, column, labels <= MOST_LABELS ? labels : 0);
  }

  @Override
  public int size() {
    return scorer.size() + labels * labels;
  }

  @Override
  public void add(double[] sums, Batch batch, Predictor.Predicted predicted) {
    scorer.add(sums, batch, predicted);
    if (labels == 0) {
      return;
    }
    Rows there = Rows.of(batch, column);
    Rows found = Rows.as(there, predicted.values(), "ids");
    for (int b = 0; b < batch.size(); b++) {
      for (int t = 0; t < there.length(b); t++) {
        sums[scorer.size() + there.id(b, t) * labels + found.id(b, t)]++;
      }
    }
  }

  @Override
  public List<Metric> metrics(double[] sums) {
    return scorer.metrics(sums);
  }

  /**
   * What the counts come to; null where there are none.
   *
   * @param details whose labels they are
   */
  public Confusion confusion(double[] sums, ExamplesDetails details) {
    if (labels == 0) {
      return null;
    }
    long[] counts = new long[labels * labels];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = (long) sums[scorer.size() + i];
    }
    return Confusion.of(details.labels().get(column), counts);
  }
}
