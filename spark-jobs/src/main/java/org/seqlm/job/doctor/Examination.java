package org.seqlm.job.doctor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.doctor.Finding;
import org.seqlm.doctor.GpuRules;
import org.seqlm.doctor.MachineRules;
import org.seqlm.doctor.NativeRules;
import org.seqlm.doctor.ProcessFacts;
import org.seqlm.doctor.ReachRules;
import org.seqlm.doctor.VersionRules;
import org.seqlm.job.cli.Failures;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.Master;
import org.seqlm.job.train.TrainCommand;
import org.seqlm.job.train.TrainConfig;
import org.seqlm.neural.learner.Execution;
import org.seqlm.spark.doctor.OutputProbe;
import org.seqlm.spark.doctor.ProcessQuestion;
import org.seqlm.spark.doctor.Survey;
import org.seqlm.spark.task.GrantWatch;
import org.seqlm.spark.task.TaskSlots;
import org.seqlm.store.Paths;

/**
 * One visit: the driver is asked before Spark starts, so that what keeps Spark from starting is
 * told, too; then executors; then all is judged together.
 */
final class Examination {
  private static final double MIB = 1024 * 1024;

  private final DoctorConfig config;
  private final JobContext context;
  private final SparkConf spark;
  private final Master master;
  private final long began = System.nanoTime();
  private final List<Finding> findings = new ArrayList<>();
  private final List<Finding> ofOutput = new ArrayList<>();
  private final List<Finding> ofNeed = new ArrayList<>();
  private final List<String> fixed = new ArrayList<>();
  private final List<ProcessFacts> processes = new ArrayList<>();

  private ReachRules.Executors reached; // null before executors were asked
  private Map<String, Long> skews = Map.of();
  private double gpus; // that an executor asks for

  Examination(DoctorConfig config, JobContext context) {
    this.config = config;
    this.context = context;
    this.spark = context.sparkConf();
    this.master = Master.of(spark.get("spark.master"));
  }

  DoctorResult run() throws IOException {
    gpus = master.oneProcess() ? 0 : spark.getDouble("spark.executor.resource.gpu.amount", 0);
    TrainConfig train = train();
    String output = config.output() != null || train == null ? config.output() : train.output();
    ReachRules.Commit commit = null;
    try (OutputProbe probe = output == null ? null : probe(output)) {
      commit = probe == null ? null : commit(probe, output);
      ask(probe);
    } catch (IOException e) {
      // Closing it: what it left is told.
      ofOutput.add(unwritable(output, e));
    }
    if (output != null) {
      ofOutput.addAll(0, ReachRules.output(output, commit, processes));
    }
    judge();
    return new DoctorResult(
        Finding.exit(findings).code(),
        findings,
        fixed,
        reached,
        processes,
        (System.nanoTime() - began) * 1e-9);
  }

  /** The training that is planned, with what memory it needs; null if none can be read. */
  private TrainConfig train() throws IOException {
    if (config.train() == null) {
      return null;
    }
    String check = "model's need";
    Path file = Paths.of(config.train());
    FileSystem fs = file.getFileSystem(context.hadoop());
    if (!fs.exists(file)) {
      throw UserException.configuration(
          "--train " + fs.makeQualified(file) + " does not exist on the driver's machine");
    }
    TrainConfig train = TrainCommand.read(config.train(), config.output(), context);
    if (train.execution().device() == Execution.Device.CUDA && gpus == 0) {
      gpus = 1;
    }
    try {
      TrainCommand.Memory memory = TrainCommand.memory(train, context);
      if (memory.problems().isEmpty()) {
        ofNeed.add(Finding.ok(check, ProcessFacts.DRIVER, memory.needed()));
      }
      memory.problems().forEach(line -> ofNeed.add(finding(check, line, null)));
    } catch (UserException e) {
      e.problems().forEach(line -> ofNeed.add(finding(check, line, e.exitCode())));
    }
    return train;
  }

  /** Null where nothing can be written there, which is told. */
  private OutputProbe probe(String output) {
    try {
      if (config.fix() == DoctorConfig.FixPolicy.SAFE) {
        makeAbove(output);
      }
      return OutputProbe.open(context.hadoop(), output);
    } catch (IOException e) {
      ofOutput.add(unwritable(output, e));
      return null;
    }
  }

  private void makeAbove(String output) throws IOException {
    Path path = Paths.of(output);
    FileSystem fs = path.getFileSystem(context.hadoop());
    Path above = fs.makeQualified(path).getParent();
    if (above != null && !fs.exists(above) && fs.mkdirs(above)) {
      fixed.add("made " + Path.getPathWithoutSchemeAndAuthority(above) + ", for the output");
    }
  }

