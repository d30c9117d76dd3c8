package org.seqlm.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.HashPartitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.TestSpark;
import scala.Tuple2;

/** What is told of a job is what it did. */
class ScaleMeterTest {
  @TempDir Path folder;

  private static long job() {
    List<Integer> numbers = IntStream.range(0, 3000).boxed().toList();
    return TestSpark.context()
        .parallelize(numbers, 3)
        // A third of the numbers to each of two partitions of four, a third to another.
        .mapToPair(number -> new Tuple2<>(number % 3, number))
        .partitionBy(new HashPartitioner(4))
        .count();
  }

  @Test
  void tasksBlocksAndBytesByHand() throws Exception {
    ScaleRun run =
        ScaleMeter.measure(
            TestSpark.context(),
            "numbers",
            1,
            3000,
            () -> new ScaleMeter.Counted(job(), 2, 20),
            problem -> null);
    assertThat(run.tokens()).isEqualTo(3000);
    assertThat(run.failure()).isNull();
    assertThat(run.stages()).extracting(StageUsage::tasks).containsExactly(3, 4);
    // Three tasks write to three of four partitions.
    assertThat(run.shuffleBlocks()).isEqualTo(9);
    assertThat(run.shuffleWrittenBytes()).isPositive().isEqualTo(run.shuffleReadBytes());
    assertThat(run.blockBytes()).isEqualTo(run.shuffleReadBytes() / 9.0);
    StageUsage read = run.stages().get(1);
    assertThat(run.largest()).isEqualTo(read);
    assertThat(read.writtenBytes()).isZero();
    assertThat(read.largestTaskBytes()).isBetween(read.readBytes() / 3, read.readBytes() / 2);
    assertThat(read.byteSkew()).isBetween(1.0, 1.5);
    assertThat(run.spilledBytes()).isZero();
    assertThat(run.seconds()).isPositive();
    assertThat(run.cpuSeconds()).isGreaterThanOrEqualTo(run.taskCpuSeconds() / 2);
    assertThat(run.longestTaskSeconds()).isLessThanOrEqualTo(run.seconds() + 1);
  }

  @Test
  void aFailureIsTold() throws Exception {
    ScaleRun run =
        ScaleMeter.measure(
            TestSpark.context(),
            "numbers",
            1,
            3000,
            () -> {
              job();
              throw new OutOfMemoryError("made up");
            },
            Throwable::getMessage);
    assertThat(run.failure()).isEqualTo("made up");
    assertThat(run.tokens()).isZero();
    assertThat(run.shuffleBlocks()).isEqualTo(9);
    assertThatThrownBy(
            () ->
                ScaleMeter.measure(
                    TestSpark.context(),
                    "numbers",
                    1,
                    3000,
                    () -> {
                      throw new IllegalStateException("a bug");
                    },
                    problem -> null))
        .hasMessage("a bug");
  }

  @Test
  void heapThatIsHeldIsSeen() throws Exception {
    try (HeapMeter heap = new HeapMeter()) {
      long from = System.currentTimeMillis();
      byte[] held = new byte[40 << 20];
      System.gc();
      assertThat(held[7]++).isZero();
      long to = System.currentTimeMillis();
      HeapMeter.Usage usage = heap.usage();
      assertThat(usage.collections()).isPositive();
      assertThat(usage.peakBytes()).isGreaterThanOrEqualTo(usage.afterCollectionBytes());
      assertThat(usage.maxBytes()).isGreaterThanOrEqualTo(usage.peakBytes());
      long withIt = heap.afterCollection(from, to);
      assertThat(withIt).isEqualTo(usage.afterCollectionBytes());
      held = null;
      // What other tests left may be freed at any time, so what is compared is what is let go here.
      System.gc();
      // A collection of the young before that one would still have seen it among the old.
      Thread.sleep(20);
      long later = System.currentTimeMillis();
      System.gc();
      assertThat(heap.usage().collections()).isGreaterThan(usage.collections());
      long without = heap.afterCollection(later, Long.MAX_VALUE);
      assertThat(without).isPositive();
      assertThat(withIt - without).isGreaterThan(35 << 20);
      assertThat(heap.afterCollection(0, 1)).isZero();
    }
  }

  @Test
  void whatTasksSpillIsSeen() throws Exception {
    Path task = Files.createDirectory(folder.resolve("windows-12"));
    Files.write(Files.createDirectory(folder.resolve("0a")).resolve("shuffle_0"), new byte[99]);
    Path one = Files.write(task.resolve("one"), new byte[1000]);
    try (SpillMeter spill = new SpillMeter(folder)) {
      spill.look();
      Files.write(one, new byte[3000]);
      spill.look();
      Files.delete(one);
      Files.write(task.resolve("two"), new byte[500]);
      spill.look();
      assertThat(spill.usage()).isEqualTo(new SpillMeter.Usage(3500, 3000, 2));
    }
  }
}
