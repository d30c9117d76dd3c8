package org.seqlm.spark.concordance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.seqlm.Progress;
import org.seqlm.analysis.AnalysisDetails;
import org.seqlm.analysis.Column;
import org.seqlm.analysis.TableFormat;
import org.seqlm.analysis.TableSchema;
import org.seqlm.analysis.TableWriter;
import org.seqlm.concordance.ContextLine;
import org.seqlm.concordance.ContextReader;
import org.seqlm.concordance.DamagedIndexException;
import org.seqlm.concordance.DocumentTerms;
import org.seqlm.concordance.Index;
import org.seqlm.concordance.TermMeasures;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.task.TaskProgress;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Paths;
import scala.Tuple2;

/**
 * The words of each document with the largest tf-idf: files of an index give their words, a shuffle
 * by word counts the documents of each, another brings these counts back to every file that has the
 * word, whose task scores its documents. Rows are in the order of the text, a file of the table for
 * each of the index.
 */
public final class DocumentTermTable {
  /** Its columns. */
  public static final TableSchema SCHEMA =
      TableSchema.of(
          "document-terms",
          "Words of documents by tf-idf",
          Column.text("path", "File"),
          Column.text("term", "Word"),
          Column.whole("record", "Record"),
          Column.whole("document", "Document"),
          Column.whole("rank", "Rank"),
          Column.whole("count", "Occurrences"),
          Column.whole("documents", "Documents with it"),
          Column.real("tf_idf", "tf-idf"));

  private DocumentTermTable() {}

  /**
   * Writes it.
   *
   * @param measures of all of the text
   * @param minCount occurrences in all of the text of a word that is in it
   * @param minDocuments documents that have it
   * @param most words of a document
   * @param folder of the artifact's files
   */
  public static TermTable.Result write(
      JavaSparkContext spark,
      IndexArtifact.Handle index,
      TermMeasures measures,
      long minCount,
      long minDocuments,
      int most,
      Path folder,
      List<TableFormat> formats,
      Progress progress) {
    Broadcast<SharedSettings> conf =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    int parts = index.parts().size();
    String target = folder.toString();
    try (TaskProgress stage =
        TaskProgress.start(spark, progress, "score words", 2L * parts, "files", "")) {
      LongAccumulator done = stage.done();
      List<WrittenRows> written =
          new ArrayList<>(
              TermTable.entries(spark, index, conf, done)
                  .groupByKey(Math.max(parts, spark.defaultParallelism()))
                  .flatMapToPair(
                      term -> {
                        List<Tuple2<Integer, Tuple2<String, Long>>> known = new ArrayList<>();
                        long[] sum = TermTable.sum(term._2());
                        if (sum[0] >= minCount && sum[1] >= minDocuments) {
                          for (long[] part : term._2()) {
                            known.add(new Tuple2<>((int) part[0], new Tuple2<>(term._1(), sum[1])));
                          }
                        }
                        return known.iterator();
                      })
                  .groupByKey(Math.max(1, parts))
                  .map(
                      part -> {
                        Map<String, Long> documents = new HashMap<>();
                        part._2().forEach(term -> documents.put(term._1(), term._2()));
                        WrittenRows rows =
                            write(
                                index,
                                part._1(),
                                documents,
                                measures,
                                most,
                                conf.value().value(),
                                new Path(target),
                                formats);
                        done.add(1);
                        return rows;
                      })
                  .collect());
      written.sort(Comparator.comparingInt(part -> part.part));
      return result(written, measures);
    }
  }

  private static TermTable.Result result(List<WrittenRows> written, TermMeasures measures) {
    List<FileEntry> files = new ArrayList<>();
    List<List<Object>> shown = new ArrayList<>();
    long rows = 0;
    for (WrittenRows part : written) {
      files.addAll(List.of(part.files));
      rows += part.rows;
      for (int i = 0; i < part.counts.length && shown.size() < AnalysisDetails.MOST_SHOWN; i++) {
        shown.add(
            Arrays.asList(row(part.texts[2 * i], part.texts[2 * i + 1], part.counts[i], measures)));
      }
    }
    return new TermTable.Result(files, rows, shown);
  }

  /**
   * A row.
   *
   * @param numbers record, document, rank, occurrences, documents
   */
  private static Object[] row(String path, String term, long[] numbers, TermMeasures measures) {
    return new Object[] {
      path,
      term,
      numbers[0],
      numbers[1],
      numbers[2],
      numbers[3],
      numbers[4],
      measures.tfIdf(numbers[3], numbers[4])
    };
  }

  private static WrittenRows write(
      IndexArtifact.Handle handle,
      int part,
      Map<String, Long> documents,
      TermMeasures measures,
      int most,
      Configuration conf,
      Path folder,
      List<TableFormat> formats)
      throws IOException {
    WrittenRows written = new WrittenRows();
    written.part = part;
    List<String> texts = new ArrayList<>();
    List<long[]> counts = new ArrayList<>();
    long attempt = TaskContext.get().taskAttemptId();
    try (Index index = handle.open(conf);
        TableWriter writer =
            TableWriter.open(Paths.plain(folder, conf), folder, SCHEMA, part, attempt, formats)) {
      ContextReader places = new ContextReader(index, handle.rules());
      DocumentTerms.read(
          index,
          part,
          documents,
          measures,
          most,
          (document, word, terms) -> {
            ContextLine place = terms.isEmpty() ? null : places.line(word, 1, 0, 0);
            for (int i = 0; i < terms.size(); i++) {
              DocumentTerms.Scored scored = terms.get(i);
              long[] numbers = {
                place.record(), document, i + 1, scored.count(), scored.documents()
              };
              writer.row(row(place.path(), scored.term(), numbers, measures));
              if (counts.size() < AnalysisDetails.MOST_SHOWN) {
                texts.add(place.path());
                texts.add(scored.term());
                counts.add(numbers);
              }
            }
          });
      written.files = writer.keep().toArray(FileEntry[]::new);
      written.rows = writer.rows();
    } catch (DamagedIndexException e) {
      throw IndexArtifact.damaged(e);
    }
    written.texts = texts.toArray(String[]::new);
    written.counts = counts.toArray(long[][]::new);
    return written;
  }
}
