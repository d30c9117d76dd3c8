package org.seqlm.bench.scale;

/**
 * What a stage of a count did, by the metrics that Spark keeps of tasks. Attempts that failed
 * count, too.
 *
 * @param stage its number in the application
 * @param name where it was asked for
 * @param tasks that ended
 * @param seconds of all tasks
 * @param longestTaskSeconds of one
 * @param medianTaskSeconds of one
 * @param readBytes fetched from shuffles
 * @param largestTaskBytes fetched by one task
 * @param medianTaskBytes fetched by one task
 * @param blocks that were fetched, none of them empty
 * @param writtenBytes to shuffles
 * @param executionBytes the largest {@code peakExecutionMemory} of a task: what Spark's own sorters
 *     and tables took; 0 where none was needed
 * @param spilledBytes that these wrote to disk
 * @param heapBytes the most heap of this process in use right after a collection while the stage
 *     ran, whatever else ran beside it; 0 if there was no collection
 */
public record StageUsage(
    int stage,
    String name,
    int tasks,
    double seconds,
    double longestTaskSeconds,
    double medianTaskSeconds,
    long readBytes,
    long largestTaskBytes,
    double medianTaskBytes,
    long blocks,
    long writtenBytes,
    long executionBytes,
    long spilledBytes,
    long heapBytes) {

  /** What the largest task fetched over the median; 0 where that is 0. */
  public double byteSkew() {
    return medianTaskBytes == 0 ? 0 : largestTaskBytes / medianTaskBytes;
  }

  /** How long the longest task ran over the median; 0 where that is 0. */
  public double secondSkew() {
    return medianTaskSeconds == 0 ? 0 : longestTaskSeconds / medianTaskSeconds;
  }
}
