package org.seqlm.job.score;

import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.corpus.scores.RowFields;

/** What {@code --keep columns} asks of the files of a text. */
final class KeptFiles {
  private KeptFiles() {}

  /**
   * Checks that every file's records can be written as they are.
   *
   * @throws UserException with exit code 2 if one's cannot
   */
  static void require(ScoreConfig config, CorpusPlan plan) {
    if (config.keep() != RowFields.COLUMNS) {
      return;
    }
    CorpusFormat format = CorpusFormat.valueOf(config.format().name());
    for (CorpusRange range : plan.ranges()) {
      for (CorpusRange.Piece piece : range.pieces()) {
        CorpusFile file = piece.file();
        // A record of WARC is written as an object of JSON.
        boolean made = file.format() == CorpusFormat.WARC && format == CorpusFormat.JSONL;
        if (file.format() != format && !made) {
          throw UserException.configuration(
              file.path()
                  + " is "
                  + Json.name(file.format())
                  + ", but --keep columns writes "
                  + Json.name(format)
                  + (file.format() == CorpusFormat.JSONL || file.format() == CorpusFormat.PARQUET
                      ? ": give --format " + Json.name(file.format())
                      : ": records with fields are needed, JSON lines, Parquet, or WARC with"
                          + " --format jsonl"));
        }
        if (file.document() != DocumentUnit.RECORD) {
          throw UserException.configuration(
              "keep columns scores each record as a whole, but a document is a "
                  + Json.name(file.document())
                  + ": give --document record");
        }
      }
    }
  }
}
