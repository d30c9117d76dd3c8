package org.seqlm.job.counts;

import java.util.List;
import org.seqlm.job.cli.FlagValues;
import picocli.CommandLine.Option;

/** Flags of the operations that make new counts. */
final class ResultOptions {
  @Option(names = "--output", paramLabel = "DIR", description = "Folder for the result.")
  String output;

  @Option(
      names = "--estimator",
      paramLabel = "NAME",
      description = "The model to estimate, as of seqlm ngrams (default: kneser-ney).")
  String estimator;

  @Option(
      names = "--prune",
      paramLabel = "N",
      split = ",",
      description = "N-grams that the model leaves out, as of seqlm ngrams (default: 0).")
  List<Long> prune;

  @Option(names = "--arpa", paramLabel = "FILE", description = "Also write the model as ARPA.")
  String arpa;

  @Option(names = "--parquet", paramLabel = "DIR", description = "Also write all as Parquet.")
  String parquet;

  @Option(names = "--tsv", paramLabel = "DIR", description = "Also write the counts as text.")
  String tsv;

  void put(FlagValues overrides) {
    overrides
        .put("output", output)
        .put("model.estimator", estimator)
        .put("model.prune", prune)
        .put("export.arpa", arpa)
        .put("export.parquet", parquet)
        .put("export.tsv", tsv);
  }
}
