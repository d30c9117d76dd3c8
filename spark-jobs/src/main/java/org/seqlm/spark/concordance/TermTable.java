package org.seqlm.spark.concordance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.TaskCompletionListener;
import org.seqlm.Progress;
import org.seqlm.analysis.Column;
import org.seqlm.analysis.TableFormat;
import org.seqlm.analysis.TableSchema;
import org.seqlm.concordance.DamagedIndexException;
import org.seqlm.concordance.Index;
import org.seqlm.concordance.TermCount;
import org.seqlm.concordance.TermMeasures;
import org.seqlm.concordance.TermMerge;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.task.TaskProgress;
import org.seqlm.store.FileEntry;
import scala.Tuple2;

/**
 * The table of all words of an index: files of the index give their words, sorted by bytes; a
 * shuffle by word adds up what they have; another sorts the rows ({@link CountedRows}).
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
    try (TaskProgress stage =
        TaskProgress.start(spark, progress, "count words", parts, "files", "")) {
      LongAccumulator done = stage.done();
      CountedRows.Written written =
          CountedRows.write(
              entries(spark, index, conf, done)
                  .groupByKey(Math.max(parts, spark.defaultParallelism()))
                  .mapToPair(term -> new Tuple2<>(term._1(), sum(term._2())))
                  .filter(term -> term._2()[0] >= minCount && term._2()[1] >= minDocuments)
                  .mapToPair(
                      term ->
                          new Tuple2<>(
                              new Tuple2<>(term._2()[0], term._1()), new long[] {term._2()[1]})),
              SCHEMA,
              (term, count, more) -> row(term, count, more[0], measures),
              conf.value(),
              folder,
              formats);
      return new Result(written.files(), written.rows(), written.shown());
    }
  }

  /** The words of all files: each with file, occurrences, documents, first and last document. */
  static JavaPairRDD<String, long[]> entries(
      JavaSparkContext spark,
      IndexArtifact.Handle index,
      Broadcast<SharedSettings> conf,
      LongAccumulator done) {
    int parts = index.parts().size();
    List<Integer> numbers = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      numbers.add(part);
    }
    return spark
        .parallelize(numbers, Math.max(1, parts))
        .mapPartitionsToPair(mine -> terms(mine, index, conf.value().value(), done));
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
  static long[] sum(Iterable<long[]> files) {
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
}
