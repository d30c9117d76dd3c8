package org.seqlm.sql;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.corpus.terms.KeynessCommand;

/** Holds a column of text against the same column of other rows. */
public final class SeqlmKeyness {
  private SeqlmKeyness() {}

  /**
   * Finds what {@code seqlm corpus keyness --input --reference} finds of the same documents in the
   * same order: each value of the column is a document, those of the first partition come first,
   * and nulls are left out. The analysis that the command writes is left in {@code output}, for
   * {@link SeqlmTables} and {@code seqlm report}. Two parts of one dataset are two filters of it.
   *
   * @param target rows whose key words are looked for
   * @param reference what they are held against
   * @param column of strings, in both
   * @param output folder on any Hadoop path; the documents are in {@code .NAME.documents} and
   *     {@code .NAME.reference} beside it meanwhile
   * @param mode {@link SaveMode#Overwrite} replaces a complete output, {@link
   *     SaveMode#ErrorIfExists} refuses to
   * @param keys of {@code conf/corpus-keyness.yaml}, with dots between groups, for instance {@code
   *     min-count} or {@code tokenizer.kind}, and their values in YAML
   * @return the table {@code target-words}; {@code reference-words} and {@code candidates} lie
   *     beside it
   * @throws org.seqlm.UserException with exit code 2 if a key, a column, the mode or a setting of
   *     the session is wrong, or the output exists; 3 if one of them has no tokens
   */
  public static Dataset<Row> between(
      Dataset<?> target,
      Dataset<?> reference,
      String column,
      String output,
      SaveMode mode,
      Map<String, String> keys)
      throws IOException {
    ColumnJob job = ColumnJob.of("corpus-keyness", target, mode, keys);
    ColumnJob.column(reference, column).throwIfAny();
    job.check(ColumnJob.column(target, column), "by", "reference", "counts", "reference-counts");
    DocumentFiles files = DocumentFiles.beside(job.hadoop(), output, "documents");
    DocumentFiles others = DocumentFiles.beside(job.hadoop(), output, "reference");
    return job.analyse(
        new KeynessCommand(),
        files.asInput(new FlagValues()).put("reference", List.of(others.path())),
        output,
        () -> {
          files.write(target, column);
          others.write(reference, column);
        },
        target.sparkSession(),
        "target-words",
        files,
        others);
  }
}
