package org.seqlm.job.bench;

import java.util.List;
import org.seqlm.Problems;
import org.seqlm.bench.step.StepBench;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.kernels.KernelSet;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Precision;

/** See {@code conf/bench-step.yaml}. */
record BenchStepConfig(
    List<String> cases,
    List<String> engines,
    Execution.Device device,
    List<Precision> precisions,
    List<KernelSet> kernels,
    List<Integer> workers,
    double seconds,
    int turns,
    int soak,
    boolean verify,
    boolean plainDl4j,
    String python,
    long seed,
    int partitions)
    implements JobConfig {

  BenchStepConfig {
    new Problems()
        .present("device", device, "auto, cpu or cuda")
        .require(!verify || soak == 0, "verify and soak exclude each other: leave one out")
        .require(soak == 0 || soak >= 20, "soak must be 0, or 20 steps and more, but is " + soak)
        .throwIfAny();
  }

  StepBench.Settings settings() {
    return new StepBench.Settings(
        cases, engines, precisions, kernels, workers, seconds, turns, plainDl4j, python);
  }

  @Override
  public JobFiles files() {
    return new JobFiles();
  }
}
