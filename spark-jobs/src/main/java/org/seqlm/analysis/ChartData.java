package org.seqlm.analysis;

import java.util.List;

/**
 * A chart of an analysis, as numbers; at most a few hundred points.
 *
 * @param kind how it is drawn
 * @param title over it
 * @param x the horizontal axis; of bars the title of what they are of
 * @param y the vertical axis; of bars that of their lengths
 * @param series what is drawn; of bars each has one point
 * @param remarks sentences below it
 */
public record ChartData(
    Kind kind, String title, Axis x, Axis y, List<Series> series, List<String> remarks) {
  /** How it is drawn. */
  public enum Kind {
    /** Lines and points over a horizontal axis. */
    LINES,
    /** Horizontal bars, one a series. */
    BARS
  }

  /** How positions follow from values. */
  public enum Scale {
    LINEAR,
    /** The same, from 0 on. */
    LINEAR_FROM_ZERO,
    /** For values above zero. */
    LOGARITHMIC,
    /** Days since 1970. */
    DATE
  }

  /** What a series looks like. */
  public enum Mark {
    LINE,
    POINTS,
    LINE_AND_POINTS,
    DASHES
  }

  /**
   * An axis.
   *
   * @param title with its unit
   * @param digits after the point in the chart's table; -1 for three that count
   */
  public record Axis(String title, Scale scale, int digits) {}

  /**
   * What belongs together.
   *
   * @param points (x, y) by rising x, or (x, y, low, high) with the ends of y's interval // (n, 2
   *     or 4)
   * @param wording whose words the name is
   */
  public record Series(String name, Mark mark, List<List<Double>> points, Wording wording) {
    /** Manifests of before have no wording. */
    public Series {
      wording = wording == null ? Wording.OURS : wording;
    }

    /** A line or points whose name is ours. */
    public Series(String name, Mark mark, List<List<Double>> points) {
      this(name, mark, points, Wording.OURS);
    }

    /** A bar, of a word, a source or a script. */
    public static Series bar(String name, double length) {
      return new Series(name, Mark.LINE, List.of(List.of(0.0, length)), Wording.GIVEN);
    }

    /** A bar whose length has an interval. */
    public static Series bar(String name, double length, double low, double high) {
      return new Series(name, Mark.LINE, List.of(List.of(0.0, length, low, high)), Wording.GIVEN);
    }
  }

  public ChartData {
    series = List.copyOf(series);
    remarks = List.copyOf(remarks);
  }
}
