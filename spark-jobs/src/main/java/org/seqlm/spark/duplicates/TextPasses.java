package org.seqlm.spark.duplicates;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.seqlm.Progress;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.spark.corpus.PackedParts;
import org.seqlm.spark.corpus.RangesRdd;
import org.seqlm.spark.corpus.RecordPlaces;
import org.seqlm.spark.io.SharedSettings;

/** A text that is read more than once, a task a range, each time beside what is asked of it. */
final class TextPasses implements Serializable {
  private static final long serialVersionUID = 1L;

  private final transient JavaSparkContext spark;
  private final transient CorpusPlan plan;
  private final CorpusSource source;
  private final KnownDocuments known;
  private final Broadcast<SharedSettings> conf;
  private final Broadcast<long[][]> before; // (range; piece): records of its file before it
  private final Broadcast<long[][]> files; // (range; piece): the number of its file
  private final transient List<JavaRDD<?>> held = new ArrayList<>();

  private TextPasses(
      JavaSparkContext spark,
      CorpusPlan plan,
      CorpusSource source,
      KnownDocuments known,
      Broadcast<SharedSettings> conf,
      long[][] before,
      long[][] files) {
    this.spark = spark;
    this.plan = plan;
    this.source = source;
    this.known = known;
    this.conf = conf;
    this.before = spark.broadcast(before);
    this.files = spark.broadcast(files);
  }

  /** Finds where the records of a text are. */
  static TextPasses of(
      JavaSparkContext spark,
      CorpusPlan listed,
      CorpusSource source,
      KnownDocuments known,
      Progress progress) {
    Broadcast<SharedSettings> conf =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    CorpusPlan cut = PackedParts.found(spark, listed, source, conf, progress);
    long[][] ofCut = RecordPlaces.before(spark.sc(), cut, conf);
    CorpusPlan plan = cut.wholeDocuments();
    Map<String, Integer> numbers = new HashMap<>();
    long[][] before = new long[ofCut.length][];
    long[][] files = new long[ofCut.length][];
    for (int r = 0; r < before.length; r++) {
      List<CorpusRange.Piece> were = cut.ranges().get(r).pieces();
      List<CorpusRange.Piece> pieces = plan.ranges().get(r).pieces();
      before[r] = new long[pieces.size()];
      files[r] = new long[pieces.size()];
      for (int i = 0; i < pieces.size(); i++) {
        CorpusRange.Piece piece = pieces.get(i);
        files[r][i] =
            known.files().size()
                + numbers.computeIfAbsent(piece.file().path(), path -> numbers.size());
        for (int w = 0; w < were.size(); w++) {
          if (were.get(w).from() == piece.from() && were.get(w).file() == piece.file()) {
            before[r][i] = ofCut[r][w];
          }
        }
      }
    }
    return new TextPasses(spark, plan, source, known, conf, before, files);
  }

  JavaSparkContext spark() {
    return spark;
  }

  CorpusPlan plan() {
    return plan;
  }

  /** The field of records that has their text. */
  String textField() {
    return source.textField();
  }

  Configuration settings() {
    return conf.value().value();
  }

  /** How many ranges there are, parts of known documents among them, which come first. */
  int ranges() {
    return known.parts() + plan.ranges().size();
  }

  /** The documents that come before those of the text. */
  KnownDocuments known() {
    return known;
  }

  /** The rows of their lines; null where there are none. */
  JavaRDD<long[]> knownLines() {
    return known.parts() == 0 ? null : known.lines(spark, conf);
  }

  /** Their rows. */
  JavaRDD<long[]> knownRows() {
    return known.rows(spark, conf);
  }

  /** The files of the text by their numbers. */
  List<CorpusFile> files() {
    return plan.ranges().stream()
        .flatMap(range -> range.pieces().stream())
        .map(CorpusRange.Piece::file)
        .distinct()
        .toList();
  }

  /** Reads a range in a task. */
  RangeSummary read(
      CorpusRange range,
      TextReading.Sink sink,
      TaskContext context,
      java.util.function.LongConsumer bytes)
      throws IOException {
    return TextReading.read(
        conf.value().value(),
        source,
        range,
        known.parts(),
        before.value()[range.index()],
        files.value()[range.index()],
        sink,
        context,
        bytes);
  }

  /** Makes rows of a range. */
  interface Use<T> extends Serializable {
    Iterator<T> use(CorpusRange range, TaskContext context) throws IOException;
  }

  /** Makes rows of a range and of what is asked of it. */
  interface Answer<T> extends Serializable {
    Iterator<T> answer(CorpusRange range, Iterator<long[]> asked, TaskContext context)
        throws IOException;
  }

  /** Makes rows of all ranges. */
  <T> JavaRDD<T> each(Use<T> use) {
    return new Each<>(spark.sc(), plan, conf, use).toJavaRDD();
  }

  /** Makes rows of a part of known documents and of what is asked of it. */
  interface KnownAnswer<T> extends Serializable {
    Iterator<T> answer(int part, Iterator<long[]> asked, TaskContext context) throws IOException;
  }

  /**
   * The same of ranges of which something is asked; nothing of known documents.
   *
   * @param asked sorted by range, a partition each
   */
  <T> JavaRDD<T> asked(JavaRDD<long[]> asked, Answer<T> answer) {
    return asked(asked, answer, (part, rows, task) -> Collections.emptyIterator());
  }

  /** The same of ranges and known documents. */
  <T> JavaRDD<T> asked(JavaRDD<long[]> asked, Answer<T> answer, KnownAnswer<T> ofKnown) {
    int parts = known.parts();
    JavaRDD<CorpusRange> all =
        new Each<>(
                spark.sc(),
                plan,
                conf,
                (range, task) -> Collections.singletonList(range).iterator())
            .toJavaRDD();
    if (parts > 0) {
      // A range without pieces stands for each part: records do not cross the wire.
      all =
          spark
              .parallelize(new ArrayList<>(Collections.nCopies(parts, 0)), parts)
              .map(zero -> new CorpusRange(zero, List.of()))
              .union(all);
    }
    return all.zipPartitions(
        asked,
        (ranges, rows) -> {
          TaskContext task = TaskContext.get();
          CorpusRange range = ranges.next();
          return task.partitionId() < parts
              ? ofKnown.answer(task.partitionId(), rows, task)
              : answer.answer(range, rows, task);
        });
  }

  /** Keeps rows on the executors' disks until they are released. */
  <T> JavaRDD<T> hold(JavaRDD<T> rows) {
    JavaRDD<T> kept = rows.persist(StorageLevel.DISK_ONLY());
    held.add(kept);
    return kept;
  }

  /** Gives back all rows that are held but for some: what was made of the others was kept. */
  void releaseBut(List<JavaRDD<?>> wanted) {
    for (JavaRDD<?> rows : List.copyOf(held)) {
      if (!wanted.contains(rows)) {
        rows.unpersist(false);
        held.remove(rows);
      }
    }
  }

  /** Gives back what the cluster holds of it. */
  void close() {
    releaseBut(List.of());
    before.destroy();
    files.destroy();
    conf.destroy();
  }

  private static final class Each<T> extends RangesRdd<T> {
    private static final long serialVersionUID = 1L;

    private final Use<T> use;

    Each(SparkContext spark, CorpusPlan plan, Broadcast<SharedSettings> conf, Use<T> use) {
      super(spark, plan, conf);
      this.use = use;
    }

    @Override
    public Iterator<T> compute(Configuration conf, CorpusRange range, TaskContext context) {
      try {
        return use.use(range, context);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
