package org.seqlm.sql;

import java.io.IOException;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SaveMode;
import org.seqlm.UserException;
import org.seqlm.artifact.OutputCheck;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.ngrams.NgramsCommand;
import org.seqlm.job.ngrams.NgramsConfig;

/** Counts the n-grams of a column of text, and estimates a language model from the counts. */
public final class SeqlmNgrams {
  private SeqlmNgrams() {}

  /**
   * Counts as {@code seqlm ngrams} does of the same documents in the same order: each value of the
   * column is a document, those of the first partition come first, and nulls are left out. The
   * result is the folder of counts and model that {@code ngrams} writes: a model for {@link
   * SeqlmFunctions} and for every command. The documents are written as Parquet beside it, in
   * {@code .NAME.documents}, and read from there; in the end they are removed.
   *
   * @param column of strings
   * @param output folder on any Hadoop path
   * @param mode {@link SaveMode#Overwrite} replaces a complete output, {@link
   *     SaveMode#ErrorIfExists} refuses to
   * @param keys of {@code conf/ngrams.yaml}, with dots between groups, for instance {@code order}
   *     or {@code tokenizer.kind}, and their values in YAML; all but {@code output} and what says
   *     where the input is
   * @throws UserException with exit code 2 if a key, the column, the mode or a setting of the
   *     session is wrong, or the output exists; 3 if the documents have no tokens, or more of them
   *     is bad than {@code input.bad-records} allows
   */
  public static void count(
      Dataset<?> documents, String column, String output, SaveMode mode, Map<String, String> keys)
      throws IOException {
    ColumnJob job = ColumnJob.of("ngrams", documents, mode, keys);
    job.check(ColumnJob.column(documents, column));
    DocumentFiles files = DocumentFiles.beside(job.hadoop(), output, "documents");
    NgramsCommand command = new NgramsCommand();
    NgramsConfig config =
        job.config(command, files.asInput(new FlagValues()).put("output", output));
    OutputCheck.folder(job.hadoop(), output, job.overwrite());
    try (files) {
      job.run(command, config, job.overwrite(), () -> files.write(documents, column));
    }
  }
}
