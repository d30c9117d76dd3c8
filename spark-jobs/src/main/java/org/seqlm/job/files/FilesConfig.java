package org.seqlm.job.files;

import org.seqlm.Problems;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;

/**
 * What {@code files} is told; {@code conf/files.yaml} says what each key means.
 *
 * @param input an artifact's folder
 * @param orphans what to do with what no manifest lists
 * @param olderThan hours since anything in an orphan was written, below which it is left alone
 * @param seed not used
 * @param partitions not used
 */
public record FilesConfig(
    String input, OrphanPolicy orphans, double olderThan, long seed, int partitions)
    implements JobConfig {

  /** What to do with orphans. */
  enum OrphanPolicy {
    LIST,
    REMOVE
  }

  public FilesConfig {
    new Problems()
        .present("input", input, "give --input, a folder that seqlm wrote")
        .present("orphans", orphans, "list or remove")
        .inRange("older-than", olderThan, 0, 1e6)
        .atLeast("partitions", partitions, 0)
        .throwIfAny();
  }

  @Override
  public JobFiles files() {
    return new JobFiles().reads("--input", input);
  }
}
