package org.seqlm.job.samples;

import java.util.List;
import org.seqlm.Problems;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.verbatim.SpanRules;

/**
 * See {@code conf/check-samples.yaml}.
 *
 * @param input the samples
 * @param against datasets whose train splits they are held against
 * @param length tokens of a span; 0 for the default of the datasets' tokens
 * @param minCount a span that stands there less often is rare
 */
record CheckSamplesConfig(
    CorpusSource input, List<String> against, int length, int minCount, int partitions, long seed)
    implements JobConfig {
  CheckSamplesConfig {
    against = against == null ? List.of() : List.copyOf(against);
    new Problems()
        .present("against", against, "give --against DATASET, a folder written by seqlm prepare")
        .require(
            length == 0 || length >= 2 && length <= SpanRules.MAX_LENGTH,
            "length must be 0 or 2 to " + SpanRules.MAX_LENGTH + ", but is " + length)
        .inRange("min-count", minCount, 2, SpanRules.CAP)
        .atLeast("partitions", partitions, 0)
        .throwIfAny();
  }

  @Override
  public JobFiles files() {
    JobFiles files = new JobFiles().readsText("--input", input.paths());
    against.forEach(path -> files.reads("--against", path));
    return files;
  }
}
