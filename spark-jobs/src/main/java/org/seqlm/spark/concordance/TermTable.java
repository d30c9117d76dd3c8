package org.seqlm.spark.concordance;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.Partitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.TaskCompletionListener;
import org.seqlm.Progress;
import org.seqlm.analysis.AnalysisDetails;
import org.seqlm.analysis.Column;
import org.seqlm.analysis.TableFormat;
import org.seqlm.analysis.TableSchema;
import org.seqlm.analysis.TableWriter;
import org.seqlm.concordance.DamagedIndexException;
import org.seqlm.concordance.Index;
import org.seqlm.concordance.TermCount;
import org.seqlm.concordance.TermMeasures;
import org.seqlm.concordance.TermMerge;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.task.TaskProgress;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Paths;
import scala.Tuple2;

/**
 * The table of all words of an index: files of the index give their words, sorted by bytes; a
 * shuffle by word adds up what they have; another sorts rows by falling count, then by code points,
 * cut where counts double, so that which file a row is in depends on the text alone.
 */
public final class TermTable {
  /** Its columns. */
  public static final TableSchema SCHEMA =
      TableSchema.of(
          "terms",
          "Words by their frequency",
          Column.text("term", "Word"),
          Column.whole("count", "Occurrences"),
          Column.real("per_million", "Per million words"),
          Column.whole("documents", "Documents"),
          Column.real("idf", "idf"),
          Column.real("tf_idf", "tf-idf"));

  private static final int PARTS = 32;

  private TermTable() {}

  /**
   * What was written.
   *
   * @param shown the first rows
   */
  public record Result(List<FileEntry> files, long rows, List<List<Object>> shown) {}

