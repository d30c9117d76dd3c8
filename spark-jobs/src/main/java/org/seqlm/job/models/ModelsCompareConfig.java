package org.seqlm.job.models;

import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;

/**
 * See {@code conf/models-compare.yaml}.
 *
 * @param from 0 for the champion
 */
record ModelsCompareConfig(String registry, int from, int to, long seed, int partitions)
    implements JobConfig {
  ModelsCompareConfig {
    RegistryConfig.check(registry)
        .atLeast("from", from, 0)
        .require(to >= 1, "to must be given: one version, or two, after REGISTRY")
        .throwIfAny();
  }

  @Override
  public JobFiles files() {
    return new JobFiles().reads("REGISTRY", registry);
  }
}
