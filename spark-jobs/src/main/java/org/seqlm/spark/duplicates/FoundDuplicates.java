package org.seqlm.spark.duplicates;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.seqlm.Progress;
import org.seqlm.analysis.AnalysisWriter;
import org.seqlm.analysis.TableFormat;
import org.seqlm.analysis.TableSchema;
import org.seqlm.analysis.TableWriter;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.BadRecords;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.corpus.filtered.KeptFiles;
import org.seqlm.corpus.filtered.PartPlace;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentFields;
import org.seqlm.duplicates.DuplicateSettings;
import org.seqlm.duplicates.DuplicateSettings.Find;
import org.seqlm.duplicates.SketchIndex;
import org.seqlm.spark.task.TaskProgress;
import org.seqlm.store.FileEntry;
import org.seqlm.store.HashedFile;
import org.seqlm.store.Paths;
import scala.Tuple2;

/**
 * What of a text stands in it more than once. The text is read once for its documents, once more
 * for those that may be alike, once for its lines and twice for its spans, whichever are asked for,
 * and once to write what is kept. Nothing that grows with the text is on the driver, and a task
 * holds one document at a time.
 */
public final class FoundDuplicates implements AutoCloseable {
  /** The folder of kept text, below that of an analysis' files. */
  public static final String TEXT = PartPlace.KEPT;

  private final TextPasses text;
  private final DocumentPass documents;
  private final JavaRDD<long[]> rows;
  private final JavaRDD<long[]> lines; // null where they are not asked for
  private final RangeSummary total;
  private final List<CorpusFile> files;
  private final int firstFile; // the number of the text's first one, behind known ones
  private final Broadcast<String[]> paths;
  private final DuplicateSettings settings;

  private FoundDuplicates(
      TextPasses text,
      DocumentPass documents,
      JavaRDD<long[]> rows,
      JavaRDD<long[]> lines,
      RangeSummary total,
      DuplicateSettings settings) {
    this.text = text;
    this.documents = documents;
    this.rows = rows;
    this.lines = lines;
    this.total = total;
    this.settings = settings;
    files = text.files();
    firstFile = text.known().files().size();
    paths =
        text.spark()
            .broadcast(
                Stream.concat(text.known().files().stream(), files.stream().map(CorpusFile::path))
                    .toArray(String[]::new));
  }

  /**
   * Looks for them.
   *
   * @param known documents that come before the text; lines and spans are of the text alone
   * @param partitions of what is sorted; 0 for as many as suit the text and the cluster
   * @throws org.seqlm.UserException with exit code 3 if more is bad than the limits allow
   */
  public static FoundDuplicates of(
      JavaSparkContext spark,
      CorpusPlan listed,
      CorpusSource source,
      DuplicateSettings settings,
      KnownDocuments known,
      int partitions,
      Progress progress) {
    TextPasses text = TextPasses.of(spark, listed, source, known, progress);
    int parts = partitions > 0 ? partitions : Math.max(spark.defaultParallelism(), text.ranges());
    DocumentPass documents;
    try (TaskProgress stage =
        TaskProgress.start(spark, progress, "read", text.plan().bytes(), "bytes", "")) {
      documents = DocumentPass.read(text, settings, stage.done());
    }
    RangeSummary total = RangeSummary.sum(documents.summaries());
    BadRecords.check(source, documents.summaries(), total);
    BadRecords.tell(progress, total);
    progress.stage("compare", 0, "duplicates");
    List<JavaRDD<long[]>> found = new ArrayList<>();
    if (settings.findsDocuments()) {
      found.add(
          AlikeDocuments.of(text, documents, settings, parts).persist(StorageLevel.DISK_ONLY()));
    }
    DocumentsLeft left =
        new DocumentsLeft(
            text,
            found.isEmpty()
                ? null
                : SortedRows.by(found.get(0), 1, SortedRows.BY_RANGE, text.ranges()));
    JavaRDD<long[]> lines = null;
    if (settings.finds(Find.EXACT_LINES)) {
      lines = EqualLines.sorted(left, settings, parts);
      found.add(EqualLines.later(lines, settings));
    }
    if (settings.finds(Find.SPANS)) {
      found.add(RepeatedSpans.of(text, left, settings, parts));
    }
    JavaRDD<long[]> all = found.get(0);
    for (JavaRDD<long[]> more : found.subList(1, found.size())) {
      all = all.union(more);
    }
    JavaRDD<long[]> rows =
        Places.of(all, documents, text.ranges()).persist(StorageLevel.DISK_ONLY());
    progress.update(rows.count(), "");
    return new FoundDuplicates(text, documents, rows, lines, total, settings);
  }

