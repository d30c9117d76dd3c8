package org.seqlm.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.seqlm.metrics.DiagnosisMetrics;
import org.seqlm.metrics.DiagnosisMetrics.Gate;
import org.seqlm.metrics.DiagnosisMetrics.Layer;
import org.seqlm.metrics.DiagnosisMetrics.Matrix;
import org.seqlm.metrics.DiagnosisMetrics.MemoryTerms;
import org.seqlm.report.page.Chart.Axis;
import org.seqlm.report.page.Chart.Kind;
import org.seqlm.report.page.Chart.Mark;
import org.seqlm.report.page.Chart.Rule;
import org.seqlm.report.page.Chart.Scale;
import org.seqlm.report.page.Chart.Series;
import org.seqlm.report.page.Charts;
import org.seqlm.report.page.Figures;
import org.seqlm.report.page.Fit;

/** What the looks into a network saw; empty where a run had none. */
record TrainingDiagnoses(Charts charts, List<DiagnosisMetrics> looks) {
  /** Lines of a chart; of more the largest of each layer are drawn. */
  private static final int MOST_LINES = 8;

  List<Map<String, Object>> view() {
    List<Map<String, Object>> view = new ArrayList<>();
    if (looks.isEmpty()) {
      return view;
    }
    List<Series> gradients = gradients();
    view.add(
        charts.add(
            Kind.LINES,
            "Gradient of the last step's loss by steps back in time, logarithmic",
            Axis.of("steps back", Scale.LINEAR, 0).between(0.0, null),
            Fit.fading(Axis.of("norm", Scale.LOGARITHMIC, Axis.SIGNIFICANT), gradients),
            gradients,
            List.of(),
            List.of()));
    view.add(
        overLooks(
            "Spectral radius of each recurrent matrix"
                + (estimated() ? " (estimated: the matrices are wide)" : ""),
            Axis.of("largest |eigenvalue|", Scale.LINEAR, 3).between(0.0, null),
            matrices(Matrix::radius),
            List.of(new Rule("a linear recurrence explodes above", 1))));
    view.add(
        overLooks(
            "Spectral norm of each recurrent matrix",
            Axis.of("largest singular value", Scale.LINEAR, 3).between(0.0, null),
            matrices(Matrix::norm),
            List.of()));
    view.add(
        overLooks(
            "Terms of an LSTM's ∂c(t)/∂c(t−1) = A + B + C + D, ‖·‖ / √H",
            Axis.of("norm", Scale.LINEAR, 4).between(0.0, null),
            terms(),
            List.of()));
    view.add(
        overLooks(
            "Units that never move from one end of a gate, in per cent",
            Axis.of("per cent", Scale.LINEAR, 1).between(0.0, 100.0),
            gates(Gate::dead),
            List.of()));
    view.add(
        overLooks(
            "Saturated values of each gate, in per cent",
            Axis.of("per cent", Scale.LINEAR, 1).between(0.0, 100.0),
            gates(Gate::saturated),
            List.of()));
    view.removeIf(Objects::isNull);
    return view;
  }

  private Map<String, Object> overLooks(
      String title, Axis y, List<Series> series, List<Rule> rules) {
    return charts.add(Kind.LINES, title, TrainingCourse.ROUND, y, series, rules);
  }

  private DiagnosisMetrics last() {
    return looks.get(looks.size() - 1);
  }

  private boolean estimated() {
    return last().layers().stream()
        .flatMap(layer -> layer.matrices().stream())
        .anyMatch(matrix -> matrix.kind() == DiagnosisMetrics.Radius.ESTIMATE);
  }

