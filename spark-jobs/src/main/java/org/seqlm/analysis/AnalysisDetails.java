package org.seqlm.analysis;

import java.util.List;

/**
 * What people read of an analysis: the details of its manifest, and its section of a report.
 * Nothing in it grows with the corpus.
 *
 * @param analysis which it is: {@code profile}, {@code collocations}, ...
 * @param title of its section
 * @param facts what was found, a line each, in the order in which they are read
 * @param charts in their order
 * @param tables in their order, by their first rows
 * @param footnotes what each measure is: its name, formula and source
 * @param notes what a reader must know to read the figures right
 */
public record AnalysisDetails(
    String analysis,
    String title,
    List<Fact> facts,
    List<ChartData> charts,
    List<ShownTable> tables,
    List<String> footnotes,
    List<String> notes) {
  /** Rows of a table that the manifest keeps, at most. */
  public static final int MOST_SHOWN = 100;

  /**
   * A name and what belongs to it.
   *
   * @param wording whose words the value is
   */
  public record Fact(String name, String value, Wording wording) {
    /** Manifests of before have no wording. */
    public Fact {
      wording = wording == null ? Wording.OURS : wording;
    }

    /** One whose value is ours, figures for instance. */
    public Fact(String name, String value) {
      this(name, value, Wording.OURS);
    }

    /** One whose value is not ours. */
    public static Fact given(String name, String value) {
      return new Fact(name, value, Wording.GIVEN);
    }
  }

  /**
   * A table.
   *
   * @param rows in its files
   * @param shown the first of them, each in the order of the columns: text, whole numbers, numbers
   *     or null // (at most {@link #MOST_SHOWN}, columns)
   */
  public record ShownTable(TableSchema table, long rows, List<List<Object>> shown) {
    public ShownTable {
      shown =
          shown.stream()
              .limit(MOST_SHOWN)
              .map(row -> java.util.Collections.unmodifiableList(new java.util.ArrayList<>(row)))
              .toList();
    }
  }

  public AnalysisDetails {
    facts = List.copyOf(facts);
    charts = List.copyOf(charts);
    tables = List.copyOf(tables);
    footnotes = List.copyOf(footnotes);
    notes = List.copyOf(notes);
  }
}
