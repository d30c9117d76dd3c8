package org.seqlm.job.cli;

/** What every job's configuration has. */
public interface JobConfig {
  /** Decides all randomness of the job. */
  long seed();

  /** Tasks a stage; 0 leaves it to the cluster. No result depends on it. */
  int partitions();

  /** What the job reads and writes, by its flags. */
  JobFiles files();
}
