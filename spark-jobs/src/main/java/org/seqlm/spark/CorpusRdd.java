package org.seqlm.spark;

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
import org.apache.spark.TaskKilledException;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.seqlm.corpus.CorpusRange;
import org.seqlm.corpus.CorpusSource;
import org.seqlm.corpus.LocalBlock;
import org.seqlm.corpus.RangePart;
import org.seqlm.corpus.RangeScanner;
import org.seqlm.text.TextRules;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag$;

/** The ranges of a corpus, one partition each, as {@link RangeScanner} gives them. */
final class CorpusRdd extends RDD<RangePart> {
  private static final long serialVersionUID = 1L;

  private final transient List<CorpusRange> ranges;
  private final transient Configuration driverConf;
  private final Broadcast<SerializableConfiguration> conf;
  private final CorpusSource source;
  private final TextRules rules;
  private final LongAccumulator bytes;
  private final LongAccumulator tokens;

  CorpusRdd(
      SparkContext spark,
      List<CorpusRange> ranges,
      Broadcast<SerializableConfiguration> conf,
      CorpusSource source,
      TextRules rules,
      LongAccumulator bytes,
      LongAccumulator tokens) {
    super(
        spark,
        JavaConverters.asScalaBuffer(new ArrayList<Dependency<?>>()),
        ClassTag$.MODULE$.apply(Object.class));
    this.ranges = ranges;
    this.driverConf = conf.value().value();
    this.conf = conf;
    this.source = source;
    this.rules = rules;
    this.bytes = bytes;
    this.tokens = tokens;
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

  @Override
  public Iterator<RangePart> compute(Partition partition, TaskContext context) {
    RangeScanner scanner =
        new RangeScanner(
            conf.value().value(), source, rules, ((RangePartition) partition).range, bytes::add);
    context.<Void>addTaskCompletionListener(
        finished -> {
          scanner.close();
          return null;
        });
    return JavaConverters.asScalaIterator(
        new java.util.Iterator<RangePart>() {
          @Override
          public boolean hasNext() {
            if (context.isInterrupted()) {
              throw new TaskKilledException("told to stop");
            }
            return scanner.hasNext();
          }

          @Override
          public RangePart next() {
            RangePart part = scanner.next();
            if (part instanceof LocalBlock block) {
              tokens.add(block.tokens().length);
            }
            return part;
          }
        });
  }
}
