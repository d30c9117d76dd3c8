package org.seqlm.job.counts;

import java.util.List;
import org.seqlm.Problems;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.job.ngrams.NgramsConfig;

/** See {@code conf/counts-merge.yaml}. */
record CountsMergeConfig(
    List<String> inputs,
    String output,
    int top,
    int countsOfCounts,
    NgramsConfig.Model model,
    NgramsConfig.Export export,
    long seed,
    int partitions)
    implements CombiningConfig {

  CountsMergeConfig {
    inputs = inputs == null ? List.of() : List.copyOf(inputs);
    new Problems()
        .require(
            inputs.size() >= 2,
            "inputs must be at least 2, but are "
                + inputs.size()
                + ": give --input DIR, once for each folder of counts")
        .present("output", output, "give --output DIR")
        .present("export", export, "give its keys, null for forms that are not wanted")
        .throwIfAny();
  }

  @Override
  public List<String> counts() {
    return inputs;
  }

  @Override
  public JobFiles files() {
    JobFiles files = new JobFiles();
    inputs.forEach(input -> files.reads("--input", input));
    return files
        .reads("--limit-vocabulary", model.limitVocabulary())
        .writes("--output", output)
        .writes(export.paths());
  }
}
