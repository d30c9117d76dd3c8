package org.seqlm.job.doctor;

import java.io.IOException;
import java.util.Locale;
import org.seqlm.doctor.FindingTable;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm doctor}. */
@Command(
    name = "doctor",
    description = {
      "Looks, before anything is spent, whether this machine or cluster can do the work: versions,"
          + " the output's file system, native libraries, cores, GPUs, memory, disks and clocks of"
          + " the driver and of every executor. What is not well stands with its remedy.",
      "It leaves nothing but unpacked natives; with --fix also folders that were missing.",
      "",
      "Example: seqlm doctor --master yarn --output hdfs:///out/run --train train.yaml"
    })
public final class DoctorCommand extends JobCommand<DoctorConfig, DoctorResult> {
  /** Columns of the narrowest terminal that people still use wide open. */
  private static final int WIDTH = 100;

  @Option(
      names = "--output",
      paramLabel = "PATH",
      description = "Where a job is to write; tried, and left as it is.")
  String output;

  @Option(
      names = "--train",
      paramLabel = "FILE",
      description =
          "A configuration of seqlm train, whose memory is held against what there is; its output"
              + " is tried where --output is not given.")
  String train;

  @Option(
      names = "--fix",
      description = "Make folders that are missing, and remove natives that are half unpacked.")
  boolean fix;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      description = "For executors to come, and for all of them to answer (120).")
  Double wait;

  public DoctorCommand() {
    super(DoctorConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("output", output)
        .put("train", train)
        .put("fix", fix ? "safe" : null)
        .put("wait-seconds", wait);
  }

  /** It may be asked every hour. */
  @Override
  public boolean repeatable() {
    return true;
  }

  @Override
  public String plan(DoctorConfig config, JobContext context) {
    return "starts Spark with --master "
        + context.sparkConf().get("spark.master")
        + ", and asks the driver and every executor that comes within "
        + config.waitSeconds()
        + " s"
        + (config.output() == null ? "" : "; tries " + config.output());
  }

  @Override
  public DoctorResult run(DoctorConfig config, JobContext context) throws IOException {
    return new Examination(config, context).run();
  }

  @Override
  public int exitCode(DoctorConfig config, DoctorResult result) {
    return result.exitCode();
  }

  @Override
  public String summary(DoctorConfig config, DoctorResult result) {
    StringBuilder text = new StringBuilder(FindingTable.of(result.findings(), WIDTH));
    result.fixed().forEach(line -> text.append("fixed: ").append(line).append('\n'));
    if (config.fix() == DoctorConfig.FixPolicy.SAFE && result.fixed().isEmpty()) {
      text.append("nothing to fix\n");
    }
    return text.append(String.format(Locale.ROOT, "%.1f s%n", result.seconds())).toString();
  }
}
