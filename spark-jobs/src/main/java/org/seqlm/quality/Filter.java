package org.seqlm.quality;

import java.util.List;

/**
 * A filter with its parameters: some rules on figures of a document, and perhaps an edit of its
 * lines. What it makes of a document depends on that document alone. One instance is used by one
 * thread at a time.
 */
public interface Filter {
  /** The rules, in the order in which they remove. */
  List<Rule> rules();

  /**
   * Measures a document.
   *
   * @param document as it came to this filter
   * @param edited the same after this filter's own {@link #lines}; the document itself where it has
   *     none
   * @param values receives the figure of each rule, in their order; NaN where there is nothing to
   *     measure
   */
  void measure(Document document, Document edited, double[] values);

  /** What it makes of lines; null where it leaves them as they are. */
  default LineEdit lines() {
    return null;
  }

  /** Drops or shortens lines, each for itself. */
  interface LineEdit {
    /** Why lines are dropped, for instance {@code c4.line-end}. */
    List<String> reasons();

    /**
     * Edits a line.
     *
     * @param line without its line feed
     * @param dropped of each reason, which is added to where the line is dropped
     * @return what is kept of it; null where it is dropped
     */
    String edit(String line, long[] dropped);
  }
}
