package org.seqlm.job.corpus.terms;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.seqlm.analysis.ChartData;
import org.seqlm.analysis.ChartData.Axis;
import org.seqlm.analysis.ChartData.Kind;
import org.seqlm.analysis.ChartData.Mark;
import org.seqlm.analysis.ChartData.Scale;
import org.seqlm.analysis.ChartData.Series;
import org.seqlm.analysis.Column;
import org.seqlm.terms.Association;
import org.seqlm.terms.AssociationMeasure;
import org.seqlm.terms.Collocation;

/** What both kinds of collocations show. */
final class CollocationText {
  private static final int BARS = 20;
  private static final int POINTS = 200;

  private CollocationText() {}

  /** Columns of what is expected and of all measures. */
  static List<Column> measures() {
    List<Column> columns = new ArrayList<>();
    columns.add(Column.real("expected", "expected"));
    for (AssociationMeasure measure : AssociationMeasure.values()) {
      columns.add(Column.real(measure.column(), title(measure)));
    }
    return columns;
  }

  /** Their values. */
  static List<Object> values(Association association) {
    List<Object> values = new ArrayList<>();
    values.add(association.expected());
    for (AssociationMeasure measure : AssociationMeasure.values()) {
      values.add(measure.of(association));
    }
    return values;
  }

  /** A measure's name for people. */
  static String title(AssociationMeasure measure) {
    return switch (measure) {
      case PMI -> "PMI";
      case NPMI -> "NPMI";
      case MI3 -> "MI³";
      case LOG_DICE -> "log Dice";
      case G2 -> "G²";
      case T -> "t";
      case CHI2 -> "χ²";
      case CHI2_YATES -> "χ² (Yates)";
    };
  }

  /** What each measure is. */
  static List<String> footnotes(String expected) {
    List<String> notes = new ArrayList<>();
    notes.add("O: how often the words appear together. E: " + expected + ".");
    for (AssociationMeasure measure : AssociationMeasure.values()) {
      notes.add(title(measure) + ": " + measure.formula() + " (" + measure.source() + ").");
    }
    return notes;
  }

  /** The first words near one as bars. */
  static ChartData chart(String node, List<Collocation> top, AssociationMeasure measure) {
    List<Series> bars = new ArrayList<>();
    for (Collocation one : top.subList(0, Math.min(BARS, top.size()))) {
      bars.add(Series.bar(one.words().get(1), measure.of(one.association())));
    }
    return new ChartData(
        Kind.BARS,
        "The strongest around " + node + " by " + title(measure),
        new Axis("word", Scale.LINEAR, 0),
        new Axis(title(measure), Scale.LINEAR, -1),
        bars,
        List.of());
  }

  /** The first collocations as bars, and all of them by how often they appear. */
  static List<ChartData> charts(List<Collocation> top, AssociationMeasure measure) {
    if (top.isEmpty()) {
      return List.of();
    }
    Axis strength = new Axis(title(measure), Scale.LINEAR, -1);
    List<Series> bars = new ArrayList<>();
    for (Collocation one : top.subList(0, Math.min(BARS, top.size()))) {
      bars.add(Series.bar(one.phrase(), measure.of(one.association())));
    }
    List<List<Double>> points = new ArrayList<>();
    for (Collocation one : top.subList(0, Math.min(POINTS, top.size()))) {
      points.add(List.of((double) one.association().observed(), measure.of(one.association())));
    }
    points.sort(Comparator.comparingDouble(point -> point.get(0)));
    return List.of(
        new ChartData(
            Kind.BARS,
            "The strongest by " + title(measure),
            new Axis("words", Scale.LINEAR, 0),
            strength,
            bars,
            List.of()),
        new ChartData(
            Kind.LINES,
            "How often and how strongly",
            new Axis("how often they appear together", Scale.LOGARITHMIC, 0),
            strength,
            List.of(new Series(title(measure), Mark.POINTS, points)),
            List.of()));
  }
}
