package org.seqlm.spark.concordance;

import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.Partitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.seqlm.analysis.AnalysisDetails;
import org.seqlm.analysis.TableFormat;
import org.seqlm.analysis.TableSchema;
import org.seqlm.analysis.TableWriter;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Paths;
import scala.Tuple2;

/**
 * Tables of rows that have a count and a text, by falling count, then by the text's code points.
 * They are cut where counts double, so that which file a row is in depends on the rows alone.
 */
final class CountedRows {
  private static final int PARTS = 32;

  private CountedRows() {}

  /** Makes a row. */
  @FunctionalInterface
  interface RowMaker extends Serializable {
    /**
     * The values of a row.
     *
     * @param more what it has beside its count
     */
    Object[] row(String text, long count, long[] more);
  }

  /**
   * What was written.
   *
   * @param shown the first rows
   */
  record Written(List<FileEntry> files, long rows, List<List<Object>> shown) {}

  /**
   * Writes a table.
   *
   * @param rows count and text, and what else there is
   * @param folder of the artifact's files
   */
  static Written write(
      JavaPairRDD<Tuple2<Long, String>, long[]> rows,
      TableSchema table,
      RowMaker maker,
      SharedSettings conf,
      Path folder,
      List<TableFormat> formats) {
    String target = folder.toString();
    List<WrittenRows> written =
        new ArrayList<>(
            rows.repartitionAndSortWithinPartitions(new ByDoublings(), new ByCount())
                .mapPartitionsWithIndex(
                    (part, mine) ->
                        List.of(
                                write(
                                    part,
                                    mine,
                                    table,
                                    maker,
                                    conf.value(),
                                    new Path(target),
                                    formats))
                            .iterator(),
                    true)
                .collect());
    written.sort(Comparator.comparingInt(part -> part.part));
    List<FileEntry> files = new ArrayList<>();
    List<List<Object>> shown = new ArrayList<>();
    long count = 0;
    for (WrittenRows part : written) {
      files.addAll(List.of(part.files));
      count += part.rows;
      for (int i = 0; i < part.texts.length && shown.size() < AnalysisDetails.MOST_SHOWN; i++) {
        long[] counts = part.counts[i];
        shown.add(
            Arrays.asList(
                maker.row(part.texts[i], counts[0], Arrays.copyOfRange(counts, 1, counts.length))));
      }
    }
    return new Written(files, count, shown);
  }

  private static WrittenRows write(
      int part,
      Iterator<Tuple2<Tuple2<Long, String>, long[]>> rows,
      TableSchema table,
      RowMaker maker,
      Configuration conf,
      Path folder,
      List<TableFormat> formats)
      throws IOException {
    WrittenRows written = new WrittenRows();
    written.part = part;
    if (!rows.hasNext() && part < PARTS - 1) {
      return written; // the last file is there in any case, with what columns the table has
    }
    List<String> texts = new ArrayList<>();
    List<long[]> counts = new ArrayList<>();
    long attempt = TaskContext.get().taskAttemptId();
    try (TableWriter writer =
        TableWriter.open(Paths.plain(folder, conf), folder, table, part, attempt, formats)) {
      while (rows.hasNext()) {
        Tuple2<Tuple2<Long, String>, long[]> row = rows.next();
        long count = row._1()._1();
        writer.row(maker.row(row._1()._2(), count, row._2()));
        if (texts.size() < AnalysisDetails.MOST_SHOWN) {
          texts.add(row._1()._2());
          long[] kept = new long[1 + row._2().length];
          kept[0] = count;
          System.arraycopy(row._2(), 0, kept, 1, row._2().length);
          counts.add(kept);
        }
      }
      written.files = writer.keep().toArray(FileEntry[]::new);
      written.rows = writer.rows();
    }
    written.texts = texts.toArray(String[]::new);
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
          : Arrays.compareUnsigned(
              a._2().getBytes(StandardCharsets.UTF_8), b._2().getBytes(StandardCharsets.UTF_8));
    }
  }
}
