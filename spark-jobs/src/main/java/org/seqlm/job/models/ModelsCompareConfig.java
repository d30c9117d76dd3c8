package org.seqlm.job.models;

import org.seqlm.dataset.Split;
import org.seqlm.gate.PairedTest;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.task.predict.DeviceKeys;

/**
 * See {@code conf/models-compare.yaml}.
 *
 * @param from 0 for the champion
 * @param input labelled examples that both predict for; null for none
 * @param split of these
 * @param gate whether the second is better on them
 * @param execution where they predict
 */
record ModelsCompareConfig(
    String registry,
    int from,
    int to,
    String input,
    Split split,
    PairedTest gate,
    DeviceKeys execution,
    long seed,
    int partitions)
    implements JobConfig {
  ModelsCompareConfig {
    RegistryConfig.check(registry)
        .atLeast("from", from, 0)
        .require(to >= 1, "to must be given: one version, or two, after REGISTRY")
        .present("split", split, "give --split train, valid or test")
        .present("gate", gate, "leave the group as it is")
        .present("execution", execution, "give execution.device auto, cpu or cuda")
        .throwIfAny();
  }

  @Override
  public JobFiles files() {
    return new JobFiles().reads("REGISTRY", registry).reads("--input", input);
  }

  /** What both predict for; of {@code input}. */
  ExampleContest.On on() {
    return new ExampleContest.On(input, split, gate, execution);
  }
}
