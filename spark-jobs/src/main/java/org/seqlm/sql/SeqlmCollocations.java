package org.seqlm.sql;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.corpus.terms.CollocationsCommand;

/** Finds what stands near some words of a column of text. */
public final class SeqlmCollocations {
  private SeqlmCollocations() {}

  /**
   * Finds what {@code seqlm corpus collocations --around} finds of the same documents: each value
   * of the column is a document, and nulls are left out. The analysis that the command writes is
   * left in {@code output}, for {@link SeqlmTables} and {@code seqlm report}. Collocations of all
   * words are of counts, not of text: {@link SeqlmNgrams#count}, then the command with {@code
   * --counts}.
   *
   * @param column of strings
   * @param around words
   * @param output folder on any Hadoop path; the documents are in {@code .NAME.documents} beside it
   *     meanwhile
   * @param mode {@link SaveMode#Overwrite} replaces a complete output, {@link
   *     SaveMode#ErrorIfExists} refuses to
   * @param keys of {@code conf/corpus-collocations.yaml}, with dots between groups, for instance
   *     {@code min-count} (5 if it is not given) or {@code measure}, and their values in YAML
   * @return the table {@code collocations}
   * @throws org.seqlm.UserException with exit code 2 if a key, the column, the mode or a setting of
   *     the session is wrong, or the output exists; 3 if the documents have no tokens
   */
  public static Dataset<Row> of(
      Dataset<?> documents,
      String column,
      List<String> around,
      String output,
      SaveMode mode,
      Map<String, String> keys)
      throws IOException {
    ColumnJob job = ColumnJob.of("corpus-collocations", documents, mode, keys);
    job.check(ColumnJob.column(documents, column), "around", "counts", "order", "null-model");
    DocumentFiles files = DocumentFiles.beside(job.hadoop(), output, "documents");
    return job.analyse(
        new CollocationsCommand(),
        files.asInput(new FlagValues()).put("around", around),
        output,
        () -> files.write(documents, column),
        documents.sparkSession(),
        "collocations",
        files);
  }
}
