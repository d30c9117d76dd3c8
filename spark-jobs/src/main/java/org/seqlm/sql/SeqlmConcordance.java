package org.seqlm.sql;

import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.corpus.concordance.ConcordanceCommand;

/** Looks for words and phrases in a column of text. */
public final class SeqlmConcordance {
  private SeqlmConcordance() {}

  /**
   * Finds what {@code seqlm corpus concordance} finds in the same documents in the same order: each
   * value of the column is a document, those of the first partition come first, and nulls are left
   * out. One row a line is written to {@code output} as Parquet, and comes back from there: the
   * columns of the row that it stands in, and behind them
   *
   * <ul>
   *   <li>{@code line}, a bigint: its place among the lines, from 1
   *   <li>{@code left}, {@code keyword}, {@code right}, strings: what was found, and what stands
   *       before and behind it
   * </ul>
   *
   * <p>An index is made for this question alone. Where there are many, make it once with the
   * command.
   *
   * @param column of strings
   * @param query as the command has it
   * @param output folder on any Hadoop path; beside it, in {@code .NAME.documents}, {@code
   *     .NAME.index} and {@code .NAME.analysis}, lies what is removed in the end
   * @param mode {@link SaveMode#Overwrite} replaces what is there, {@link SaveMode#ErrorIfExists}
   *     refuses to
   * @param keys of {@code conf/corpus-concordance.yaml}, with dots between groups, for instance
   *     {@code span}, {@code most} (100 if it is not given), {@code min-count} (5), {@code
   *     min-documents} (3), and their values in YAML
   * @throws org.seqlm.UserException with exit code 2 if a key, the column, the mode, the query or a
   *     setting of the session is wrong, or the output exists; 3 if there are no words
   */
  public static Dataset<Row> lines(
      Dataset<?> documents,
      String column,
      String query,
      String output,
      SaveMode mode,
      Map<String, String> keys)
      throws IOException {
    ColumnJob job = ColumnJob.of("corpus-concordance", documents, mode, keys);
    job.check(
        ColumnJob.column(documents, column),
        "index",
        "query",
        "formats",
        "terms.table",
        "terms.by-document");
    DocumentFiles index = DocumentFiles.beside(job.hadoop(), output, "index");
    try (index) {
      return StagedRows.write(
          job,
          documents,
          column,
          output,
          new ConcordanceCommand(),
          new FlagValues().put("index", index.path()).put("query", query),
          List.of("line", "left", "keyword", "right"),
          SeqlmConcordance::joined);
    }
  }

  private static Dataset<Row> joined(StagedRows staged) throws IOException {
    Dataset<Row> lines =
        staged
            .table("lines")
            .select(
                StagedRows.number(col("path")).as(StagedRows.FILE),
                col("record").as(StagedRows.RECORD),
                col("line"),
                col("left"),
                col("keyword"),
                col("right"));
    return staged
        .rows()
        .join(lines.hint("merge"), new String[] {StagedRows.FILE, StagedRows.RECORD}, "inner");
  }
}
