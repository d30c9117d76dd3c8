package org.seqlm.job.score;

import java.util.List;
import org.seqlm.job.cli.FlagValues;
import picocli.CommandLine.Option;

/** The flags of {@code seqlm score} that say what is read of a line, and what becomes of rows. */
final class ScoreOptions {
  @Option(
      names = "--access",
      paramLabel = "auto|heap|compiled|slices",
      description =
          "How tasks come by counted n-grams: loaded by each process, compiled once and mapped, or"
              + " left in their slices, to which the text is sent; the numbers are the same"
              + " (default: auto).")
  private String access;

  @Option(
      names = "--normalize",
      paramLabel = "none|ccnet",
      description =
          "What is made of each line before a model's own rules cut it: ccnet as CCNet normalises,"
              + " letters, accents, digits and punctuation (default: none).")
  private String normalize;

  @Option(
      names = "--tokenizer",
      paramLabel = "KIND:FILE",
      description =
          "Cuts each line into pieces, which a model of pieces reads as its words:"
              + " sentencepiece:FILE.model or huggingface:FILE.json.")
  private String tokenizer;

  @Option(
      names = "--carry",
      paramLabel = "model|line|document",
      description =
          "Where contexts end: as the model's own boundary says, with the line, or with the"
              + " document (default: model).")
  private String carry;

  @Option(
      names = "--bos",
      negatable = true,
      description =
          "Whether contexts begin with <s>; --no-bos as KenLM's query -n (default: they do).")
  private Boolean bos;

  @Option(
      names = "--eos",
      negatable = true,
      description =
          "Whether the ends of lines are scored; --no-eos as query -n (default: they are).")
  private Boolean eos;

  @Option(
      names = "--tokens",
      description = "Write a row for each token, too: its log10, the order of its n-gram, oov.")
  private Boolean tokens;

  @Option(
      names = "--keep",
      paramLabel = "place|columns",
      description =
          "What a row holds beside the scores: the place of what was scored, or all fields of its"
              + " record, of JSON lines with --format jsonl, of Parquet with --format parquet"
              + " (default: place).")
  private String keep;

  @Option(
      names = "--buckets",
      paramLabel = "NAME,NAME",
      split = ",",
      description =
          "Part the rows by perplexity, the likeliest first: head,middle,tail (default: none).")
  private List<String> buckets;

  @Option(
      names = "--cutoffs",
      paramLabel = "quantiles[:Q,Q]|FILE",
      description =
          "Where buckets end: at quantiles of a sample (quantiles: equal shares), or at the"
              + " perplexities that a JSON file or earlier scores have (default: quantiles).")
  private String cutoffs;

  /** Sets the keys of those given. */
  void put(FlagValues overrides) {
    overrides
        .put("access", access)
        .put("normalize", normalize)
        .put("tokenizer", tokenizer)
        .put("carry", carry)
        .put("bos", bos)
        .put("eos", eos)
        .put("tokens", tokens)
        .put("keep", keep)
        .put("buckets", buckets)
        .put("cutoffs", cutoffs);
  }
}
