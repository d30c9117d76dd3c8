package org.seqlm.job.doctor;

import org.seqlm.Problems;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;

/**
 * What {@code doctor} is told; {@code conf/doctor.yaml} says what each key means.
 *
 * @param output where a job is to write; null for nowhere
 * @param train a configuration of {@code train}, whose memory is held against what there is; null
 *     for none
 * @param fix what to mend
 * @param waitSeconds for executors to come, and for all of them to answer
 * @param localRoom GiB that a local disk should have free
 * @param seed not used
 * @param partitions not used
 */
public record DoctorConfig(
    String output,
    String train,
    FixPolicy fix,
    double waitSeconds,
    double localRoom,
    long seed,
    int partitions)
    implements JobConfig {

  /** What to mend. */
  enum FixPolicy {
    NONE,
    SAFE
  }

  public DoctorConfig {
    new Problems()
        .present("fix", fix, "none or safe")
        .inRange("wait-seconds", waitSeconds, 1, 86_400)
        .inRange("local-room", localRoom, 0, 1e6)
        .atLeast("partitions", partitions, 0)
        .throwIfAny();
  }

  @Override
  public JobFiles files() {
    // What the output may not be is among what is to be found out.
    return new JobFiles().reads("--train", train);
  }
}
