package org.seqlm.metrics.task;

import java.util.List;
import org.seqlm.metrics.Metric;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Predictor;

/**
 * {@code accuracy}, the part of labels that are right, and {@code macro-f1}, the mean of the
 * labels' F1, each weighing the same (Opitz and Burst 2019, "Macro F1 and Macro F1": the averaged
 * F1). A label that neither is there nor was predicted has no F1 and is left out.
 *
 * <p>Sums: for each label how often it was predicted rightly, predicted, and there.
 */
final class LabelFigures implements Figures {
  private static final long serialVersionUID = 1L;

  private final String column;
  private final int labels;

  /**
   * Of a column.
   *
   * @param column one label an example, (B), or one an element, (B, T) with lengths
   * @param labels how many there are
   */
  LabelFigures(String column, int labels) {
    this.column = column;
    this.labels = labels;
  }

  @Override
  public int size() {
    return 3 * labels;
  }

  @Override
  public void add(double[] sums, int at, Batch batch, Predictor.Predicted predicted) {
    Rows there = Rows.of(batch, column);
    Rows found = Rows.as(there, predicted.values(), "ids");
    for (int b = 0; b < batch.size(); b++) {
      for (int t = 0; t < there.length(b); t++) {
        int own = there.id(b, t);
        int id = found.id(b, t);
        if (own == id) {
          sums[at + own]++;
        }
        sums[at + labels + id]++;
        sums[at + 2 * labels + own]++;
      }
    }
  }

  @Override
  public List<Metric> metrics(double[] sums, int at) {
    double right = 0;
    double all = 0;
    double f1 = 0;
    int having = 0;
    for (int label = at; label < at + labels; label++) {
      double found = sums[label + labels];
      double there = sums[label + 2 * labels];
      right += sums[label];
      all += there;
      if (found + there > 0) {
        f1 += Figures.f1(sums[label], found, there);
        having++;
      }
    }
    return List.of(
        Figures.larger("accuracy", right / all), Figures.larger("macro-f1", f1 / having));
  }
}
