package org.seqlm.bench.scale;

import java.util.function.ToDoubleFunction;

/** What is measured of a count and may grow with its text. */
public enum Figure {
  /** Wall time. */
  SECONDS(ScaleRun::seconds),
  /** Processor time of this process: all threads, the compiler and the collector too. */
  CPU_SECONDS(ScaleRun::cpuSeconds),
  /** Processor time of tasks' own threads. */
  TASK_CPU_SECONDS(ScaleRun::taskCpuSeconds),
  /** The most heap in use, garbage too. */
  HEAP_PEAK_BYTES(run -> run.heap().peakBytes()),
  /** The most heap in use right after a collection. */
  HEAP_AFTER_COLLECTION_BYTES(run -> run.heap().afterCollectionBytes()),
  /** The most that a task held of what Spark manages. */
  EXECUTION_BYTES(ScaleRun::executionBytes),
  /** Written to local disks for want of memory, by Spark and by us. */
  SPILLED_BYTES(ScaleRun::spilledBytes),
  /** Blocks that tasks fetched from shuffles; empty ones are never fetched. */
  SHUFFLE_BLOCKS(ScaleRun::shuffleBlocks),
  /** Their mean size. */
  BLOCK_BYTES(ScaleRun::blockBytes),
  SHUFFLE_WRITTEN_BYTES(ScaleRun::shuffleWrittenBytes),
  SHUFFLE_READ_BYTES(ScaleRun::shuffleReadBytes),
  /** The most that one task fetched from shuffles. */
  LARGEST_TASK_BYTES(ScaleRun::largestTaskBytes),
  /** The longest that one task ran. */
  LONGEST_TASK_SECONDS(ScaleRun::longestTaskSeconds),
  /** Files of the result. */
  FILES(ScaleRun::files),
  /** Bytes of them. */
  FILE_BYTES(ScaleRun::fileBytes);

  private final ToDoubleFunction<ScaleRun> value;

  Figure(ToDoubleFunction<ScaleRun> value) {
    this.value = value;
  }

  /** Of a run that did not fail. */
  public double of(ScaleRun run) {
    return value.applyAsDouble(run);
  }

  /** A logarithm wants more than nothing. */
  boolean isPositive(ScaleRun run) {
    return of(run) > 0;
  }
}
