package org.seqlm.spark.profile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import org.seqlm.Progress;
import org.seqlm.corpus.BadRecords;
import org.seqlm.corpus.RangeLines;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.spark.corpus.PackedParts;
import org.seqlm.spark.corpus.RangesRdd;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.task.TaskEnd;
import org.seqlm.spark.task.TaskMemory;
import org.seqlm.spark.task.TaskProgress;

/**
 * A text that was read, a task a range: what the driver knows of its ranges, and on the executors'
 * disks, until it is closed, their words.
 */
final class ReadRanges implements AutoCloseable {
  private final JavaRDD<ProfiledRange> parts;
  private final JavaRDD<ProfiledRange> heads;
  private final List<ProfiledRange> ranges;
  private final RangeSummary total;

  private ReadRanges(
      JavaRDD<ProfiledRange> parts,
      JavaRDD<ProfiledRange> heads,
      List<ProfiledRange> ranges,
      RangeSummary total) {
    this.parts = parts;
    this.heads = heads;
    this.ranges = ranges;
    this.total = total;
  }

  /**
   * Reads a text.
   *
   * @param stage what is said to be done meanwhile
   * @throws org.seqlm.UserException with exit code 3 if more is bad than the limits allow
   */
  static ReadRanges of(
      JavaSparkContext spark,
      CorpusPlan listed,
      CorpusSource source,
      ProfilingRules rules,
      Broadcast<SharedSettings> conf,
      String stage,
      Progress progress) {
    CorpusPlan plan = PackedParts.found(spark, listed, source, conf, progress);
    JavaRDD<ProfiledRange> parts = null;
    JavaRDD<ProfiledRange> heads = null;
    try (TaskProgress reading =
        TaskProgress.start(spark, progress, stage, plan.bytes(), "bytes", "words")) {
      parts =
          new Ranges(spark.sc(), plan, conf, source, rules, reading.done(), reading.more())
              .toJavaRDD()
              .persist(StorageLevel.DISK_ONLY());
      heads = parts.filter(part -> part.words == null).persist(StorageLevel.DISK_ONLY());
      List<ProfiledRange> ranges = new ArrayList<>(heads.map(ProfiledRange::sums).collect());
      ranges.sort(Comparator.comparingInt(range -> range.index));
      List<RangeSummary> summaries = ranges.stream().map(range -> range.summary).toList();
      RangeSummary total = RangeSummary.sum(summaries);
      BadRecords.check(source, summaries, total);
      BadRecords.tell(progress, total);
      return new ReadRanges(parts, heads, ranges, total);
    } catch (RuntimeException e) {
      release(heads);
      release(parts);
      throw e;
    }
  }

  private static void release(JavaRDD<ProfiledRange> kept) {
    if (kept != null) {
      kept.unpersist();
    }
  }

  /** The ranges' parts, each range's head before its words. */
  JavaRDD<ProfiledRange> parts() {
    return parts;
  }

  /** The ranges without their words. */
  JavaRDD<ProfiledRange> heads() {
    return heads;
  }

  /** A few numbers of each range, in the order of the text. */
  List<ProfiledRange> ranges() {
    return ranges;
  }

  /** Of the ranges' summaries. */
  RangeSummary total() {
    return total;
  }

  /** Words of the text. */
  long tokens() {
    return ranges.stream().mapToLong(range -> range.tokens).sum();
  }

  @Override
  public void close() {
    release(heads);
    release(parts);
  }

  private static final class Ranges extends RangesRdd<ProfiledRange> {
    private static final long serialVersionUID = 1L;

    /** Of the heap, for all tasks' tables of words; what they spill has as much again. */
    private static final double FRACTION = 0.15;

    private final CorpusSource source;
    private final ProfilingRules rules;
    private final LongAccumulator bytes;
    private final LongAccumulator words;

    Ranges(
        SparkContext spark,
        CorpusPlan plan,
        Broadcast<SharedSettings> conf,
        CorpusSource source,
        ProfilingRules rules,
        LongAccumulator bytes,
        LongAccumulator words) {
      super(spark, plan, conf);
      this.source = source;
      this.rules = rules;
      this.bytes = bytes;
      this.words = words;
    }

    @Override
    public Iterator<ProfiledRange> compute(
        Configuration conf, CorpusRange range, TaskContext context) {
      SpilledWords spilled = new SpilledWords(TaskMemory.spill(FRACTION, "seqlm-profile"));
      TaskEnd.close(spilled);
      RangeSink sink = new RangeSink(rules, context, TaskMemory.share(FRACTION), spilled);
      long[] before = new long[range.pieces().size()]; // nobody asks for a record's number
      try {
        sink.range().summary =
            RangeLines.read(conf, source, range, before, sink, n -> bytes.add(n));
        Iterator<ProfiledRange> parts = sink.take(range.index());
        words.add(sink.range().tokens);
        return parts;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
