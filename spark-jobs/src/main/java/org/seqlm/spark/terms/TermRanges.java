package org.seqlm.spark.terms;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import org.seqlm.Progress;
import org.seqlm.corpus.BadRecords;
import org.seqlm.corpus.RangeLines;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.spark.corpus.PackedParts;
import org.seqlm.spark.corpus.RangesRdd;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.task.TaskProgress;
import org.seqlm.text.TextRules;
import org.seqlm.text.Tokenizer;

/**
 * Ranges of a text, each counted by a task and kept on the executors' disks. Of a document that
 * goes on over the end of a range each range's part is one: what may go on is a file, or a
 * paragraph, and a range has 4 to 64 MiB.
 */
final class TermRanges implements AutoCloseable {
  private final JavaRDD<RangeCounts> counted;
  private final List<RangeCounts> sums;
  private final RangeSummary total;

  private TermRanges(JavaRDD<RangeCounts> counted, List<RangeCounts> sums, RangeSummary total) {
    this.counted = counted;
    this.sums = sums;
    this.total = total;
  }

  /**
   * Reads a text once.
   *
   * @throws org.seqlm.UserException with exit code 3 if more is bad than the limits allow
   */
  static TermRanges read(
      JavaSparkContext spark,
      TermText text,
      TextRules rules,
      RangeCounter.Maker counters,
      String stage,
      Progress progress) {
    Broadcast<SharedSettings> conf =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    CorpusPlan plan = PackedParts.found(spark, text.plan(), text.source(), conf, progress);
    try (TaskProgress told =
        TaskProgress.start(spark, progress, stage, plan.bytes(), "bytes", "")) {
      JavaRDD<RangeCounts> counted =
          new Ranges(spark.sc(), plan, conf, text, rules, counters, told.done())
              .toJavaRDD()
              .persist(StorageLevel.DISK_ONLY());
      List<RangeCounts> sums = new ArrayList<>(counted.map(RangeCounts::withoutRows).collect());
      sums.sort(Comparator.comparingInt(range -> range.index));
      List<RangeSummary> summaries = sums.stream().map(range -> range.summary).toList();
      RangeSummary total = RangeSummary.sum(summaries);
      BadRecords.check(text.source(), summaries, total);
      BadRecords.tell(progress, total);
      return new TermRanges(counted, sums, total);
    }
  }

  /** What each range counted. */
  JavaRDD<RangeCounts> counted() {
    return counted;
  }

  /** The sums of the ranges in their order, without rows. */
  List<RangeCounts> sums() {
    return sums;
  }

  /** A sum of all ranges. */
  long total(int place) {
    return sums.stream().mapToLong(range -> range.totals[place]).sum();
  }

  /** Records, and what is bad. */
  RangeSummary summary() {
    return total;
  }

  @Override
  public void close() {
    counted.unpersist();
  }

  private static final class Ranges extends RangesRdd<RangeCounts> {
    private static final long serialVersionUID = 1L;

    private final CorpusSource source;
    private final TermText.FieldIs records;
    private final TextRules rules;
    private final RangeCounter.Maker counters;
    private final LongAccumulator bytes;

    Ranges(
        SparkContext spark,
        CorpusPlan plan,
        Broadcast<SharedSettings> conf,
        TermText text,
        TextRules rules,
        RangeCounter.Maker counters,
        LongAccumulator bytes) {
      super(spark, plan, conf);
      this.source = text.source();
      this.records = text.records();
      this.rules = rules;
      this.counters = counters;
      this.bytes = bytes;
    }

    @Override
    public Iterator<RangeCounts> compute(
        Configuration conf, CorpusRange range, TaskContext context) {
      RangeCounter counter = counters.of(range.index());
      RangeCounts counts = new RangeCounts();
      counts.index = range.index();
      try {
        long[] before = new long[range.pieces().size()]; // nobody asks for a record's number
        counts.summary =
            RangeLines.read(
                conf,
                source,
                range,
                before,
                new Lines(Tokenizer.of(rules), counter, records, context),
                n -> bytes.add(n));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      counter.give(counts);
      return List.of(counts).iterator();
    }
  }

  private static final class Lines implements RangeLines.Sink {
    private final Tokenizer tokenizer;
    private final RangeCounter counter;
    private final TermText.FieldIs records;
    private final TaskContext context;
    private boolean taken;

    Lines(
        Tokenizer tokenizer, RangeCounter counter, TermText.FieldIs records, TaskContext context) {
      this.tokenizer = tokenizer;
      this.counter = counter;
      this.records = records;
      this.context = context;
    }

    @Override
    public void startPiece(CorpusFile file, boolean goesOn) {
      // Text has no fields: of its records none has the value.
      taken = records == null || records.takes(null);
      counter.startDocument();
    }

    @Override
    public List<String> fields() {
      return records == null ? List.of() : List.of(records.field());
    }

    @Override
    public void fields(String[] values) {
      taken = records == null || records.takes(values[0]);
    }

    @Override
    public void startDocument() {
      counter.startDocument();
    }

    @Override
    public void line(byte[] utf8, int from, int to, boolean terminated, long record, long line) {
      if (context.isInterrupted()) {
        throw new TaskKilledException("told to stop");
      }
      if (taken) {
        counter.startLine();
        tokenizer.tokenize(utf8, from, to, counter::token);
      }
    }

    @Override
    public void endPiece(boolean goesOn) {
      // The next document begins one.
    }
  }
}
