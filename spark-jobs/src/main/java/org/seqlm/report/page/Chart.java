package org.seqlm.report.page;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.seqlm.analysis.Wording;

/**
 * A chart as data: drawn by the page's script and, for readers without one, written as a table.
 *
 * @param id unique in the page
 * @param kind how it is drawn
 * @param x horizontal axis
 * @param y vertical axis
 * @param series what is drawn
 * @param rules straight lines to compare with
 */
public record Chart(String id, Kind kind, Axis x, Axis y, List<Series> series, List<Rule> rules) {

  /** How it is drawn. */
  public enum Kind {
    /** Lines, points, or both, over a horizontal axis. */
    LINES,
    /** Horizontal bars; every series has one point, its length the y, perhaps with its interval. */
    BARS
  }

  /** How positions follow from values. */
  public enum Scale {
    /** By their difference. */
    LINEAR,
    /** By their ratio; for values above zero. */
    LOGARITHMIC,
    /** Days since 1970, told as dates. */
    DATE
  }

  /**
   * An axis.
   *
   * @param title with its unit
   * @param scale of the positions
   * @param low where it begins, null for where the data does
   * @param high where it ends, null likewise
   * @param digits after the point in the table, or {@link #SIGNIFICANT}
   */
  public record Axis(String title, Scale scale, Double low, Double high, int digits) {
    /** In place of digits after the point: three that count, for figures of any size. */
    public static final int SIGNIFICANT = -1;

    /** One that begins and ends where the data does. */
    public static Axis of(String title, Scale scale, int digits) {
      return new Axis(title, scale, null, null, digits);
    }

    /** A value as the table shows it. */
    public String figure(double value) {
      if (scale == Scale.DATE) {
        return LocalDate.ofEpochDay(Math.round(value)).toString();
      }
      return digits == SIGNIFICANT ? Figures.significant(value) : Figures.decimal(value, digits);
    }

    /** The same from a low value to a high one, null for where the data is. */
    public Axis between(Double from, Double to) {
      return new Axis(title, scale, from, to, digits);
    }
  }

  /** What a line looks like, in the chart as in its legend. */
  public enum Mark {
    /** A line. */
    LINE,
    /** Points. */
    POINTS,
    /** Points and a line through them. */
    LINE_AND_POINTS,
    /** A dashed line. */
    DASHES
  }

  /**
   * What belongs together.
   *
   * @param name of what it shows
   * @param label its name in the legend and the table, which have little room
   * @param colour of the palette, those past its end the same again with another dash and shape; −1
   *     for the colour of subdued text
   * @param mark how it is drawn
   * @param points x, y, by rising x; or x, y and both ends of y's interval
   * @param wording whose words the name is; no matter of the script
   */
  public record Series(
      String name,
      String label,
      int colour,
      Mark mark,
      List<double[]> points,
      @JsonIgnore Wording wording) {
    /** One whose name is ours, as is its label. */
    public Series(String name, int colour, Mark mark, List<double[]> points) {
      this(name, name, colour, mark, points, Wording.OURS);
    }

    /** One whose name is a run's, a model's or a word of a corpus. */
    public static Series given(
        String name, String label, int colour, Mark mark, List<double[]> points) {
      return new Series(name, label, colour, mark, points, Wording.GIVEN);
    }
  }

  /** A horizontal line (for bars: vertical) at {@code value} of the y axis. */
  public record Rule(String name, double value) {}

  /** The column titles of the table. */
  List<String> header() {
    List<String> header = new ArrayList<>();
    header.add(x.title);
    if (kind == Kind.BARS) {
      header.add(y.title);
    } else {
      series.forEach(s -> header.add(s.label));
    }
    return header;
  }

  private String figure(double[] point) {
    return y.figure(point[1])
        + (point.length > 2 ? " (" + y.figure(point[2]) + " to " + y.figure(point[3]) + ")" : "");
  }

  /** The table: numbers as text, a row a position. */
  List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    if (kind == Kind.BARS) {
      for (Series s : series) {
        rows.add(List.of(s.label, figure(s.points.get(0))));
      }
      rules.forEach(rule -> rows.add(List.of(rule.name, y.figure(rule.value))));
      return rows;
    }
    TreeMap<Double, String[]> byX = new TreeMap<>();
    for (int i = 0; i < series.size(); i++) {
      for (double[] point : series.get(i).points) {
        byX.computeIfAbsent(point[0], at -> new String[series.size()])[i] = figure(point);
      }
    }
    byX.forEach(
        (at, cells) -> {
          List<String> row = new ArrayList<>();
          row.add(x.figure(at));
          for (String cell : cells) {
            row.add(cell == null ? "" : cell);
          }
          rows.add(row);
        });
    return rows;
  }
}
