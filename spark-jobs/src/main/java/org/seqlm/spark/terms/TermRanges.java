package org.seqlm.spark.terms;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.TaskCompletionListener;
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
import org.seqlm.spark.task.TaskMemory;
import org.seqlm.spark.task.TaskProgress;
import org.seqlm.terms.CutDocuments;
import org.seqlm.text.TextRules;
import org.seqlm.text.Tokenizer;

/**
 * Ranges of a text, each counted by a task and kept on the executors' disks. A document that goes
 * on over the end of a range is one: {@link #documents} knows which are.
 */
final class TermRanges implements AutoCloseable {
  /** Of the heap, for all tasks' tables; what they give has as much again. */
  private static final double FRACTION = 0.1;

  /** Bytes of tables that are worth a part. */
  private static final long LEAST = 1 << 8;

  private final JavaRDD<RangeCounts> counted;
  private final JavaRDD<RangeCounts> kept; // null where another gives it back
  private final List<RangeCounts> sums;
  private final RangeSummary total;
  private final CutDocuments documents;

  private TermRanges(JavaRDD<RangeCounts> kept, int side, List<RangeCounts> all) {
    this.kept = side == 0 ? kept : null;
    this.counted = kept.filter(range -> range.side == side);
    this.sums = all.stream().filter(range -> range.side == side).toList();
    this.total = RangeSummary.sum(summaries());
    this.documents = new CutDocuments(sums.stream().map(RangeCounts::stretch).toList());
  }

  private List<RangeSummary> summaries() {
    return sums.stream().filter(sum -> sum.part == 0).map(sum -> sum.summary).toList();
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
    return read(spark, List.of(text), rules, counters, stage, progress).get(0);
  }

  /**
   * Reads texts once that are records of the same files.
   *
   * @param texts of one plan and source
   * @return by text; to close the first closes all
   * @throws org.seqlm.UserException with exit code 3 if more is bad than the limits allow
   */
  static List<TermRanges> read(
      JavaSparkContext spark,
      List<TermText> texts,
      TextRules rules,
      RangeCounter.Maker counters,
      String stage,
      Progress progress) {
    Broadcast<SharedSettings> conf =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    CorpusSource source = texts.get(0).source();
    CorpusPlan plan = PackedParts.found(spark, texts.get(0).plan(), source, conf, progress);
    try (TaskProgress told =
        TaskProgress.start(spark, progress, stage, plan.bytes(), "bytes", "")) {
      List<TermText.FieldIs> records = new ArrayList<>();
      texts.forEach(text -> records.add(text.records()));
      JavaRDD<RangeCounts> kept =
          new Ranges(spark.sc(), plan, conf, source, records, rules, counters, told.done())
              .toJavaRDD()
              .persist(StorageLevel.DISK_ONLY());
      List<RangeCounts> sums = new ArrayList<>(kept.filter(rows -> rows.totals != null).collect());
      sums.sort(
          Comparator.<RangeCounts>comparingInt(sum -> sum.index).thenComparingInt(sum -> sum.part));
      List<TermRanges> all =
          IntStream.range(0, texts.size())
              .mapToObj(side -> new TermRanges(kept, side, sums))
              .toList();
      TermRanges first = all.get(0);
      BadRecords.check(source, first.summaries(), first.total);
      BadRecords.tell(progress, first.total);
      return all;
    }
  }

  /** What each range counted. */
  JavaRDD<RangeCounts> counted() {
    return counted;
  }

  /** How many ranges there are. */
  int ranges() {
    return sums.isEmpty() ? 0 : sums.get(sums.size() - 1).index + 1;
  }

  /** The sums of the ranges' parts in their order, without rows. */
  List<RangeCounts> sums() {
    return sums;
  }

  /** The documents that have tokens; a stretch is a part of a range. */
  CutDocuments documents() {
    return documents;
  }

  /** A sum of all ranges. */
  long total(int place) {
    return sums.stream().mapToLong(range -> range.totals[place]).sum();
  }

