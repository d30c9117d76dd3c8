package org.seqlm.job.models;

import org.seqlm.dataset.Split;
import org.seqlm.gate.PairedTest;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.task.predict.DeviceKeys;

/**
 * See {@code conf/models-promote.yaml}.
 *
 * @param expect the champion that must still be it; null for whoever it is
 * @param ifBetter whether it must be better than the champion on {@code input}
 * @param input labelled examples that both predict for; null for none
 * @param split of these
 * @param gate whether it is better on them
 * @param execution where they predict
 */
record ModelsPromoteConfig(
    String registry,
    int version,
    Integer expect,
    String reason,
    boolean ifBetter,
    String input,
    Split split,
    PairedTest gate,
    DeviceKeys execution,
    long seed,
    int partitions)
    implements JobConfig {
  ModelsPromoteConfig {
    RegistryConfig.check(registry)
        .require(version >= 1, "version must be given: its number, after REGISTRY")
        .require(
            expect == null || expect >= 0,
            "expect must be the number of a version, or 0 for none, but is " + expect)
        .require(
            !ifBetter || input != null,
            "if-better needs examples to tell by: give --input EXAMPLES, a folder of seqlm prepare"
                + " --task")
        .require(
            ifBetter || input == null,
            "input " + input + " is of --if-better: give that, too, or leave --input out")
        .present("split", split, "give --split train, valid or test")
        .present("gate", gate, "leave the group as it is")
        .present("execution", execution, "give execution.device auto, cpu or cuda")
        .throwIfAny();
  }

  @Override
  public JobFiles files() {
    return new JobFiles().reads("--input", input).writes("REGISTRY", registry);
  }

  /** What both predict for; of {@code input}. */
  ExampleContest.On on() {
    return new ExampleContest.On(input, split, gate, execution);
  }
}
