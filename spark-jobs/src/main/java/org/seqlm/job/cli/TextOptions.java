package org.seqlm.job.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The flags that tell how files hold their text. */
public final class TextOptions {
  @Option(
      names = "--text-field",
      paramLabel = "NAME",
      description = "JSON key or Parquet column that holds the text (default: text).")
  private String textField;

  @Option(
      names = "--document",
      paramLabel = "auto|file|record|line|blank-line",
      description = "What is one document (default: auto: a file of text, a record of the others).")
  private String document;

  /** Sets keys of the group {@code input}. */
  public void put(FlagValues overrides) {
    overrides.put("input.text-field", textField).put("input.document", document);
  }

  /** Those given: a dataset has no use for them. */
  public List<String> given() {
    List<String> given = new ArrayList<>();
    if (textField != null) {
      given.add("--text-field");
    }
    if (document != null) {
      given.add("--document");
    }
    return given;
  }
}
