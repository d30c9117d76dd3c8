package org.seqlm.bench.meter;

import java.lang.management.ManagementFactory;

/** Processor time of this process; apart from {@link Meter}, for who measures without Spark. */
public final class ProcessorTime {
  private ProcessorTime() {}

  /** Of all threads so far, in nanoseconds; 0 where nobody counts. */
  public static long nanos() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : 0;
  }
}
