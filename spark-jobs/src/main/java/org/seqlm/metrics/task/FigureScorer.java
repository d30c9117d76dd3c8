package org.seqlm.metrics.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.seqlm.UserException;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.metrics.Metric;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Predictor;

/** Figures whose sums stand one behind the other. */
final class FigureScorer implements TaskScorer {
  private static final long serialVersionUID = 1L;

  private final String first;
  private final ArrayList<Figures> figures;
  private final int size;

  /**
   * Of figures.
   *
   * @param first name of the metric that counts
   */
  FigureScorer(String first, ExampleTask task, List<Figures> figures) {
    this.first = first;
    this.figures = new ArrayList<>(figures);
    size = figures.stream().mapToInt(Figures::size).sum();
    List<String> names = metrics(new double[size]).stream().map(Metric::name).toList();
    if (!names.contains(first)) {
      throw UserException.configuration(
          "metric "
              + first
              + " is none of task "
              + task.name().toLowerCase(Locale.ROOT)
              + ": with these examples it has "
              + String.join(", ", names)
              + "; name one of them");
    }
  }

  static List<Figures> figures(ExamplesDetails details, Map<String, List<String>> tokens) {
    return switch (details.task()) {
      case CLASSIFY, GRID, FRAMES ->
          List.of(new LabelFigures("label", labels(details, "label").size()), new LossFigures());
      case TAG -> {
        List<String> tags = labels(details, "tags");
        List<Figures> figures = new ArrayList<>();
        figures.add(new LabelFigures("tags", tags.size()));
        figures.add(new TagMatch());
        if (SpanFigures.areSpans(tags)) {
          figures.add(new SpanFigures(tags));
        }
        figures.add(new LossFigures());
        yield figures;
      }
      default -> throw new IllegalArgumentException("no metrics of task " + details.task());
    };
  }

  private static List<String> labels(ExamplesDetails details, String column) {
    List<String> labels = details.labels().get(column);
    if (labels == null) {
      throw new IllegalArgumentException("the examples have no labels of column " + column);
    }
    return labels;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void add(double[] sums, Batch batch, Predictor.Predicted predicted) {
    int at = 0;
    for (Figures part : figures) {
      part.add(sums, at, batch, predicted);
      at += part.size();
    }
  }

  @Override
  public List<Metric> metrics(double[] sums) {
    List<Metric> all = new ArrayList<>();
    int at = 0;
    for (Figures part : figures) {
      for (Metric metric : part.metrics(sums, at)) {
        all.add(metric.name().equals(first) ? 0 : all.size(), metric);
      }
      at += part.size();
    }
    return List.copyOf(all);
  }
}
