package org.seqlm.job.counts;

import java.util.ArrayList;
import java.util.List;
import org.seqlm.Problems;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.job.ngrams.NgramsConfig;

/** See {@code conf/counts-subtract.yaml}. */
record CountsSubtractConfig(
    String input,
    List<String> minus,
    String output,
    int top,
    int countsOfCounts,
    NgramsConfig.Model model,
    NgramsConfig.Export export,
    long seed,
    int partitions)
    implements CombiningConfig {

  CountsSubtractConfig {
    minus = minus == null ? List.of() : List.copyOf(minus);
    new Problems()
        .present("input", input, "give --input DIR, a folder of counts")
        .require(
            !minus.isEmpty(), "minus must be given: --minus DIR, once for each folder of counts")
        .present("output", output, "give --output DIR")
        .present("export", export, "give its keys, null for forms that are not wanted")
        .throwIfAny();
  }

  @Override
  public List<String> counts() {
    List<String> all = new ArrayList<>(List.of(input));
    all.addAll(minus);
    return all;
  }

  @Override
  public JobFiles files() {
    JobFiles files = new JobFiles().reads("--input", input);
    minus.forEach(one -> files.reads("--minus", one));
    return files
        .reads("--limit-vocabulary", model.limitVocabulary())
        .writes("--output", output)
        .writes(export.paths());
  }
}
