package org.seqlm.spark.terms;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.seqlm.analysis.AnalysisWriter;
import org.seqlm.analysis.Column;
import org.seqlm.analysis.TableFormat;
import org.seqlm.analysis.TableSchema;
import org.seqlm.analysis.TableWriter;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Paths;
import scala.Tuple2;

/** Rows of any number as the table of an analysis, a file a task, in their order. */
public final class RowTables {
  private RowTables() {}

  /**
   * Writes a table.
   *
   * @param rows in their order, with the table's columns by name
   */
  public static void write(
      JavaSparkContext spark, Dataset<Row> rows, TableSchema table, AnalysisWriter analysis)
      throws IOException {
    SharedSettings hadoop = new SharedSettings(spark.hadoopConfiguration());
    String folder = analysis.folder().toString();
    List<TableFormat> formats = List.copyOf(analysis.formats());
    org.apache.spark.sql.Column[] columns =
        table.columns().stream()
            .map(Column::name)
            .map(org.apache.spark.sql.functions::col)
            .toArray(org.apache.spark.sql.Column[]::new);
    Dataset<Row> selected = rows.select(columns);
    List<Tuple2<Long, FileEntry[]>> written =
        selected
            .javaRDD()
            .mapPartitionsWithIndex(
                (part, some) -> part(part, some, table, new Path(folder), formats, hadoop), false)
            .collect();
    List<FileEntry> files = new ArrayList<>();
    long count = 0;
    for (Tuple2<Long, FileEntry[]> part : written) {
      files.addAll(List.of(part._2()));
      count += part._1();
    }
    List<List<Object>> shown = new ArrayList<>();
    for (Row row : selected.takeAsList(org.seqlm.analysis.AnalysisDetails.MOST_SHOWN)) {
      shown.add(java.util.Arrays.asList(values(row)));
    }
    analysis.add(table, files, count, shown);
  }

  private static Iterator<Tuple2<Long, FileEntry[]>> part(
      int part,
      Iterator<Row> rows,
      TableSchema table,
      Path folder,
      List<TableFormat> formats,
      SharedSettings hadoop)
      throws IOException {
    if (!rows.hasNext()) {
      return List.<Tuple2<Long, FileEntry[]>>of().iterator();
    }
    FileSystem fs = Paths.plain(folder.getFileSystem(hadoop.value()));
    long attempt = TaskContext.get().taskAttemptId();
    try (TableWriter writer = TableWriter.open(fs, folder, table, part, attempt, formats)) {
      while (rows.hasNext()) {
        writer.row(values(rows.next()));
      }
      FileEntry[] files = writer.keep().toArray(FileEntry[]::new);
      return List.of(new Tuple2<>(writer.rows(), files)).iterator();
    }
  }

  private static Object[] values(Row row) {
    Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.get(i);
    }
    return values;
  }
}
