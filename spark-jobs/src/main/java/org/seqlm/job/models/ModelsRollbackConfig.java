package org.seqlm.job.models;

import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;

/**
 * See {@code conf/models-rollback.yaml}.
 *
 * @param from the champion that must still be it; null for whoever it is
 * @param to an earlier champion; null for the last one before
 */
record ModelsRollbackConfig(
    String registry, Integer from, Integer to, String reason, long seed, int partitions)
    implements JobConfig {
  ModelsRollbackConfig {
    RegistryConfig.check(registry)
        .require(from == null || from >= 1, "from must be the number of a version, but is " + from)
        .require(to == null || to >= 1, "to must be the number of a version, but is " + to)
        .throwIfAny();
  }

  @Override
  public JobFiles files() {
    return new JobFiles().writes("REGISTRY", registry);
  }
}
