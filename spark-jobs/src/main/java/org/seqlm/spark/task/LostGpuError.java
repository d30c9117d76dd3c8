package org.seqlm.spark.task;

/**
 * A GPU was lost to an executor. It is one of Java's errors of the machine, which end an executor
 * of Spark's as soon as it has told the driver ({@code spark.executor.killOnFatalError.depth}).
 */
public final class LostGpuError extends VirtualMachineError {
  private static final long serialVersionUID = 1L;

  static final String WHERE_TO_LOOK =
      "nvidia-smi and the kernel's log there (dmesg, lines with NVRM: Xid) say more";

  LostGpuError(String what) {
    super(what);
  }

  /** What to do where Spark has tried often enough, one line. */
  public String line() {
    return getMessage()
        + ", and so was the task's GPU at every attempt before (spark.task.maxFailures): take the"
        + " machine out, or keep tasks from it with spark.excludeOnFailure.enabled=true; "
        + WHERE_TO_LOOK;
  }
}