  /**
   * Writes it.
   *
   * @param measures of all of the text
   * @param minCount occurrences of a word that is in it
   * @param minDocuments documents that have it
   * @param folder of the artifact's files
   */
  public static Result write(
      JavaSparkContext spark,
      IndexArtifact.Handle index,
      TermMeasures measures,
      long minCount,
      long minDocuments,
      Path folder,
      List<TableFormat> formats,
      Progress progress) {
    Broadcast<SharedSettings> conf =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    int parts = index.parts().size();
    List<Integer> numbers = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      numbers.add(part);
    }
    String target = folder.toString();
    try (TaskProgress stage =
        TaskProgress.start(spark, progress, "count words", parts, "files", "")) {
      LongAccumulator done = stage.done();
      List<WrittenTerms> written =
          new ArrayList<>(
              spark
                  .parallelize(numbers, Math.max(1, parts))
                  .mapPartitionsToPair(mine -> terms(mine, index, conf.value().value(), done))
                  .groupByKey(Math.max(parts, spark.defaultParallelism()))
                  .mapToPair(term -> new Tuple2<>(term._1(), sum(term._2())))
                  .filter(term -> term._2()[0] >= minCount && term._2()[1] >= minDocuments)
                  .mapToPair(
                      term -> new Tuple2<>(new Tuple2<>(term._2()[0], term._1()), term._2()[1]))
                  .repartitionAndSortWithinPartitions(new ByDoublings(), new ByCount())
                  .mapPartitionsWithIndex(
                      (part, rows) ->
                          List.of(
                                  write(
                                      part,
                                      rows,
                                      measures,
                                      conf.value().value(),
                                      new Path(target),
                                      formats))
                              .iterator(),
                      true)
                  .collect());
      written.sort(Comparator.comparingInt(part -> part.part));
      return result(written, measures);
    }
  }

  private static Result result(List<WrittenTerms> written, TermMeasures measures) {
    List<FileEntry> files = new ArrayList<>();
    List<List<Object>> shown = new ArrayList<>();
    long rows = 0;
    for (WrittenTerms part : written) {
      files.addAll(List.of(part.files));
      rows += part.rows;
      for (int i = 0; i < part.words.length && shown.size() < AnalysisDetails.MOST_SHOWN; i++) {
        shown.add(List.of(row(part.words[i], part.counts[i][0], part.counts[i][1], measures)));
      }
    }
    return new Result(files, rows, shown);
  }

  private static Object[] row(String term, long count, long documents, TermMeasures measures) {
    return new Object[] {
      term,
      count,
      measures.perMillion(count),
      documents,
      measures.idf(documents),
      measures.tfIdf(count, documents)
    };
  }

  /** The words of files: each with file, occurrences, documents, first and last document. */
  private static Iterator<Tuple2<String, long[]>> terms(
      Iterator<Integer> parts,
      IndexArtifact.Handle handle,
      Configuration conf,
      LongAccumulator done)
      throws IOException {
    Index index = handle.open(conf);
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) context -> close(index));
    return new Iterator<>() {
      private int part;
      private TermMerge merge;
      private boolean ready;

      @Override
      public boolean hasNext() {
        try {
          while (!ready) {
            if (merge == null) {
              if (!parts.hasNext()) {
                return false;
              }
              part = parts.next();
              merge = new TermMerge(index, part);
            }
            ready = merge.next();
            if (!ready) {
              merge = null;
              done.add(1);
            }
          }
          return true;
        } catch (DamagedIndexException e) {
          throw IndexArtifact.damaged(e);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public Tuple2<String, long[]> next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        ready = false;
        TermCount count = merge.count();
        return new Tuple2<>(
            new String(merge.term(), StandardCharsets.UTF_8),
            new long[] {part, count.count(), count.documents(), count.first(), count.last()});
      }
    };
  }

  private static void close(Index index) {
    try {
      index.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Occurrences and documents of a word, of what files have of it in any order. */
  private static long[] sum(Iterable<long[]> files) {
    List<long[]> ordered = new ArrayList<>();
    files.forEach(ordered::add);
    ordered.sort(Comparator.comparingLong(file -> file[0]));
    TermCount sum = null;
    for (long[] file : ordered) {
      TermCount next = new TermCount(file[1], file[2], file[3], file[4]);
      sum = sum == null ? next : sum.plus(next);
    }
    return new long[] {sum.count(), sum.documents()};
  }

  private static WrittenTerms write(
      int part,
      Iterator<Tuple2<Tuple2<Long, String>, Long>> rows,
      TermMeasures measures,
      Configuration conf,
      Path folder,
      List<TableFormat> formats)
      throws IOException {
    WrittenTerms written = new WrittenTerms();
    written.part = part;
    if (!rows.hasNext()) {
      return written;
    }
    List<String> words = new ArrayList<>();
    List<long[]> counts = new ArrayList<>();
    try (TableWriter writer =
        TableWriter.open(
            Paths.plain(folder, conf),
            folder,
            SCHEMA,
            part,
            TaskContext.get().taskAttemptId(),
            formats)) {
      while (rows.hasNext()) {
        Tuple2<Tuple2<Long, String>, Long> row = rows.next();
        String term = row._1()._2();
        writer.row(row(term, row._1()._1(), row._2(), measures));
        if (words.size() < AnalysisDetails.MOST_SHOWN) {
          words.add(term);
          counts.add(new long[] {row._1()._1(), row._2()});
        }
      }
      written.files = writer.keep().toArray(FileEntry[]::new);
      written.rows = writer.rows();
    }
    written.words = words.toArray(String[]::new);
    written.counts = counts.toArray(long[][]::new);
    return written;
  }

  /** Counts of as many binary digits go to one part, the largest to the first. */
  private static final class ByDoublings extends Partitioner {
    private static final long serialVersionUID = 1L;

    @Override
    public int numPartitions() {
      return PARTS;
    }

    @Override
    public int getPartition(Object key) {
      long count = (Long) ((Tuple2<?, ?>) key)._1();
      return PARTS - 1 - Math.min(PARTS - 1, 63 - Long.numberOfLeadingZeros(count));
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ByDoublings;
    }

    @Override
    public int hashCode() {
      return PARTS;
    }
  }

  private static final class ByCount implements Comparator<Tuple2<Long, String>>, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public int compare(Tuple2<Long, String> a, Tuple2<Long, String> b) {
      int byCount = Long.compare(b._1(), a._1());
      return byCount != 0
          ? byCount
          : java.util.Arrays.compareUnsigned(
              a._2().getBytes(StandardCharsets.UTF_8), b._2().getBytes(StandardCharsets.UTF_8));
    }
  }
}
