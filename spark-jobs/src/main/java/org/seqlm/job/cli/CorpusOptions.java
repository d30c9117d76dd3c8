package org.seqlm.job.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags of every command that reads raw text. */
public final class CorpusOptions {
  @Option(
      names = "--input",
      paramLabel = "PATH",
      arity = "1..*",
      description = "Files, folders and globs on any Hadoop path; ngrams also takes a dataset.")
  private List<String> input;

  @Option(
      names = "--tokenizer",
      paramLabel = "char|word|whitespace|chain:FILE",
      description =
          "How a text is cut into tokens (default: word for ngrams, char for prepare);"
              + " chain:FILE.yaml by a list of stages.")
  private String tokenizer;

  @Option(
      names = "--letters-only",
      description = "Every run of characters other than A-Z a-z becomes one space.")
  private boolean lettersOnly;

  @Option(names = "--lowercase", description = "Make all letters lower-case.")
  private boolean lowercase;

  @Option(
      names = "--format",
      paramLabel = "auto|text|jsonl|parquet|warc",
      description =
          "How the files hold their text (default: auto, by extension); labelled examples also"
              + " csv.")
  private String format;

  @Mixin private TextOptions text = new TextOptions();

  /** Sets the keys of the groups {@code input} and {@code tokenizer}. */
  public void put(FlagValues overrides) {
    overrides
        .put("input.paths", input)
        .put("input.format", format)
        .put("tokenizer.kind", tokenizer)
        .put("tokenizer.alphabet", lettersOnly ? "letters-only" : null)
        .put("tokenizer.letter-case", lowercase ? "lower" : null);
    text.put(overrides);
  }

  /** The flags given that tell how files hold text: a dataset has no use for them. */
  public List<String> fileFlags() {
    List<String> given = new ArrayList<>();
    if (format != null) {
      given.add("--format");
    }
    given.addAll(text.given());
    return given;
  }

  /** Whether a flag sets this key of the group {@code tokenizer}. */
  public boolean givesTokenizer(String key) {
    return switch (key) {
      case "kind" -> tokenizer != null;
      case "alphabet" -> lettersOnly;
      case "letter-case" -> lowercase;
      default -> false;
    };
  }
}
