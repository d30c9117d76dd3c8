package org.seqlm.job.models;

import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;

/**
 * See {@code conf/models-promote.yaml}.
 *
 * @param expect the champion that must still be it; null for whoever it is
 */
record ModelsPromoteConfig(
    String registry, int version, Integer expect, String reason, long seed, int partitions)
    implements JobConfig {
  ModelsPromoteConfig {
    RegistryConfig.check(registry)
        .require(version >= 1, "version must be given: its number, after REGISTRY")
        .require(
            expect == null || expect >= 0,
            "expect must be the number of a version, or 0 for none, but is " + expect)
        .throwIfAny();
  }

  @Override
  public JobFiles files() {
    return new JobFiles().writes("REGISTRY", registry);
  }
}
