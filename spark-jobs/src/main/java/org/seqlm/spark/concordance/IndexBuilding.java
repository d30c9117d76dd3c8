package org.seqlm.spark.concordance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.seqlm.Progress;
import org.seqlm.concordance.Index;
import org.seqlm.concordance.IndexDetails;
import org.seqlm.concordance.IndexWriter;
import org.seqlm.corpus.BadRecords;
import org.seqlm.corpus.RangeLines;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.spark.corpus.PackedParts;
import org.seqlm.spark.corpus.RangesRdd;
import org.seqlm.spark.corpus.RecordPlaces;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.task.TaskProgress;
import org.seqlm.store.FileEntry;
import org.seqlm.store.HashedFile;
import org.seqlm.store.Paths;
import org.seqlm.text.TextRules;

/** Makes the index of a text: each task reads a range and writes its file. */
public final class IndexBuilding {
  private IndexBuilding() {}

  /**
   * What was made.
   *
   * @param files of the index, in the order of the text
   * @param fingerprint of the text
   */
  public record Result(IndexDetails details, List<FileEntry> files, String fingerprint) {}

  /**
   * Reads a text once and writes its index.
   *
   * @param rules by which words are cut and folded
   * @param folder of the artifact's files
   * @throws org.seqlm.UserException with exit code 3 if more is bad than the limits allow
   */
  public static Result build(
      JavaSparkContext spark,
      CorpusPlan listed,
      CorpusSource source,
      TextRules rules,
      Path folder,
      Progress progress) {
    Broadcast<SharedSettings> conf =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    CorpusPlan plan = PackedParts.found(spark, listed, source, conf, progress);
    long[][] before = RecordPlaces.before(spark.sc(), plan, conf);
    List<IndexedRange> ranges = read(spark, plan, source, conf, before, rules, folder, progress);
    RangeSummary total = checked(ranges, source, progress);
    return new Result(
        new IndexDetails(
            rules,
            ranges.stream().mapToLong(range -> range.words).sum(),
            ranges.stream().mapToLong(range -> range.documents).sum(),
            total.records(),
            BadRecords.byKind(total),
            ranges.stream().map(range -> new Index.Part(range.words, range.documents)).toList()),
        ranges.stream().map(range -> range.file).toList(),
        total.fingerprint());
  }

  /**
   * The fingerprint of a text that is read without making anything of it.
   *
   * @throws org.seqlm.UserException with exit code 3 if more is bad than the limits allow
   */
  public static String fingerprint(
      JavaSparkContext spark, CorpusPlan listed, CorpusSource source, Progress progress) {
    Broadcast<SharedSettings> conf =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    CorpusPlan plan = PackedParts.found(spark, listed, source, conf, progress);
    long[][] before = new long[plan.ranges().size()][];
    for (CorpusRange range : plan.ranges()) {
      before[range.index()] = new long[range.pieces().size()]; // nobody asks for a record's number
    }
    return checked(
            read(spark, plan, source, conf, before, null, null, progress), source, Progress.SILENT)
        .fingerprint();
  }

  private static RangeSummary checked(
      List<IndexedRange> ranges, CorpusSource source, Progress progress) {
    List<RangeSummary> summaries = ranges.stream().map(range -> range.summary).toList();
    RangeSummary total = RangeSummary.sum(summaries);
    BadRecords.check(source, summaries, total);
    BadRecords.tell(progress, total);
    return total;
  }

  private static List<IndexedRange> read(
      JavaSparkContext spark,
      CorpusPlan plan,
      CorpusSource source,
      Broadcast<SharedSettings> conf,
      long[][] before,
      TextRules rules,
      Path folder,
      Progress progress) {
    Broadcast<long[][]> places = spark.broadcast(before);
    try (TaskProgress stage =
        TaskProgress.start(
            spark,
            progress,
            rules == null ? "compare" : "index",
            plan.bytes(),
            "bytes",
            rules == null ? "" : "words")) {
      List<IndexedRange> ranges =
          new ArrayList<>(
              new Ranges(
                      spark.sc(),
                      plan,
                      conf,
                      source,
                      places,
                      rules,
                      folder == null ? null : folder.toString(),
                      stage.done(),
                      stage.more())
                  .toJavaRDD()
                  .collect());
      ranges.sort(Comparator.comparingInt(range -> range.index));
      return ranges;
    } finally {
      places.destroy();
    }
  }

  private static final class Ranges extends RangesRdd<IndexedRange> {
    private static final long serialVersionUID = 1L;

    private final CorpusSource source;
    private final Broadcast<long[][]> before;
    private final TextRules rules; // null where nothing is written
    private final String folder;
    private final LongAccumulator bytes;
    private final LongAccumulator words;

    Ranges(
        SparkContext spark,
        CorpusPlan plan,
        Broadcast<SharedSettings> conf,
        CorpusSource source,
        Broadcast<long[][]> before,
        TextRules rules,
        String folder,
        LongAccumulator bytes,
        LongAccumulator words) {
      super(spark, plan, conf);
      this.source = source;
      this.before = before;
      this.rules = rules;
      this.folder = folder;
      this.bytes = bytes;
      this.words = words;
    }

    @Override
    public Iterator<IndexedRange> compute(
        Configuration conf, CorpusRange range, TaskContext context) {
      IndexedRange indexed = new IndexedRange();
      indexed.index = range.index();
      try {
        if (rules == null) {
          indexed.summary = read(conf, range, new Lines(null, context));
        } else {
          write(conf, range, context, indexed);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return List.of(indexed).iterator();
    }

    private RangeSummary read(Configuration conf, CorpusRange range, Lines lines)
        throws IOException {
      long[] recordsBefore = before.value()[range.index()];
      return RangeLines.read(conf, source, range, recordsBefore, lines, n -> bytes.add(n));
    }

    private void write(
        Configuration conf, CorpusRange range, TaskContext context, IndexedRange indexed)
        throws IOException {
      Path target = new Path(folder);
      try (HashedFile.Open file =
          HashedFile.open(
              Paths.plain(target, conf),
              target,
              IndexDetails.file(range.index()),
              context.taskAttemptId())) {
        IndexWriter writer = new IndexWriter(file.stream(), rules);
        indexed.summary = read(conf, range, new Lines(writer, context));
        IndexWriter.Summary written = writer.finish();
        indexed.file = file.keep();
        indexed.words = written.words();
        indexed.documents = written.documents();
        words.add(indexed.words);
      }
    }
  }

  /** Gives the lines of a range to the writer of its index. */
  private static final class Lines implements RangeLines.Sink {
    private final IndexWriter writer; // null for none
    private final TaskContext context;

    Lines(IndexWriter writer, TaskContext context) {
      this.writer = writer;
      this.context = context;
    }

    @Override
    public void startPiece(CorpusFile file, boolean goesOn) {
      if (writer != null) {
        writer.startFile(file.relative());
      }
    }

    @Override
    public void startDocument() {
      if (writer != null) {
        writer.startDocument();
      }
    }

    @Override
    public void line(byte[] utf8, int from, int to, boolean terminated, long record, long line)
        throws IOException {
      if (context.isInterrupted()) {
        throw new TaskKilledException("told to stop");
      }
      if (writer != null) {
        writer.line(utf8, from, to, record);
      }
    }

    @Override
    public void endPiece(boolean goesOn) {
      // The next file of the index says whether its first words are of the same document.
    }
  }
}