  /** Of the first look and the last: h of each layer, and c where there is one. */
  private List<Series> gradients() {
    List<Series> series = new ArrayList<>();
    for (DiagnosisMetrics look : looks.size() > 1 ? List.of(looks.get(0), last()) : looks) {
      for (Layer layer : look.layers()) {
        String name = "h" + ofLayer(layer.layer()) + ", round " + Figures.whole(look.round());
        Mark mark = look == last() ? Mark.LINE : Mark.DASHES;
        series.add(steps(name, 2 * layer.layer(), mark, layer.gradients()));
        series.add(
            steps("c" + name.substring(1), 2 * layer.layer() + 1, mark, layer.memoryGradients()));
      }
    }
    series.removeIf(Objects::isNull);
    return series;
  }

  private String ofLayer(int layer) {
    return last().layers().size() == 1 ? "" : " of layer " + (layer + 1);
  }

  private static Series steps(String name, int colour, Mark mark, List<Double> norms) {
    List<double[]> points = new ArrayList<>();
    for (int j = 0; j < norms.size(); j++) {
      points.add(new double[] {j, norms.get(j)});
    }
    return positive(name, colour, mark, points);
  }

  /** What a logarithmic axis can show; null if that is nothing. */
  static Series positive(String name, int colour, Mark mark, List<double[]> points) {
    List<double[]> shown =
        points.stream().filter(point -> point[1] > 0 && Double.isFinite(point[1])).toList();
    return shown.isEmpty() ? null : new Series(name, colour, mark, shown);
  }

  private List<Series> matrices(ToDoubleFunction<Matrix> figure) {
    return ofLayers(Layer::matrices, Matrix::name, figure);
  }

  private List<Series> gates(ToDoubleFunction<Gate> figure) {
    return ofLayers(Layer::gates, Gate::gate, gate -> 100 * figure.applyAsDouble(gate));
  }

  /** A line a part of a layer; where these are too many, a line a layer with its largest. */
  private <T> List<Series> ofLayers(
      Function<Layer, List<T>> parts, Function<T, String> name, ToDoubleFunction<T> figure) {
    List<Series> series = new ArrayList<>();
    List<Layer> layers = last().layers();
    boolean each = layers.stream().mapToInt(l -> parts.apply(l).size()).sum() <= MOST_LINES;
    for (int k = 0; k < layers.size(); k++) {
      List<T> of = parts.apply(layers.get(k));
      int layer = k;
      if (each) {
        for (int i = 0; i < of.size(); i++) {
          int part = i;
          add(
              series,
              name.apply(of.get(i)) + ofLayer(k),
              l -> figure.applyAsDouble(parts.apply(l.get(layer)).get(part)));
        }
      } else {
        add(
            series,
            "largest" + ofLayer(k),
            l -> parts.apply(l.get(layer)).stream().mapToDouble(figure).max().orElse(Double.NaN));
      }
    }
    return series;
  }

  private void add(List<Series> series, String name, ToDoubleFunction<List<Layer>> figure) {
    List<double[]> points =
        TrainingSection.thin(
            looks.stream()
                .map(look -> new double[] {look.round(), figure.applyAsDouble(look.layers())})
                .toList());
    if (!points.isEmpty()) {
      series.add(new Series(name, series.size(), Mark.LINE_AND_POINTS, points));
    }
  }

  /** The mean over the layers. */
  private List<Series> terms() {
    List<Series> series = new ArrayList<>();
    if (last().layers().stream().allMatch(layer -> layer.terms() != null)) {
      add(series, "A, through the forget gate's input", layers -> mean(layers, MemoryTerms::a));
      add(series, "B, the forget gate itself", layers -> mean(layers, MemoryTerms::b));
      add(series, "C, through the input gate's input", layers -> mean(layers, MemoryTerms::c));
      add(series, "D, through the new value's input", layers -> mean(layers, MemoryTerms::d));
      add(series, "their sum", layers -> mean(layers, MemoryTerms::sum));
    }
    return series;
  }

  private static double mean(List<Layer> layers, ToDoubleFunction<MemoryTerms> term) {
    return layers.stream()
        .mapToDouble(layer -> term.applyAsDouble(layer.terms()))
        .average()
        .orElse(Double.NaN);
  }
}
