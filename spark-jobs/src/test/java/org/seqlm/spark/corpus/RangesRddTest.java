package org.seqlm.spark.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.CountingStore;
import org.seqlm.TestSpark;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.spark.io.SharedSettings;
import scala.collection.JavaConverters;

class RangesRddTest {
  @TempDir private Path folder;

  /** The index of each range. */
  private static final class Indices extends RangesRdd<Integer> {
    private static final long serialVersionUID = 1L;

    Indices(SparkContext spark, CorpusPlan plan, Broadcast<SharedSettings> conf) {
      super(spark, plan, conf);
    }

    @Override
    public Iterator<Integer> compute(Configuration conf, CorpusRange range, TaskContext context) {
      return List.of(range.index()).iterator();
    }
  }

  /** One thread schedules the tasks of all jobs: it waits for no file system. */
  @Test
  void schedulingAsksTheFileSystemNothing() throws IOException {
    for (int i = 0; i < 4; i++) {
      try (RandomAccessFile file =
          new RandomAccessFile(folder.resolve("f" + i + ".txt").toFile(), "rw")) {
        file.setLength(3 * CountingStore.Blocks.BLOCK);
      }
    }
    Configuration conf = CountingStore.start(CountingStore.Blocks.class, 0);
    CorpusSource source = CorpusSource.of(List.of(CountingStore.name(folder)));
    CorpusPlan plan = CorpusPlan.of(conf, source, CountingStore.Blocks.BLOCK);
    int planned = CountingStore.total();
    Broadcast<SharedSettings> shared = TestSpark.context().broadcast(new SharedSettings(conf));
    Indices ranges = new Indices(TestSpark.context().sc(), plan, shared);
    for (Partition partition : ranges.partitions()) {
      int block = partition.index() % 3;
      assertThat(JavaConverters.seqAsJavaList(ranges.preferredLocations(partition)))
          .containsExactly("h" + block, "h" + (block + 1));
    }
    assertThat(ranges.toJavaRDD().collect()).hasSize(12).isSorted();
    assertThat(CountingStore.total()).isEqualTo(planned);
  }
}
