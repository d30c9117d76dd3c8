package org.seqlm.spark.duplicates;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.Progress;
import org.seqlm.analysis.AnalysisWriter;
import org.seqlm.corpus.BadRecords;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.corpus.filtered.PartPlace;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.duplicates.DuplicateSettings;
import org.seqlm.duplicates.DuplicateSettings.Find;
import org.seqlm.spark.task.TaskProgress;

/**
 * What of a text stands in it more than once. The text is read once for its documents, once more
 * for those that may be alike, once more for those that are most like another than the kept one,
 * once for its lines and twice for its spans, whichever are asked for, and once to write what is
 * kept. Nothing that grows with the text is on the driver, and a task holds one document at a time.
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
    paths =
        text.spark()
            .broadcast(
                Stream.concat(text.known().files().stream(), files.stream().map(CorpusFile::path))
                    .toArray(String[]::new));
  }

  /**
   * Looks for them.
   *
   * @param known documents that come before the text, with their lines; spans are of the text alone
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
    try {
      return of(text, source, settings, partitions, progress);
    } catch (Exception e) { // Spark throws its own unsaid
      text.close();
      throw e;
    }
  }

  private static FoundDuplicates of(
      TextPasses text,
      CorpusSource source,
      DuplicateSettings settings,
      int partitions,
      Progress progress) {
    JavaSparkContext spark = text.spark();
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
      found.add(AlikeDocuments.of(text, documents, settings, parts));
    }
    DocumentsLeft left =
        new DocumentsLeft(
            text,
            found.isEmpty()
                ? null
                : SortedRows.by(found.get(0), 1, SortedRows.BY_RANGE, text.ranges()));
    JavaRDD<long[]> lines = null;
    if (settings.finds(Find.EXACT_LINES)) {
      int known = text.known().parts();
      JavaRDD<long[]> sorted = EqualLines.sorted(left, text.knownLines(), settings, parts);
      found.add(EqualLines.later(sorted, known, settings));
      lines = EqualLines.own(sorted, known);
    }
    if (settings.finds(Find.SPANS)) {
      found.add(RepeatedSpans.of(text, left, settings, parts));
    }
    JavaRDD<long[]> all = found.get(0);
    for (JavaRDD<long[]> more : found.subList(1, found.size())) {
      all = all.union(more);
    }
    JavaRDD<long[]> rows = text.hold(Places.of(all, documents, text.ranges()));
    progress.update(rows.count(), "");
    text.releaseBut(List.of(documents.held(), rows));
    return new FoundDuplicates(text, documents, rows, lines, total, settings);
  }

  /** What was read. */
  public RangeSummary total() {
    return total;
  }

  /** The shares of the sources, by their names. */
  public List<SourceShare> shares() {
    return SourceSums.of(text, documents, rows);
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
   * @param keptSimilarity of it and the one that is kept of its group
   */
  public record Alike(
      String path,
      long record,
      String ofPath,
      long ofRecord,
      double similarity,
      double keptSimilarity) {}

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
                        Double.longBitsToDouble(row[Found.SIMILARITY]),
                        Double.longBitsToDouble(row[Found.KEPT_SIMILARITY]))));
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
   * @param lessAlike documents that are less like the one that is kept of their group than the
   *     threshold
   */
  public record Written(long rows, long groups, long lessAlike) {}

  /** Writes what is there twice, and groups of documents, as tables of an analysis. */
  public Written write(AnalysisWriter analysis) throws IOException {
    long bits = Double.doubleToLongBits(settings.threshold());
    long lessAlike =
        rows.filter(row -> DuplicateTables.isDocument(row) && row[Found.KEPT_SIMILARITY] < bits)
            .count();
    return new Written(
        DuplicateTables.writeDuplicates(analysis, text, rows, paths),
        DuplicateTables.writeGroups(analysis, text, rows, paths),
        lessAlike);
  }

  /**
   * Writes the text without what stands in it twice, into {@code text/} of an analysis: of text a
   * file for each file, or part of one, that holds what is left of it; of records a file a range.
   *
   * @return files that were written
   */
  public long remove(AnalysisWriter analysis) {
    return KeptText.write(analysis, text, rows);
  }

  /**
   * Keeps the sketches of the documents that are no duplicates, for analyses of later text: 8 bytes
   * a shingle and some more.
   */
  public void keepSketches(AnalysisWriter analysis) throws IOException {
    KeptSketches.write(analysis, text, rows, settings);
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
    paths.destroy();
    text.close();
  }
}
