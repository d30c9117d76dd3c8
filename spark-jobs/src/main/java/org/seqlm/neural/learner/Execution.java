package org.seqlm.neural.learner;

import org.seqlm.Problems;
import org.seqlm.kernels.KernelSet;

/**
 * Where and how an engine computes. Parameters and results are float32 whatever it says.
 *
 * @param device auto takes the task's GPU if Spark gave it one, else the CPU
 * @param precision of products
 * @param kernels of the native libraries; the portable ones compute in float32 on the CPU
 */
public record Execution(Device device, Precision precision, KernelSet kernels)
    implements java.io.Serializable {
  /** On the CPU in float32. */
  public static final Execution CPU = new Execution(Device.CPU, Precision.FLOAT32);

  /** With the libraries' own choice of kernels. */
  public Execution(Device device, Precision precision) {
    this(device, precision, KernelSet.NATIVE);
  }

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
        .present("execution.kernels", kernels, "native or portable")
        .require(
            kernels != KernelSet.PORTABLE || precision != Precision.BF16,
            "execution.kernels portable has no bf16, whose instructions many processors with AVX2"
                + " lack: set execution.precision to float32, or execution.kernels to native")
        .require(
            kernels != KernelSet.PORTABLE || device != Device.CUDA,
            "execution.kernels portable is of CPUs: set execution.device to cpu, or"
                + " execution.kernels to native")
        .throwIfAny();
  }
}
