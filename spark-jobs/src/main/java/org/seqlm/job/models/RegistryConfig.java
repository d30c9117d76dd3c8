package org.seqlm.job.models;

import org.seqlm.Problems;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;

/** See {@code conf/models-list.yaml}. */
record RegistryConfig(String registry, long seed, int partitions) implements JobConfig {
  RegistryConfig {
    check(registry).throwIfAny();
  }

  /** What is wrong with a registry's name. */
  static Problems check(String registry) {
    return new Problems().present("registry", registry, "give REGISTRY, a registry's folder");
  }

  @Override
  public JobFiles files() {
    return new JobFiles().reads("REGISTRY", registry);
  }
}
