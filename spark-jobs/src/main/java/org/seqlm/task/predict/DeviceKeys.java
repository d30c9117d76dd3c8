package org.seqlm.task.predict;

import org.seqlm.Problems;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Precision;

/**
 * Where a network over examples predicts, in float32; the configuration group {@code execution}.
 *
 * @param device auto takes the task's GPU if Spark gave it one, else the CPU
 */
public record DeviceKeys(Execution.Device device) {
  public DeviceKeys {
    new Problems().present("execution.device", device, "auto, cpu or cuda").throwIfAny();
  }

  /** What an engine is told. */
  public Execution execution() {
    return new Execution(device, Precision.FLOAT32);
  }
}