  private ReachRules.Commit commit(OutputProbe probe, String output) {
    try {
      ReachRules.Commit commit = probe.commit();
      ofOutput.add(MachineRules.stamps(probe.skew()));
      return commit;
    } catch (IOException e) {
      ofOutput.add(unwritable(output, e));
      return null;
    }
  }

  private static Finding unwritable(String output, IOException e) {
    return Finding.fail(
        "output",
        ProcessFacts.DRIVER,
        output + " cannot be written: " + Failures.oneLine(e),
        "give another --output, or make room and rights there");
  }

  private void ask(OutputProbe probe) throws IOException {
    Configuration hadoop = context.hadoop();
    ProcessQuestion question =
        new ProcessQuestion(
            hadoop,
            probe == null ? null : probe.folder(),
            config.fix() == DoctorConfig.FixPolicy.SAFE
                ? ProcessQuestion.Fix.SAFE
                : ProcessQuestion.Fix.NONE);
    context.progress().stage("ask", 0, "processes");
    int slots = master.oneProcess() ? TaskSlots.ofProcess(spark, master.threads()) : 0;
    add(question.ofDriver(spark, slots));
    if (!processes.get(0).canSpill()) {
      findings.add(
          Finding.fail(
              "Spark",
              ProcessFacts.DRIVER,
              "not started: it would end at once, as it can write to no local disk",
              "mend that first, see below"));
      return;
    }
    JavaSparkContext session;
    try {
      session = context.sparkContext();
    } catch (UserException e) {
      e.problems().forEach(line -> findings.add(finding("Spark", line, e.exitCode())));
      return;
    }
    findings.add(Finding.ok("Spark", ProcessFacts.DRIVER, "starts with --master " + master.url()));
    if (master.oneProcess()) {
      return;
    }
    long limit = GrantWatch.limit(spark);
    double seconds =
        limit == 0 ? config.waitSeconds() : Math.min(config.waitSeconds(), limit / 1e3);
    Survey.Answers answers = Survey.ask(session, question, seconds);
    reached = answers.reached();
    skews = answers.skews();
    for (ProcessQuestion.Answer answer : answers.answers()) {
      add(
          probe == null
              ? answer
              : new ProcessQuestion.Answer(probe.seen(answer.facts()), answer.fixed()));
    }
    findings.add(
        reached.registered() == 0
            ? finding(
                "executors",
                GrantWatch.message(spark, Math.round(seconds * 1e3), 0),
                ExitCode.PLATFORM)
            : ReachRules.executors(reached));
  }

  private void add(ProcessQuestion.Answer answer) {
    processes.add(answer.facts());
    context.progress().update(processes.size(), "");
    fixed.addAll(answer.fixed());
  }

  private void judge() {
    findings.addAll(VersionRules.of(processes));
    findings.addAll(ofOutput);
    findings.addAll(NativeRules.of(processes));
    findings.addAll(MachineRules.cores(processes));
    findings.addAll(GpuRules.of(processes, gpus));
    findings.addAll(MachineRules.memory(processes, overhead()));
    findings.addAll(ofNeed);
    findings.addAll(MachineRules.disks(processes, config.localRoom() * (1L << 30)));
    findings.addAll(MachineRules.clocks(processes, skews));
    findings.addAll(MachineRules.shuffleService(processes));
  }

  /** Bytes beside an executor's heap, as Spark reckons them. */
  private long overhead() {
    double heap = MIB * spark.getSizeAsMb("spark.executor.memory", "1g");
    return (long)
        (spark.contains("spark.executor.memoryOverhead")
            ? MIB * spark.getSizeAsMb("spark.executor.memoryOverhead")
            : Math.max(
                384 * MIB, spark.getDouble("spark.executor.memoryOverheadFactor", 0.1) * heap));
  }

  /**
   * A message of ours, which ends with the remedy behind its last colon.
   *
   * @param exit null for a warning
   */
  private static Finding finding(String check, String line, ExitCode exit) {
    int colon = line.lastIndexOf(": ");
    String found = colon < 0 ? line : line.substring(0, colon);
    String remedy = colon < 0 ? "correct that, and ask again" : line.substring(colon + 2);
    String where = ProcessFacts.DRIVER;
    if (exit == null) {
      return Finding.warn(check, where, found, remedy);
    }
    return exit == ExitCode.PLATFORM
        ? Finding.fail(check, where, found, remedy)
        : Finding.refuse(check, where, found, remedy);
  }
}