  /** Records, and what is bad. */
  RangeSummary summary() {
    return total;
  }

  /**
   * The ranges' rows of words, to be added up by kind and word.
   *
   * @param figures names of the rows' figures; behind these a row has in how many documents of its
   *     range the word is, the first of them and the last
   * @return {@code kind}, {@code word}, the figures, and {@code documents}, of which the sum is how
   *     many documents of the text have the word
   */
  Dataset<Row> rows(SparkSession session, List<String> figures) {
    int n = figures.size();
    StructType key =
        new StructType()
            .add("kind", DataTypes.IntegerType, false)
            .add("word", DataTypes.StringType, false);
    StructType schema = key;
    for (String figure : figures) {
      schema = schema.add(figure, DataTypes.LongType, false);
    }
    schema = schema.add("documents", DataTypes.LongType, false);
    Cuts cuts = new Cuts(documents, new int[ranges()]);
    for (int stretch = sums.size() - 1; stretch >= 0; stretch--) {
      cuts.stretches()[sums.get(stretch).index] = stretch;
    }
    Dataset<Row> whole =
        session.createDataFrame(counted.flatMap(range -> rows(range, n, cuts)), schema);
    if (!documents.any()) {
      return whole;
    }
    // A cut document may have a word in many ranges, of which one counts.
    Dataset<Row> cut =
        session
            .createDataFrame(
                counted.flatMap(range -> cutRows(range, n, cuts)),
                key.add("document", DataTypes.LongType, false))
            .distinct();
    List<Column> columns = new ArrayList<>(List.of(col("kind"), col("word")));
    figures.forEach(figure -> columns.add(lit(0L).as(figure)));
    columns.add(lit(1L).as("documents"));
    return whole.unionAll(cut.select(columns.toArray(Column[]::new)));
  }

  /**
   * The documents that are cut.
   *
   * @param stretches where those of each range begin // (ranges)
   */
  private record Cuts(CutDocuments documents, int[] stretches) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  private static Iterator<Row> rows(RangeCounts range, int n, Cuts cuts) {
    return IntStream.range(0, range.size)
        .mapToObj(
            i -> {
              long[] figures = range.figures[i];
              Object[] row = new Object[n + 3];
              row[0] = range.kinds[i];
              row[1] = new String(range.words[i], StandardCharsets.UTF_8);
              for (int k = 0; k < n; k++) {
                row[2 + k] = figures[k];
              }
              row[2 + n] = figures[n] - cut(range, figures, n, cuts).count();
              return RowFactory.create(row);
            })
        .iterator();
  }

  private static Iterator<Row> cutRows(RangeCounts range, int n, Cuts cuts) {
    return IntStream.range(0, range.size)
        .boxed()
        .flatMap(
            i ->
                cut(range, range.figures[i], n, cuts)
                    .mapToObj(
                        document ->
                            RowFactory.create(
                                range.kinds[i],
                                new String(range.words[i], StandardCharsets.UTF_8),
                                document)))
        .iterator();
  }

  /** Documents that a row has, and that are cut at the range's ends. */
  private static LongStream cut(RangeCounts range, long[] figures, int n, Cuts cuts) {
    int stretch = cuts.stretches()[range.index] + range.part;
    return LongStream.of(
            cuts.documents().cutAtStart(stretch, figures[n + 1]),
            cuts.documents().cutAtEnd(stretch, figures[n + 2]))
        .filter(document -> document >= 0);
  }

  @Override
  public void close() {
    if (kept != null) {
      kept.unpersist();
    }
  }

  private static final class Ranges extends RangesRdd<RangeCounts> {
    private static final long serialVersionUID = 1L;

    private final CorpusSource source;
    private final List<TermText.FieldIs> records; // by side
    private final TextRules rules;
    private final RangeCounter.Maker counters;
    private final LongAccumulator bytes;

    Ranges(
        SparkContext spark,
        CorpusPlan plan,
        Broadcast<SharedSettings> conf,
        CorpusSource source,
        List<TermText.FieldIs> records,
        TextRules rules,
        RangeCounter.Maker counters,
        LongAccumulator bytes) {
      super(spark, plan, conf);
      this.source = source;
      this.records = records;
      this.rules = rules;
      this.counters = counters;
      this.bytes = bytes;
    }

