package org.seqlm.sql;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.substring_index;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.seqlm.Problems;
import org.seqlm.UserException;
import org.seqlm.artifact.Overwrite;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.store.Paths;

/**
 * Whole rows on their way to a command that tells of documents by file and record, and back: the
 * rows, with what was found of each as columns behind their own.
 */
final class StagedRows {
  /** Of a row in the staged files: the number of its file from 0, and its record there from 1. */
  static final String FILE = "_seqlm_file";

  static final String RECORD = "_seqlm_record";

  /** The row's number in the order of all of them, from 1. */
  static final String NUMBER = "_seqlm_number";

  private final SparkSession session;
  private final String analysis;
  private final Dataset<Row> rows;
  private final long[] before; // rows of the files before each

  private StagedRows(Dataset<?> documents, String folder, String analysis) {
    session = documents.sparkSession();
    this.analysis = analysis;
    Column name = col("_metadata.file_name");
    Dataset<Row> placed =
        session
            .read()
            .schema(documents.schema())
            .parquet(folder)
            .select(col("*"), number(name).as(FILE), col("_metadata.row_index").plus(1).as(RECORD));
    List<Row> counts = placed.groupBy(FILE).count().collectAsList();
    int files = counts.stream().mapToInt(row -> row.getInt(0) + 1).max().orElse(0);
    before = new long[files + 1];
    counts.forEach(row -> before[row.getInt(0) + 1] = row.getLong(1));
    for (int file = 1; file <= files; file++) {
      before[file] += before[file - 1];
    }
    rows = placed.withColumn(NUMBER, numbered(col(FILE), col(RECORD)));
  }

  /** What a command found, put to the rows. */
  interface Finding {
    /** Rows with the caller's columns and those that were promised, and perhaps others. */
    Dataset<Row> of(StagedRows staged) throws IOException;
  }

  /**
   * Runs a command on rows, and writes them with what it found, as Parquet.
   *
   * @param column of the text
   * @param follows what the command is told besides its input and output
   * @param added the new columns, which the rows may not have
   * @return what was written
   */
  static <C extends JobConfig> Dataset<Row> write(
      ColumnJob job,
      Dataset<?> documents,
      String column,
      String output,
      JobCommand<C, ?> command,
      FlagValues follows,
      List<String> added,
      Finding finding)
      throws IOException {
    requireFree(documents, column, added);
    DocumentFiles files = DocumentFiles.beside(job.hadoop(), output, "documents");
    DocumentFiles analysis = DocumentFiles.beside(job.hadoop(), output, "analysis");
    C config =
        job.config(
            command,
            files
                .asInput(follows, column)
                .put("output", analysis.path())
                .put("formats", List.of("parquet")));
    Path to = Paths.of(output);
    if (job.mode() == SaveMode.ErrorIfExists && to.getFileSystem(job.hadoop()).exists(to)) {
      throw UserException.configuration(
          "output " + output + " exists: give SaveMode.Overwrite, or another folder");
    }
    StructType schema;
    try (files;
        analysis) {
      analysis.close(); // what a run left that was killed
      job.run(command, config, Overwrite.REPLACE, () -> files.writeRows(documents, column));
      Column[] columns =
          Stream.concat(Arrays.stream(documents.columns()), added.stream())
              .map(StagedRows::quoted)
              .toArray(Column[]::new);
      Dataset<Row> found =
          finding.of(new StagedRows(documents, files.path(), analysis.path())).select(columns);
      schema = found.schema();
      found.write().mode(job.mode()).parquet(output);
    }
    return documents.sparkSession().read().schema(schema).parquet(output);
  }

  private static void requireFree(Dataset<?> documents, String column, List<String> added) {
    Problems problems = new Problems();
    problems.require(
        !column.contains("."),
        "column " + column + " has a dot in its name: give it another with withColumnRenamed");
    for (String own : documents.columns()) {
      problems.require(
          Stream.concat(added.stream(), Stream.of(FILE, RECORD, NUMBER, "_metadata"))
              .noneMatch(own::equalsIgnoreCase),
          "column " + own + " would stand twice: give it another name with withColumnRenamed");
    }
    problems.throwIfAny();
  }

  private static Column quoted(String column) {
    return col("`" + column.replace("`", "``") + "`");
  }

  /** The rows, with {@link #FILE}, {@link #RECORD} and {@link #NUMBER}. */
  Dataset<Row> rows() {
    return rows;
  }

  /** A table of what the command found. */
  Dataset<Row> table(String name) throws IOException {
    return SeqlmTables.read(session, analysis, name);
  }

  /** The number of the file that a column of paths, or names, of files names. */
  static Column number(Column path) {
    return substring_index(substring_index(path, "/", -1), ".", 1).cast("int");
  }

  /** The number of a row by its file and its record. */
  Column numbered(Column file, Column record) {
    return element_at(lit(before), file.plus(1)).plus(record);
  }
}
