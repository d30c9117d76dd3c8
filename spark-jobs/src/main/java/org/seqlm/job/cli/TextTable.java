package org.seqlm.job.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * A table of text for the terminal: the first columns are flush left, columns of numbers flush
 * right.
 */
public final class TextTable {
  private final List<String[]> rows = new ArrayList<>();

  public TextTable(String... header) {
    rows.add(header);
  }

  /** Adds a row of as many cells as the header has. */
  public TextTable row(String... cells) {
    if (cells.length != rows.get(0).length) {
      throw new IllegalArgumentException(
          "a row of " + cells.length + " cells in a table of " + rows.get(0).length);
    }
    rows.add(cells);
    return this;
  }

  /** Whether there is more than the header. */
  public boolean hasRows() {
    return rows.size() > 1;
  }

  @Override
  public String toString() {
    int columns = rows.get(0).length;
    int[] widths = new int[columns];
    boolean[] numeric = new boolean[columns];
    for (int c = 0; c < columns; c++) {
      numeric[c] = true;
      for (int r = 0; r < rows.size(); r++) {
        String cell = rows.get(r)[c];
        widths[c] = Math.max(widths[c], cell.codePointCount(0, cell.length()));
        numeric[c] &= r == 0 || isNumber(cell);
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String padding = " ".repeat(widths[c] - row[c].codePointCount(0, row[c].length()));
        line.append(numeric[c] ? padding + row[c] : row[c] + padding).append("  ");
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static boolean isNumber(String cell) {
    boolean signed = cell.startsWith("+") || cell.startsWith("-");
    String digits = signed ? cell.substring(1) : cell;
    return digits.isEmpty() || Character.isDigit(digits.charAt(0)) || digits.startsWith("infinite");
  }
}
