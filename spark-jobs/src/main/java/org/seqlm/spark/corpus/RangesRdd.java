package org.seqlm.spark.corpus;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.util.SerializableConfiguration;
import org.seqlm.corpus.plan.CorpusRange;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag$;

/** The ranges of a corpus, one partition each, near where they lie. */
public abstract class RangesRdd<T> extends RDD<T> {
  private static final long serialVersionUID = 1L;

  private final transient List<CorpusRange> ranges;
  private final transient Configuration driverConf;
  private final Broadcast<SerializableConfiguration> conf;

  public RangesRdd(
      SparkContext spark, List<CorpusRange> ranges, Broadcast<SerializableConfiguration> conf) {
    super(
        spark,
        JavaConverters.asScalaBuffer(new ArrayList<Dependency<?>>()),
        ClassTag$.MODULE$.apply(Object.class));
    this.ranges = ranges;
    this.driverConf = conf.value().value();
    this.conf = conf;
  }

  /** What comes of one range. */
  public abstract java.util.Iterator<T> compute(
      Configuration conf, CorpusRange range, TaskContext context);

  @Override
  public final Iterator<T> compute(Partition partition, TaskContext context) {
    return JavaConverters.asScalaIterator(
        compute(conf.value().value(), ((RangePartition) partition).range, context));
  }

  private static final class RangePartition implements Partition {
    private static final long serialVersionUID = 1L;
    private final CorpusRange range;

    RangePartition(CorpusRange range) {
      this.range = range;
    }

    @Override
    public int index() {
      return range.index();
    }

    @Override
    public int hashCode() {
      return range.index();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof RangePartition partition && partition.range.equals(range);
    }
  }

  @Override
  public Partition[] getPartitions() {
    return ranges.stream().map(RangePartition::new).toArray(Partition[]::new);
  }

  /** The hosts that hold the range's largest piece. */
  @Override
  public Seq<String> getPreferredLocations(Partition partition) {
    List<String> hosts = new ArrayList<>();
    CorpusRange.Piece largest = null;
    for (CorpusRange.Piece piece : ((RangePartition) partition).range.pieces()) {
      if (largest == null || piece.to() - piece.from() > largest.to() - largest.from()) {
        largest = piece;
      }
    }
    if (largest != null && !largest.file().path().startsWith("file:")) {
      try {
        Path path = new Path(largest.file().path());
        FileSystem fs = path.getFileSystem(driverConf);
        FileStatus status = fs.getFileStatus(path);
        for (BlockLocation block :
            fs.getFileBlockLocations(
                status, largest.from(), Math.max(1, largest.to() - largest.from()))) {
          for (String host : block.getHosts()) {
            if (!hosts.contains(host) && !host.equals("localhost")) {
              hosts.add(host);
            }
          }
        }
      } catch (IOException e) {
        // Only a hint where to read; reading itself will tell what is wrong.
        hosts.clear();
      }
    }
    return JavaConverters.asScalaBuffer(hosts);
  }
}
