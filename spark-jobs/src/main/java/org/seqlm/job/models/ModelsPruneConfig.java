package org.seqlm.job.models;

import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;

/** See {@code conf/models-prune.yaml}. */
record ModelsPruneConfig(String registry, int keep, double olderThan, long seed, int partitions)
    implements JobConfig {
  ModelsPruneConfig {
    RegistryConfig.check(registry)
        .inRange("keep", keep, 1, Integer.MAX_VALUE)
        .inRange("older-than", olderThan, 0, 1e6)
        .throwIfAny();
  }

  @Override
  public JobFiles files() {
    return new JobFiles().writes("REGISTRY", registry);
  }
}
