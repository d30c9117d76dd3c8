package org.seqlm.job.models;

import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;

/**
 * See {@code conf/models-show.yaml} and {@code conf/models-lineage.yaml}.
 *
 * @param version 0 for the champion
 */
record VersionConfig(String registry, int version, long seed, int partitions) implements JobConfig {
  VersionConfig {
    RegistryConfig.check(registry).atLeast("version", version, 0).throwIfAny();
  }

  @Override
  public JobFiles files() {
    return new JobFiles().reads("REGISTRY", registry);
  }
}
