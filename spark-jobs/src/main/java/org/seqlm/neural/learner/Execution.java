package org.seqlm.neural.learner;

import org.seqlm.Problems;
import org.seqlm.kernels.KernelSet;

/**
 * Where and how an engine computes. Parameters and results are float32 whatever it says.
 *
 * @param device auto takes the task's GPU if Spark gave it one, else the CPU
 * @param precision of products
 * @param kernels of the native libraries; the portable ones compute in float32 on the CPU
 * @param workersPerGpu how many tasks of an executor compute on a GPU at once, where Spark does not
 *     deal GPUs out; 0 is 1. More than one have a stream each. Changes no result
 */
public record Execution(Device device, Precision precision, KernelSet kernels, int workersPerGpu)
    implements java.io.Serializable {
  private static final int MOST_PER_GPU = 16;

  /** On the CPU in float32. */
  public static final Execution CPU = new Execution(Device.CPU, Precision.FLOAT32);

  /** With the libraries' own choice of kernels. */
  public Execution(Device device, Precision precision) {
    this(device, precision, KernelSet.NATIVE);
  }

  /** With one worker a GPU. */
  public Execution(Device device, Precision precision, KernelSet kernels) {
    this(device, precision, kernels, 1);
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
        .present("execution.precision", precision, "float32, tf32 or bf16")
        .present("execution.kernels", kernels, "native or portable")
        .require(
            kernels != KernelSet.PORTABLE || precision != Precision.BF16,
            "execution.kernels portable has no bf16, whose instructions many processors with AVX2"
                + " lack: set execution.precision to float32, or execution.kernels to native")
        .require(
            precision != Precision.TF32 || device != Device.CPU,
            "execution.precision tf32 is of GPUs, but execution.device is cpu: set"
                + " execution.precision to float32, or execution.device to cuda")
        .require(
            precision != Precision.TF32 || kernels != KernelSet.PORTABLE,
            "execution.precision tf32 is of GPUs, but execution.kernels is portable, which is of"
                + " CPUs: set execution.precision to float32, or execution.kernels to native")
        .inRange("execution.workers-per-gpu", workersPerGpu, 0, MOST_PER_GPU)
        .require(
            kernels != KernelSet.PORTABLE || device != Device.CUDA,
            "execution.kernels portable is of CPUs: set execution.device to cpu, or"
                + " execution.kernels to native")
        .throwIfAny();
    workersPerGpu = Math.max(1, workersPerGpu);
  }
}
