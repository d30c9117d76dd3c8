package org.seqlm.job.corpus.concordance;

import java.util.List;
import org.seqlm.Problems;
import org.seqlm.analysis.TableFormat;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;

/**
 * See {@code conf/corpus-phrases.yaml}.
 *
 * @param input counts of n-grams
 * @param minCount how often an n-gram must stand
 * @param output the folder of the analysis
 * @param formats of its tables
 */
record PhrasesConfig(
    String input,
    long minCount,
    String output,
    List<TableFormat> formats,
    long seed,
    int partitions)
    implements JobConfig {
  PhrasesConfig {
    new Problems()
        .present("input", input, "give --input DIR, a folder of seqlm ngrams or counts")
        .present("output", output, "give --output DIR")
        .present("formats", formats, "give parquet, tsv or both")
        .atLeast("min-count", minCount, 2)
        .atLeast("partitions", partitions, 0)
        .throwIfAny();
    formats = List.copyOf(formats);
  }

  @Override
  public JobFiles files() {
    return new JobFiles().reads("--input", input).writes("--output", output);
  }
}
