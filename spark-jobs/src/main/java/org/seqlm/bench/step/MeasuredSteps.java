package org.seqlm.bench.step;

import java.util.Iterator;
import org.seqlm.bench.meter.ProcessorTime;

/**
 * A round's windows, and the time from when a learner asks for one of them until it is told that
 * there are no more: what it sets up for a round, and what it takes home, is not counted. Learners
 * make the update of a window before they ask for the next.
 */
final class MeasuredSteps<S> implements Iterator<S> {
  private final Iterator<S> windows;
  private final int before;
  private final Runnable await;
  private final Runnable ready;
  private int given;
  private long start;
  private long cpu;
  private long nanos;
  private long cpuNanos;

  /**
   * @param before windows that are not counted, at least 1
   * @param await waits for what has been asked of a device
   * @param ready called once, when counting is about to begin
   */
  MeasuredSteps(Iterator<S> windows, int before, Runnable await, Runnable ready) {
    this.windows = windows;
    this.before = before;
    this.await = await;
    this.ready = ready;
  }

  @Override
  public boolean hasNext() {
    boolean more = windows.hasNext();
    if (!more && given > before) {
      await.run();
      nanos = System.nanoTime() - start;
      cpuNanos = ProcessorTime.nanos() - cpu;
    }
    return more;
  }

  @Override
  public S next() {
    if (given++ == before) {
      await.run();
      ready.run();
      cpu = ProcessorTime.nanos();
      start = System.nanoTime();
    }
    return windows.next();
  }

  /**
   * What was counted.
   *
   * @param tokens of a window
   */
  StepRunner.Stretch stretch(long tokens) {
    return new StepRunner.Stretch((given - before) * tokens, nanos / 1e9, cpuNanos / 1e9);
  }
}
