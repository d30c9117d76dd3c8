package org.seqlm.job.counts;

import org.seqlm.Problems;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;

/** See {@code conf/counts-show.yaml}. */
record CountsShowConfig(String input, boolean digest, long seed, int partitions)
    implements JobConfig {

  CountsShowConfig {
    new Problems().present("input", input, "give --input DIR, a folder of counts").throwIfAny();
  }

  @Override
  public JobFiles files() {
    return new JobFiles().reads("--input", input);
  }
}
