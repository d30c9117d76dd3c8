package org.seqlm.sql;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.corpus.duplicates.DuplicatesCommand;

/** Finds rows whose texts are equal or much alike. */
public final class SeqlmDuplicates {
  private static final String KEPT_NUMBER = "_seqlm_kept";
  private static final String KEPT_SIMILARITY = "_seqlm_similarity";

  private SeqlmDuplicates() {}

  /**
   * Groups rows as {@code seqlm corpus duplicates} groups documents of the same texts in the same
   * order: each value of the column is a document, those of the first partition come first, and
   * rows where it is null are left out. The rows are written to {@code output} as Parquet, and come
   * back from there, with three columns behind their own:
   *
   * <ul>
   *   <li>{@code group}, a bigint: the number of the row that is kept of its group, in the order of
   *       the rows that are not left out, from 1; a row that is like none is a group of its own
   *   <li>{@code kept}, a boolean: whether it is the first of its group
   *   <li>{@code similarity}, a double: Jaccard's to the row that is kept, of their shingles
   *       themselves, above 0, at most 1; 1 where it is kept
   * </ul>
   *
   * @param column of strings
   * @param output folder on any Hadoop path; beside it, in {@code .NAME.documents} and {@code
   *     .NAME.analysis}, lies what is removed in the end
   * @param mode {@link SaveMode#Overwrite} replaces what is there, {@link SaveMode#ErrorIfExists}
   *     refuses to
   * @param keys of {@code conf/corpus-duplicates.yaml}, with dots between groups, for instance
   *     {@code near.threshold}, and their values in YAML
   * @throws org.seqlm.UserException with exit code 2 if a key, the column, the mode or a setting of
   *     the session is wrong, or the output exists; 3 if there are no documents
   */
  public static Dataset<Row> groups(
      Dataset<?> documents, String column, String output, SaveMode mode, Map<String, String> keys)
      throws IOException {
    ColumnJob job = ColumnJob.of("corpus-duplicates", documents, mode, keys);
    job.check(ColumnJob.column(documents, column), "formats", "against", "keep-sketches", "remove");
    return StagedRows.write(
        job,
        documents,
        column,
        output,
        new DuplicatesCommand(),
        new FlagValues(),
        List.of("group", "kept", "similarity"),
        SeqlmDuplicates::grouped);
  }

  private static Dataset<Row> grouped(StagedRows staged) throws IOException {
    Dataset<Row> duplicates =
        staged
            .table("duplicates")
            .where(col("kind").isin("exact-document", "near-document"))
            .select(
                StagedRows.number(col("path")).as(StagedRows.FILE),
                col("record").as(StagedRows.RECORD),
                staged
                    .numbered(StagedRows.number(col("kept_path")), col("kept_record"))
                    .as(KEPT_NUMBER),
                col("kept_similarity").as(KEPT_SIMILARITY));
    return staged
        .rows()
        .join(duplicates.hint("merge"), new String[] {StagedRows.FILE, StagedRows.RECORD}, "left")
        .withColumn("group", coalesce(col(KEPT_NUMBER), col(StagedRows.NUMBER)))
        .withColumn("kept", col(KEPT_NUMBER).isNull())
        .withColumn("similarity", coalesce(col(KEPT_SIMILARITY), lit(1.0)));
  }
}
