package org.seqlm.sql;

import java.io.IOException;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.corpus.profile.ProfileCommand;

/** Tells what a column of text is like. */
public final class SeqlmProfile {
  private SeqlmProfile() {}

  /**
   * Measures what {@code seqlm corpus profile} measures of the same documents in the same order:
   * each value of the column is a document, those of the first partition come first, and nulls are
   * left out. The analysis that the command writes is left in {@code output}, for {@link
   * SeqlmTables}, which reads its other tables, and {@code seqlm report}.
   *
   * @param column of strings
   * @param output folder on any Hadoop path; the documents are in {@code .NAME.documents} beside it
   *     meanwhile, with all of their columns if {@code by} is given
   * @param mode {@link SaveMode#Overwrite} replaces a complete output, {@link
   *     SaveMode#ErrorIfExists} refuses to
   * @param keys of {@code conf/corpus-profile.yaml}, with dots between groups, for instance {@code
   *     by}, a column of the rows, and their values in YAML
   * @return the table {@code words}
   * @throws org.seqlm.UserException with exit code 2 if a key, the column, the mode or a setting of
   *     the session is wrong, or the output exists; 3 if the documents have no words
   */
  public static Dataset<Row> of(
      Dataset<?> documents, String column, String output, SaveMode mode, Map<String, String> keys)
      throws IOException {
    ColumnJob job = ColumnJob.of("corpus-profile", documents, mode, keys);
    job.check(ColumnJob.column(documents, column));
    DocumentFiles files = DocumentFiles.beside(job.hadoop(), output, "documents");
    boolean grouped = keys.containsKey("by");
    FlagValues follows =
        grouped ? files.asInput(new FlagValues(), column) : files.asInput(new FlagValues());
    return job.analyse(
        new ProfileCommand(),
        follows,
        output,
        () -> {
          if (grouped) {
            files.writeRows(documents, column);
          } else {
            files.write(documents, column);
          }
        },
        documents.sparkSession(),
        "words",
        files);
  }
}