    @Override
    public Iterator<RangeCounts> compute(
        Configuration conf, CorpusRange range, TaskContext context) {
      SpilledCounts spilled = new SpilledCounts(TaskMemory.spill(FRACTION, "seqlm-terms"));
      context.addTaskCompletionListener(
          (TaskCompletionListener)
              ended -> {
                try {
                  spilled.close();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      RangeDocuments[] sides = new RangeDocuments[records.size()];
      for (int side = 0; side < sides.length; side++) {
        sides[side] = new RangeDocuments(side, counters.of(side, range.index()));
      }
      long most = Math.max(LEAST, TaskMemory.share(FRACTION)) / sides.length;
      try {
        long[] before = new long[range.pieces().size()]; // nobody asks for a record's number
        RangeSummary summary =
            RangeLines.read(
                conf,
                source,
                range,
                before,
                new Lines(Tokenizer.of(rules), sides, records, context, spilled, most),
                n -> bytes.add(n));
        List<RangeCounts> sums = new ArrayList<>();
        for (RangeDocuments side : sides) {
          List<RangeCounts> parts = side.end(spilled::add);
          parts.get(0).summary = summary;
          sums.addAll(parts);
        }
        return numbered(sums.iterator(), spilled.read(), range.index());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The one, then the other, with their range's index. */
  private static Iterator<RangeCounts> numbered(
      Iterator<RangeCounts> first, Iterator<RangeCounts> second, int index) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return first.hasNext() || second.hasNext();
      }

      @Override
      public RangeCounts next() {
        RangeCounts next = first.hasNext() ? first.next() : second.next();
        next.index = index;
        return next;
      }
    };
  }

  private static final class Lines implements RangeLines.Sink {
    private final Tokenizer tokenizer;
    private final RangeDocuments[] sides;
    private final List<TermText.FieldIs> records; // by side
    private final TaskContext context;
    private final SpilledCounts spilled;
    private final long most; // bytes of one side
    private final boolean[] taken; // whether the record is a side's // (sides)

    Lines(
        Tokenizer tokenizer,
        RangeDocuments[] sides,
        List<TermText.FieldIs> records,
        TaskContext context,
        SpilledCounts spilled,
        long most) {
      this.tokenizer = tokenizer;
      this.sides = sides;
      this.records = records;
      this.context = context;
      this.spilled = spilled;
      this.most = most;
      this.taken = new boolean[sides.length];
    }

    @Override
    public void startPiece(CorpusFile file, boolean goesOn) {
      take(null); // text has no fields: of its records none has the value
      for (RangeDocuments side : sides) {
        side.startPiece(goesOn);
      }
    }

    private void take(String value) {
      for (int side = 0; side < sides.length; side++) {
        taken[side] = records.get(side) == null || records.get(side).takes(value);
      }
    }

    @Override
    public List<String> fields() {
      return records.get(0) == null ? List.of() : List.of(records.get(0).field());
    }

    @Override
    public void fields(String[] values) {
      take(values.length == 0 ? null : values[0]);
    }

    @Override
    public void startDocument() {
      for (RangeDocuments side : sides) {
        side.startDocument();
      }
    }

    @Override
    public void line(byte[] utf8, int from, int to, boolean terminated, long record, long line)
        throws IOException {
      if (context.isInterrupted()) {
        throw new TaskKilledException("told to stop");
      }
      for (int side = 0; side < sides.length; side++) {
        if (taken[side]) {
          sides[side].startLine();
          tokenizer.tokenize(utf8, from, to, sides[side]::token);
          if (sides[side].bytes() > most) {
            sides[side].cut(spilled::add);
          }
        }
      }
    }

    @Override
    public void endPiece(boolean goesOn) {
      for (RangeDocuments side : sides) {
        side.endPiece(goesOn);
      }
    }
  }
}
