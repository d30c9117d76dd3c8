package org.seqlm.analysis;

/**
 * A column of a table.
 *
 * @param name in files: letters, digits and underscores
 * @param type of its values; each may also have none
 * @param title over it in a report
 */
public record Column(String name, Type type, String title) implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  /** What a column holds. */
  public enum Type {
    /** A {@code String}. */
    TEXT("binary", " (STRING)"),
    /** A {@code Long}, or an {@code Integer}. */
    WHOLE("int64", ""),
    /** A {@code Double}; not-a-number and infinities are as they are in Parquet, words in TSV. */
    REAL("double", "");

    private final String parquet;
    private final String annotation;

    Type(String parquet, String annotation) {
      this.parquet = parquet;
      this.annotation = annotation;
    }
  }

  public Column {
    if (!name.matches("[A-Za-z][A-Za-z0-9_]*")) {
      throw new IllegalArgumentException("no name of a column: " + name);
    }
  }

  /** Of text. */
  public static Column text(String name, String title) {
    return new Column(name, Type.TEXT, title);
  }

  /** Of whole numbers. */
  public static Column whole(String name, String title) {
    return new Column(name, Type.WHOLE, title);
  }

  /** Of numbers. */
  public static Column real(String name, String title) {
    return new Column(name, Type.REAL, title);
  }

  /** As Parquet's schemas have it. */
  String declared() {
    return "optional " + type.parquet + " " + name + type.annotation + "; ";
  }
}
