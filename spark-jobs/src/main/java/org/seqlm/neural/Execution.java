package org.seqlm.neural;

import org.seqlm.Problems;

/**
 * Where and how an engine computes. Parameters and results are float32 whatever it says.
 *
 * @param device auto takes the task's GPU if Spark gave it one, else the CPU
 * @param precision of products
 */
public record Execution(Device device, Precision precision) implements java.io.Serializable {
  /** On the CPU in float32. */
  public static final Execution CPU = new Execution(Device.CPU, Precision.FLOAT32);

  /** What computes. */
  public enum Device {
    AUTO,
    CPU,
    CUDA
  }

  public Execution {
    new Problems()
        .present("execution.device", device, "auto, cpu or cuda")
        .present("execution.precision", precision, "float32 or bf16")
        .throwIfAny();
  }
}
