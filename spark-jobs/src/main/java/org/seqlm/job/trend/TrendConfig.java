package org.seqlm.job.trend;

import org.seqlm.Problems;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;

/**
 * See {@code conf/trend.yaml}.
 *
 * @param registry its folder
 * @param nights folder of the nights' folders; null for none
 * @param output the page
 */
record TrendConfig(String registry, String nights, String output, long seed, int partitions)
    implements JobConfig {
  TrendConfig {
    new Problems()
        .present("registry", registry, "give --registry DIR, as seqlm models and retrain do")
        .present("output", output, "give --output, for instance trend.html")
        .atLeast("partitions", partitions, 0)
        .throwIfAny();
  }

  @Override
  public JobFiles files() {
    return new JobFiles()
        .reads("--registry", registry)
        .readsArtifacts("--nights", nights)
        .writes("--output", output);
  }
}
