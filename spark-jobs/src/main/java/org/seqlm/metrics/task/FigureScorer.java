package org.seqlm.metrics.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.seqlm.UserException;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.dataset.ExamplesDetails.ColumnVocabulary;
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
          List.of(
              new LabelFigures("label", there("labels", details.labels(), "label").size()),
              LossFigures.ofTargets());
      case TAG -> {
        List<String> tags = there("labels", details.labels(), "tags");
        List<Figures> figures = new ArrayList<>();
        figures.add(new LabelFigures("tags", tags.size()));
        figures.add(new TagMatch());
        if (SpanFigures.areSpans(tags)) {
          figures.add(new SpanFigures(tags));
        }
        figures.add(LossFigures.ofTargets());
        yield figures;
      }
      case SEQUENCE -> {
        ColumnVocabulary target = there("vocabulary", details.vocabularies(), "target");
        List<String> texts = there("tokens", tokens, "target");
        yield List.of(
            new SequenceMatch(target.unknown()),
            new CharacterFigures(texts, target.end(), target.unknown()),
            LossFigures.ofTokens());
      }
      case SERIES ->
          List.of(
              new GaussianFigures(there("features", details.features(), "values").deviations()),
              LossFigures.ofTargets());
    };
  }

  private static <T> T there(String what, Map<String, T> columns, String column) {
    T found = columns.get(column);
    if (found == null) {
      throw new IllegalArgumentException(
          "column " + column + " has no " + what + ", but " + columns.keySet() + " have");
    }
    return found;
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
