package org.seqlm.job.counts;

import org.seqlm.Problems;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.job.ngrams.NgramsConfig;
import org.seqlm.vocab.VocabularyLimits;

/** See {@code conf/counts-restrict.yaml}. */
public record CountsRestrictConfig(
    String input,
    String output,
    int order,
    VocabularyLimits vocabulary,
    int top,
    int countsOfCounts,
    NgramsConfig.Model model,
    NgramsConfig.Export export,
    int slices,
    long seed,
    int partitions)
    implements JobConfig {

  public CountsRestrictConfig {
    new Problems()
        .present("input", input, "give --input DIR, a folder of counts")
        .present("output", output, "give --output DIR")
        .inRange("order", order, 0, NgramsConfig.HIGHEST_ORDER)
        .present("vocabulary", vocabulary, "give max-size and min-count")
        .present("export", export, "give its keys, null for forms that are not wanted")
        .throwIfAny();
  }

  @Override
  public JobFiles files() {
    return new JobFiles()
        .reads("--input", input)
        .reads("--limit-vocabulary", model.limitVocabulary())
        .writes("--output", output)
        .writes(export.paths());
  }
}
