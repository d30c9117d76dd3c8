package org.seqlm.bench.scale;

import java.util.Comparator;
import java.util.List;

/**
 * What one count cost. Where it failed all figures are of what it did until then.
 *
 * @param text its name
 * @param order of the longest n-gram
 * @param words that were generated
 * @param tokens that were counted, line ends too; 0 where it failed
 * @param failure why it has no result, or null
 * @param seconds of wall time
 * @param cpuSeconds of this process, all threads; with a local master that is everything
 * @param taskCpuSeconds of tasks' own threads, wherever they ran
 * @param heap of this process
 * @param spill of our own sorters, as looks at the local disk found it
 * @param files of the result, without checksum files
 * @param fileBytes of them
 * @param stages in order of their numbers
 */
public record ScaleRun(
    String text,
    int order,
    long words,
    long tokens,
    String failure,
    double seconds,
    double cpuSeconds,
    double taskCpuSeconds,
    HeapMeter.Usage heap,
    SpillMeter.Usage spill,
    long files,
    long fileBytes,
    List<StageUsage> stages) {

  public ScaleRun {
    stages = List.copyOf(stages);
  }

  /** The most that a task held of the memory that Spark manages; our own sorters are outside it. */
  public long executionBytes() {
    return stages.stream().mapToLong(StageUsage::executionBytes).max().orElse(0);
  }

  /** Spark's own sorters' and ours. */
  public long spilledBytes() {
    return spill.bytes() + stages.stream().mapToLong(StageUsage::spilledBytes).sum();
  }

  /** Blocks that tasks fetched from shuffles. */
  public long shuffleBlocks() {
    return stages.stream().mapToLong(StageUsage::blocks).sum();
  }

  /** Mean bytes of a block that was fetched; 0 if there was none. */
  public double blockBytes() {
    return shuffleBlocks() == 0 ? 0 : (double) shuffleReadBytes() / shuffleBlocks();
  }

  public long shuffleWrittenBytes() {
    return stages.stream().mapToLong(StageUsage::writtenBytes).sum();
  }

  public long shuffleReadBytes() {
    return stages.stream().mapToLong(StageUsage::readBytes).sum();
  }

  /** The most that one task fetched from shuffles. */
  public long largestTaskBytes() {
    return stages.stream().mapToLong(StageUsage::largestTaskBytes).max().orElse(0);
  }

  /** The longest that one task ran. */
  public double longestTaskSeconds() {
    return stages.stream().mapToDouble(StageUsage::longestTaskSeconds).max().orElse(0);
  }

  /** The stage of the task that fetched most; null without stages. */
  public StageUsage largest() {
    return stages.stream().max(Comparator.comparingLong(StageUsage::largestTaskBytes)).orElse(null);
  }

  /** The stage of the task that ran longest; null without stages. */
  public StageUsage longest() {
    return stages.stream()
        .max(Comparator.comparingDouble(StageUsage::longestTaskSeconds))
        .orElse(null);
  }
}
