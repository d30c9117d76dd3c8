package org.seqlm.spark.quality;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.seqlm.Progress;
import org.seqlm.corpus.BadRecords;
import org.seqlm.corpus.RangeLines;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentFields;
import org.seqlm.quality.FilterChain;
import org.seqlm.quality.FilterCounts;
import org.seqlm.spark.corpus.PackedParts;
import org.seqlm.spark.corpus.RangesRdd;
import org.seqlm.spark.corpus.RecordPlaces;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.spark.quality.FilteredPart.LeftDocument;
import org.seqlm.spark.quality.FilteredPart.OfRange;
import org.seqlm.spark.task.TaskProgress;
import org.seqlm.store.FileEntry;

/**
 * Filters a corpus, a task a range. A task holds one document, of text no more than what is judged
 * of it. Documents that no range holds whole, and long ones between blank lines, are read once
 * more, those that begin in one range by one task; what it writes of each stands behind its
 * range's.
 */
public final class CorpusFiltering {
  /** Sources that are told apart: those with the most bytes. */
  static final int MOST_SOURCES = 100;

  /** Ranges of a task, where there are many: what it did is lost if it fails. */
  private static final int MOST_RANGES = 16;

  private CorpusFiltering() {}

  /**
   * What a corpus came to.
   *
   * @param total of what was read, and what was bad
   * @param counts of what every rule did
   * @param examples of each rule
   * @param files that were written
   * @param rereadDocuments that no range holds whole, or that are long and stand between blank
   *     lines
   */
  public record Result(
      RangeSummary total,
      FilterCounts counts,
      Examples examples,
      List<FileEntry> files,
      long rereadDocuments) {}

  /**
   * Reads a corpus once.
   *
   * @param folder of the artifact that is written
   * @param tasks that read, at most; 0 for as many as suit the cluster
   * @throws org.seqlm.UserException with exit code 3 if more is bad than the limits allow
   */
  public static Result filter(
      JavaSparkContext spark,
      CorpusPlan listed,
      CorpusSource source,
      FilterSettings settings,
      String folder,
      int tasks,
      Progress progress) {
    Broadcast<SharedSettings> conf =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    CorpusPlan plan = PackedParts.found(spark, listed, source, conf, progress);
    Broadcast<long[][]> before = spark.broadcast(RecordPlaces.before(spark.sc(), plan, conf));
    FilterSettings.Task task =
        new FilterSettings.Task(settings, folder, source.textField(), sources(plan));
    int rules = FilterChain.of(settings.filters()).rules().size();
    int examples = settings.examples();
    FilteredPart all;
    List<LeftOfRange> left;
    try (TaskProgress stage =
        TaskProgress.start(spark, progress, "filter", plan.bytes(), "bytes", "documents")) {
      all =
          together(
              new Ranges(spark.sc(), plan, conf, source, task, before, stage.done(), stage.more())
                  .toJavaRDD()
                  .coalesce(tasks > 0 ? tasks : tasks(spark, plan.ranges().size())),
              rules,
              examples);
      all.ranges.sort(Comparator.comparingInt(range -> range.index));
      left = left(plan, all.ranges, before.value());
      if (!left.isEmpty()) {
        all.add(left(spark, source, task, left, conf, rules, examples));
      }
    } finally {
      before.destroy();
    }
    long reread = left.stream().mapToLong(range -> range.documents().size()).sum();
    List<RangeSummary> summaries = all.ranges.stream().map(range -> range.summary).toList();
    RangeSummary total = RangeSummary.sum(summaries);
    BadRecords.check(source, summaries, total);
    BadRecords.tell(progress, total);
    List<FileEntry> files = new ArrayList<>(all.files);
    files.sort(Comparator.comparing(FileEntry::path));
    return new Result(total, all.counts, all.examples, files, reread);
  }

  private static int tasks(JavaSparkContext spark, int ranges) {
    return Math.max(4 * spark.defaultParallelism(), ranges / MOST_RANGES + 1);
  }

