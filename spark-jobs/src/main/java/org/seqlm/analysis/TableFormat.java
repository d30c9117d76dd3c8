package org.seqlm.analysis;

/** How a table is written. */
public enum TableFormat {
  PARQUET("parquet"),
  /**
   * Tab-separated text with a head line; backslashes, tabs and line ends of a text are written
   * {@code \\}, {@code \t}, {@code \n}, {@code \r}; nothing stands for what has no value.
   */
  TSV("tsv");

  private final String extension;

  TableFormat(String extension) {
    this.extension = extension;
  }

  /** How its files end, without the dot. */
  public String extension() {
    return extension;
  }
}
