package org.seqlm.job.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import org.seqlm.Problems;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;

/** See {@code conf/quickstart.yaml}. */
record QuickstartConfig(
    String output,
    String size,
    int order,
    long seed,
    int partitions,
    JsonNode prepare,
    JsonNode ngrams,
    JsonNode train)
    implements JobConfig {

  QuickstartConfig {
    new Problems()
        .present("output", output, "give --output DIR")
        .inRange("order", order, 1, 10)
        .atLeast("partitions", partitions, 0)
        .throwIfAny();
  }

  @Override
  public JobFiles files() {
    return new JobFiles().writes("--output", output);
  }
}
