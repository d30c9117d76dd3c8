package org.seqlm.job;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The flags of every command that reads raw text. */
final class CorpusOptions {
  @Option(
      names = "--input",
      paramLabel = "PATH",
      arity = "1..*",
      description = "Files, folders and globs on any Hadoop path; ngrams also takes a dataset.")
  private List<String> input;

  @Option(
      names = "--tokenizer",
      paramLabel = "char|word|whitespace",
      description = "How a text is cut into tokens (default: word for ngrams, char for prepare).")
  private String tokenizer;

  @Option(
      names = "--letters-only",
      description = "Every run of characters other than A-Z a-z becomes one space.")
  private boolean lettersOnly;

  @Option(names = "--lowercase", description = "Make all letters lower-case.")
  private boolean lowercase;

  @Option(
      names = "--format",
      paramLabel = "auto|text|jsonl|parquet",
      description = "How the files hold their text (default: auto, by extension).")
  private String format;

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

  /** Sets the keys of the groups {@code input} and {@code tokenizer}. */
  void put(Overrides overrides) {
    overrides
        .put("input.paths", input)
        .put("input.format", format)
        .put("input.text-field", textField)
        .put("input.document", document)
        .put("tokenizer.kind", tokenizer)
        .put("tokenizer.alphabet", lettersOnly ? "letters-only" : null)
        .put("tokenizer.letter-case", lowercase ? "lower" : null);
  }

  /** The flags given that tell how files hold text: a dataset has no use for them. */
  List<String> fileFlags() {
    List<String> given = new ArrayList<>();
    if (format != null) {
      given.add("--format");
    }
    if (textField != null) {
      given.add("--text-field");
    }
    if (document != null) {
      given.add("--document");
    }
    return given;
  }

  /** Whether a flag sets this key of the group {@code tokenizer}. */
  boolean givesTokenizer(String key) {
    return switch (key) {
      case "kind" -> tokenizer != null;
      case "alphabet" -> lettersOnly;
      case "letter-case" -> lowercase;
      default -> false;
    };
  }
}
