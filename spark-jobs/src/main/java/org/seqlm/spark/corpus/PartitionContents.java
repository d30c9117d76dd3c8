package org.seqlm.spark.corpus;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.util.LongAccumulator;
import org.seqlm.Progress;
import org.seqlm.corpus.BadRecords;
import org.seqlm.corpus.RangeLines;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.corpus.night.PartitionContent;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.task.TaskProgress;
import org.seqlm.text.LinesHash;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;

/**
 * What partitions of a text hold, each by itself: all are read once, in one job, line by line and
 * without a tokenizer.
 */
public final class PartitionContents {
  private PartitionContents() {}

  /**
   * Reads partitions.
   *
   * @param sources a partition each, by the same limits of what may be bad, which hold for all of
   *     them together
   * @return of each one what it holds
   * @throws org.seqlm.UserException with exit code 3 if a path is not there, or more is bad than
   *     the limits allow
   */
  public static List<PartitionContent> of(
      JavaSparkContext spark, List<CorpusSource> sources, Progress progress) throws IOException {
    if (sources.isEmpty()) {
      return List.of();
    }
    Broadcast<SharedSettings> conf =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    List<CorpusPlan> plans = new ArrayList<>();
    long bytes = 0;
    for (CorpusSource source : sources) {
      CorpusPlan listed = CorpusPlan.of(spark.hadoopConfiguration(), source);
      CorpusPlan plan = PackedParts.found(spark, listed, source, conf, progress);
      plans.add(plan);
      bytes += plan.bytes();
    }
    List<Content> ranges;
    try (TaskProgress stage =
        TaskProgress.start(spark, progress, "look", bytes, "bytes", "lines")) {
      List<RDD<Content>> read = new ArrayList<>();
      for (int i = 0; i < plans.size(); i++) {
        read.add(new Ranges(spark.sc(), plans.get(i), conf, sources.get(i), i, stage));
      }
      ranges =
          spark
              .sc()
              .union(JavaConverters.asScalaBuffer(read), ClassTag$.MODULE$.apply(Object.class))
              .toJavaRDD()
              .collect();
    }
    List<RangeSummary> summaries = ranges.stream().map(range -> range.summary).toList();
    RangeSummary total = RangeSummary.sum(summaries);
    BadRecords.check(sources.get(0), summaries, total);
    LinesHash[] hashes = new LinesHash[sources.size()];
    long[] documents = new long[hashes.length];
    long[] lines = new long[hashes.length];
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = new LinesHash();
    }
    for (Content range : ranges) {
      hashes[range.partition].add(range.hash);
      documents[range.partition] += range.summary.documents();
      lines[range.partition] += range.summary.lines();
    }
    List<PartitionContent> contents = new ArrayList<>();
    for (int i = 0; i < hashes.length; i++) {
      contents.add(new PartitionContent(hashes[i].toString(), documents[i], lines[i]));
    }
    return contents;
  }

  /** Of one range; public for Kryo. */
  public static final class Content implements Serializable, RangeLines.Sink {
    private static final long serialVersionUID = 1L;

    private final int partition;
    private final LinesHash hash = new LinesHash();
    private final transient TaskContext context;
    private RangeSummary summary;

    Content(int partition, TaskContext context) {
      this.partition = partition;
      this.context = context;
    }

    @Override
    public void startPiece(CorpusFile file, boolean goesOn) {}

    @Override
    public void startDocument() {}

    @Override
    public void line(byte[] utf8, int from, int to, boolean terminated, long record, long line) {
      if (context.isInterrupted()) {
        throw new TaskKilledException("told to stop");
      }
      hash.add(utf8, from, to);
    }

    @Override
    public void endPiece(boolean goesOn) {}
  }

  private static final class Ranges extends RangesRdd<Content> {
    private static final long serialVersionUID = 1L;

    private final CorpusSource source;
    private final int partition;
    private final LongAccumulator bytes;
    private final LongAccumulator lines;

    Ranges(
        SparkContext spark,
        CorpusPlan plan,
        Broadcast<SharedSettings> conf,
        CorpusSource source,
        int partition,
        TaskProgress stage) {
      super(spark, plan, conf);
      this.source = source;
      this.partition = partition;
      bytes = stage.done();
      lines = stage.more();
    }

    @Override
    public Iterator<Content> compute(Configuration conf, CorpusRange range, TaskContext context) {
      Content content = new Content(partition, context);
      try {
        long[] before = new long[range.pieces().size()]; // nobody asks for a record's number
        content.summary = RangeLines.read(conf, source, range, before, content, n -> bytes.add(n));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      lines.add(content.summary.lines());
      return List.of(content).iterator();
    }
  }
}