  /** What was read. */
  public RangeSummary total() {
    return total;
  }

  /** The shares of the sources, by their names. */
  public List<SourceShare> shares() {
    TreeSet<String> names = new TreeSet<>();
    files.forEach(file -> names.add(source(file)));
    List<String> sources = List.copyOf(names);
    int[] of =
        IntStream.concat(
                IntStream.generate(() -> -1).limit(firstFile),
                files.stream().mapToInt(file -> sources.indexOf(source(file))))
            .toArray();
    Broadcast<int[]> sourceOf = text.spark().broadcast(of);
    Map<Integer, long[]> sums = new TreeMap<>();
    JavaRDD<Tuple2<Integer, long[]>> documentSums =
        documents
            .ownRows()
            .mapPartitions(
                part ->
                    sums(
                        part,
                        DocumentPass.FILE,
                        sourceOf.value(),
                        (row, sum) -> {
                          sum[0]++;
                          sum[1] += row[DocumentPass.BYTES];
                          sum[2] += row[DocumentPass.LINES];
                          sum[3] += row[DocumentPass.WORDS];
                        }));
    JavaRDD<Tuple2<Integer, long[]>> foundSums =
        rows.mapPartitions(
            part -> sums(part, DuplicateRow.FILE, sourceOf.value(), new FoundSums()));
    documentSums
        .union(foundSums)
        .mapToPair(sum -> sum)
        .reduceByKey(FoundDuplicates::plus)
        .collect()
        .forEach(sum -> sums.put(sum._1(), sum._2()));
    sourceOf.destroy();
    List<SourceShare> shares = new ArrayList<>();
    sums.forEach(
        (number, s) ->
            shares.add(
                new SourceShare(
                    sources.get(number), s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8])));
    return shares;
  }

  private static String source(CorpusFile file) {
    String source = DocumentFields.source(file);
    return source == null ? "" : source;
  }

  private static long[] plus(long[] one, long[] other) {
    long[] sum = one.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += other[i];
    }
    return sum;
  }

  /** Adds a row to the sums of its source. */
  private interface Adding {
    void add(long[] row, long[] sum);
  }

  private static Iterator<Tuple2<Integer, long[]>> sums(
      Iterator<long[]> rows, int file, int[] sourceOf, Adding adding) {
    Map<Integer, long[]> sums = new HashMap<>();
    while (rows.hasNext()) {
      long[] row = rows.next();
      adding.add(row, sums.computeIfAbsent(sourceOf[(int) row[file]], source -> new long[9]));
    }
    List<Tuple2<Integer, long[]>> pairs = new ArrayList<>();
    sums.forEach((source, sum) -> pairs.add(new Tuple2<>(source, sum)));
    return pairs.iterator();
  }

  /** Words that stand in two spans count once: the spans of a document rise. */
  private static final class FoundSums implements Adding {
    private long document = -1;
    private long end;

    @Override
    public void add(long[] row, long[] sum) {
      switch (Found.Kind.values()[(int) row[Found.KIND]]) {
        case EXACT_DOCUMENT -> {
          sum[4]++;
          sum[6] += row[DuplicateRow.BYTES];
        }
        case NEAR_DOCUMENT -> {
          sum[5]++;
          sum[6] += row[DuplicateRow.BYTES];
        }
        case LINE -> sum[7]++;
        case SPAN -> {
          long from = row[Found.AT];
          long to = from + row[Found.SIZE];
          if (row[Found.DOCUMENT] == document) {
            from = Math.max(from, end);
          }
          document = row[Found.DOCUMENT];
          sum[8] += Math.max(0, to - from);
          end = Math.max(from, to);
        }
      }
    }
  }

  /** Bytes of the text of all documents. */
  public long bytes() {
    return shares().stream().mapToLong(SourceShare::bytes).sum();
  }

  /**
   * A document that is like another, in the order of the text.
   *
   * @param path of its file
   * @param record its first, from 1
   * @param ofPath the file of the other
   * @param ofRecord its first record
   * @param similarity of both, Jaccard's
   */
  public record Alike(String path, long record, String ofPath, long ofRecord, double similarity) {}

  /** Hands on all documents that are like another, a part of them at a time. */
  public void documents(Consumer<Alike> each) {
    String[] names = paths.value();
    rows.filter(DuplicateTables::isDocument)
        .toLocalIterator()
        .forEachRemaining(
            row ->
                each.accept(
                    new Alike(
                        names[(int) row[DuplicateRow.FILE]],
                        row[DuplicateRow.RECORD],
                        names[(int) row[DuplicateRow.OF_FILE]],
                        row[DuplicateRow.OF_RECORD],
                        Double.longBitsToDouble(row[Found.SIMILARITY]))));
  }

  /**
   * A line that stands often.
   *
   * @param times how often
   * @param documents in how many
   * @param text of it, its first 400 bytes at most
   */
  public record FrequentLine(long times, long documents, String text) {}

  /**
   * The most frequent lines.
   *
   * @param times that one stands at least
   * @param inDocuments that it stands in at least
   * @param most how many are wanted
   * @return none where lines were not asked for
   */
  public List<FrequentLine> frequentLines(long times, long inDocuments, int most) {
    return lines == null
        ? List.of()
        : FrequentLines.of(text, EqualLines.frequent(lines, times, inDocuments), most);
  }

  /**
   * What was written.
   *
   * @param rows of duplicates
   * @param groups of documents
   */
  public record Written(long rows, long groups) {}

  /** Writes what is there twice, and groups of documents, as tables of an analysis. */
  public Written write(AnalysisWriter analysis) throws IOException {
    long duplicates = write(analysis, DuplicateTables.DUPLICATES, rows, DuplicateTables::duplicate);
    JavaRDD<long[]> grouped =
        SortedRows.by(
                rows.filter(DuplicateTables::isDocument)
                    .map(
                        row ->
                            new long[] {
                              row[Found.KEPT],
                              row[DuplicateRow.KEPT_FILE],
                              row[DuplicateRow.KEPT_RECORD],
                              row[DuplicateRow.KEPT_BYTES],
                              row[DuplicateRow.BYTES]
                            }),
                1,
                SortedRows.BY_RANGE,
                text.ranges())
            .mapPartitions(Groups::new);
    return new Written(
        duplicates, write(analysis, DuplicateTables.GROUPS, grouped, DuplicateTables::group));
  }

  /** Rows (kept, file, record, documents, bytes). */
  private static final class Groups implements Iterator<long[]> {
    private final Iterator<long[]> members;
    private long[] next;

    Groups(Iterator<long[]> members) {
      this.members = members;
      next = members.hasNext() ? members.next() : null;
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public long[] next() {
      long[] group = {next[0], next[1], next[2], 1, next[3]};
      while (next != null && next[0] == group[0]) {
        group[3]++;
        group[4] += next[4];
        next = members.hasNext() ? members.next() : null;
      }
      return group;
    }
  }

  /** Makes a row of a table. */
  private interface ToTable extends java.io.Serializable {
    Object[] row(long[] row, String[] paths);
  }

  private long write(
      AnalysisWriter analysis, TableSchema schema, JavaRDD<long[]> table, ToTable toTable)
      throws IOException {
    String folder = analysis.folder().toString();
    List<TableFormat> formats = List.copyOf(analysis.formats());
    Broadcast<String[]> of = paths;
    TextPasses passes = text;
    List<Tuple2<Long, FileEntry[]>> parts =
        table
            .mapPartitionsWithIndex(
                (index, part) -> {
                  if (!part.hasNext()) {
                    return List.<Tuple2<Long, FileEntry[]>>of().iterator();
                  }
                  Path to = new Path(folder);
                  FileSystem fs = Paths.plain(to, passes.settings());
                  try (TableWriter writer =
                      TableWriter.open(
                          fs, to, schema, index, TaskContext.get().taskAttemptId(), formats)) {
                    while (part.hasNext()) {
                      writer.row(toTable.row(part.next(), of.value()));
                    }
                    FileEntry[] entries = writer.keep().toArray(FileEntry[]::new);
                    return List.of(new Tuple2<>(writer.rows(), entries)).iterator();
                  }
                },
                false)
            .collect();
    List<FileEntry> entries = new ArrayList<>();
    long count = 0;
    for (Tuple2<Long, FileEntry[]> part : parts) {
      count += part._1();
      entries.addAll(Arrays.asList(part._2()));
    }
    String[] all = paths.value();
    List<Object[]> first = new ArrayList<>();
    table
        .take(org.seqlm.analysis.AnalysisDetails.MOST_SHOWN)
        .forEach(row -> first.add(toTable.row(row, all)));
    analysis.add(schema, entries, count, DuplicateTables.shown(first));
    return count;
  }

  /**
   * Writes the text without what stands in it twice, into {@code text/} of an analysis: of text a
   * file for each file, or part of one, that holds what is left of it; of records a file a range.
   *
   * @return files that were written
   */
  public long remove(AnalysisWriter analysis) {
    String folder = analysis.folder().toString();
    TextPasses passes = text;
    List<FileEntry[]> written =
        passes
            .<FileEntry[]>asked(
                rows,
                (range, found, task) -> {
                  Path to = new Path(folder);
                  PartPlace place =
                      new PartPlace(
                          Paths.plain(to, passes.settings()),
                          to,
                          range.index(),
                          0,
                          task.taskAttemptId());
                  try (KeptText kept =
                      new KeptText(new KeptFiles(place, passes.textField()), found)) {
                    passes.read(range, kept, task, n -> {});
                    return List.<FileEntry[]>of(kept.keep().toArray(FileEntry[]::new)).iterator();
                  }
                })
            .collect();
    long count = 0;
    for (FileEntry[] entries : written) {
      for (FileEntry entry : entries) {
        analysis.add(entry);
        count++;
      }
    }
    return count;
  }

  /**
   * Keeps the sketches of the documents that are no duplicates, for analyses of later text: 8 bytes
   * a shingle and some more.
   */
  public void keepSketches(AnalysisWriter analysis) throws IOException {
    String folder = analysis.folder().toString();
    TextPasses passes = text;
    DuplicateSettings by = settings;
    int first = firstFile;
    List<FileEntry[]> written =
        passes
            .<FileEntry[]>asked(
                rows.filter(DuplicateTables::isDocument),
                (range, duplicates, task) -> {
                  FileEntry entry =
                      KeptSketches.write(
                          new Path(folder), passes, range, duplicates, by, first, task);
                  return List.<FileEntry[]>of(new FileEntry[] {entry}).iterator();
                })
            .collect();
    for (FileEntry[] entries : written) {
      for (FileEntry entry : entries) {
        analysis.add(entry);
      }
    }
    SketchIndex index = SketchIndex.of(settings, files.stream().map(CorpusFile::path).toList());
    FileSystem fs = Paths.plain(analysis.folder(), text.settings());
    analysis.add(
        HashedFile.write(
            fs,
            analysis.folder(),
            KnownDocuments.INDEX,
            0,
            out -> out.write(Json.mapper().writeValueAsBytes(index))));
  }

  /** The files by their numbers. */
  List<CorpusFile> files() {
    return files;
  }

  /** The rows themselves, in the order of the text. */
  JavaRDD<long[]> rows() {
    return rows;
  }

  /** Gives back what the cluster holds. */
  @Override
  public void close() {
    rows.unpersist(false);
    documents.close();
    paths.destroy();
    text.close();
  }
}
