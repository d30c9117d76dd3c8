package org.seqlm.analysis;

import java.util.List;
import java.util.Locale;

/**
 * A table before it has rows.
 *
 * @param name of its folder below {@code tables/}: small letters, digits and dashes
 * @param title over it in a report
 * @param columns of its rows
 */
public record TableSchema(String name, String title, List<Column> columns)
    implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  public TableSchema {
    if (!name.matches("[a-z][a-z0-9-]*")) {
      throw new IllegalArgumentException("no name of a table: " + name);
    }
    columns = List.copyOf(columns);
  }

  /** A table. */
  public static TableSchema of(String name, String title, Column... columns) {
    return new TableSchema(name, title, List.of(columns));
  }

  /** The file of a part, below an artifact's folder. */
  public String file(int part, TableFormat format) {
    return String.format(Locale.ROOT, "tables/%s/part-%05d.%s", name, part, format.extension());
  }
}