  /** Those with the most bytes; of equals the first names. */
  private static Set<String> sources(CorpusPlan plan) {
    Map<String, Long> bytes = new HashMap<>();
    for (CorpusRange range : plan.ranges()) {
      for (CorpusRange.Piece piece : range.pieces()) {
        String source = DocumentFields.source(piece.file());
        if (source != null) {
          bytes.merge(source, piece.to() - piece.from(), Long::sum);
        }
      }
    }
    return bytes.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(MOST_SOURCES)
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The sum of all, in the cluster: the driver gets the result only. */
  private static FilteredPart together(JavaRDD<FilteredPart> parts, int rules, int examples) {
    return Shuffles.inTree(parts, new FilteredPart(rules, examples), FilteredPart::plus);
  }

  /**
   * A document that is left.
   *
   * @param number among those of the range in which it begins, from 1
   * @param record its first, from 1
   * @param pieces that hold some of it
   * @param before records of its file before each piece
   */
  record Left(int number, long record, List<CorpusRange.Piece> pieces, List<Long> before)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** Those that begin in a range, in their order: one task reads them. */
  record LeftOfRange(int range, List<Left> documents) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  static List<LeftOfRange> left(CorpusPlan plan, List<OfRange> ranges, long[][] before) {
    List<LeftOfRange> all = new ArrayList<>();
    boolean open = false;
    for (int r = 0; r < ranges.size(); r++) {
      OfRange range = ranges.get(r);
      List<Left> left = new ArrayList<>();
      if (range.head != null && !open) {
        // Its beginning was left out: a bad record.
        int last = last(ranges, r, range.headGoesOn);
        left.add(left(plan, r, last, 1, range.head, before));
        open = true;
      }
      open &= range.headGoesOn;
      for (LeftDocument document : range.left) {
        boolean goesOn = range.open && document == range.left.get(range.left.size() - 1);
        int last = last(ranges, r, goesOn);
        left.add(left(plan, r, last, left.size() + 1, document, before));
      }
      open |= range.open;
      if (!left.isEmpty()) {
        all.add(new LeftOfRange(r, left));
      }
    }
    return all;
  }

  /** The last range that has some of a document: no task is sent what is behind it. */
  private static int last(List<OfRange> ranges, int first, boolean goesOn) {
    int last = first;
    boolean more = goesOn;
    while (more && last + 1 < ranges.size()) {
      more = ranges.get(++last).headGoesOn;
    }
    return last;
  }

  private static Left left(
      CorpusPlan plan, int first, int last, int number, LeftDocument document, long[][] before) {
    List<CorpusRange.Piece> pieces = new ArrayList<>();
    List<Long> records = new ArrayList<>();
    for (int r = first; r <= last; r++) {
      List<CorpusRange.Piece> all = plan.ranges().get(r).pieces();
      for (int i = 0; i < all.size(); i++) {
        if (all.get(i).file().path().equals(document.path())) {
          pieces.add(all.get(i));
          records.add(before[r][i]);
        }
      }
    }
    return new Left(number, document.record(), pieces, records);
  }

  private static FilteredPart left(
      JavaSparkContext spark,
      CorpusSource source,
      FilterSettings.Task task,
      List<LeftOfRange> left,
      Broadcast<SharedSettings> conf,
      int rules,
      int examples) {
    // Records cross the wire in a closure only.
    LeftOfRange[] all = left.toArray(LeftOfRange[]::new);
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < all.length; i++) {
      numbers.add(i);
    }
    return together(
        spark
            .parallelize(numbers, Math.min(all.length, 1 << 12))
            .map(number -> read(conf.value().value(), source, task, all[number], rules, examples)),
        rules,
        examples);
  }

  private static FilteredPart read(
      Configuration conf,
      CorpusSource source,
      FilterSettings.Task task,
      LeftOfRange left,
      int rules,
      int examples)
      throws IOException {
    FilterChain chain = FilterChain.of(task.settings().filters());
    FilteredPart all = new FilteredPart(rules, examples);
    for (Left document : left.documents()) {
      all.add(read(conf, source, task, chain, left.range(), document));
    }
    return all;
  }

  private static FilteredPart read(
      Configuration conf,
      CorpusSource source,
      FilterSettings.Task task,
      FilterChain chain,
      int range,
      Left left)
      throws IOException {
    TaskContext context = TaskContext.get();
    try (PartFiltering filtering =
        new PartFiltering(conf, task, chain, range, left.number(), context.taskAttemptId())) {
      LeftReader reader = new LeftReader(filtering, left.record(), context);
      for (int i = 0; i < left.pieces().size() && !reader.ended(); i++) {
        RangeLines.read(
            conf,
            source,
            new CorpusRange(0, List.of(left.pieces().get(i))),
            new long[] {left.before().get(i)},
            reader,
            n -> {});
      }
      reader.finish();
      filtering.keep();
      return filtering.part();
    }
  }

  private static final class Ranges extends RangesRdd<FilteredPart> {
    private static final long serialVersionUID = 1L;

    private final CorpusSource source;
    private final FilterSettings.Task task;
    private final Broadcast<long[][]> before;
    private final LongAccumulator bytes;
    private final LongAccumulator documents;

    Ranges(
        SparkContext spark,
        CorpusPlan plan,
        Broadcast<SharedSettings> conf,
        CorpusSource source,
        FilterSettings.Task task,
        Broadcast<long[][]> before,
        LongAccumulator bytes,
        LongAccumulator documents) {
      super(spark, plan, conf);
      this.source = source;
      this.task = task;
      this.before = before;
      this.bytes = bytes;
      this.documents = documents;
    }

    @Override
    public Iterator<FilteredPart> compute(
        Configuration conf, CorpusRange range, TaskContext context) {
      FilterChain chain = FilterChain.of(task.settings().filters());
      try (PartFiltering filtering =
          new PartFiltering(conf, task, chain, range.index(), 0, context.taskAttemptId())) {
        OfRange read = new OfRange();
        read.index = range.index();
        filtering.part().ranges.add(read);
        read.summary =
            RangeLines.read(
                conf,
                source,
                range,
                before.value()[range.index()],
                new RangeFilter(filtering, range, read, context),
                n -> bytes.add(n));
        filtering.keep();
        documents.add(read.summary.documents());
        return List.of(filtering.part()).iterator();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
