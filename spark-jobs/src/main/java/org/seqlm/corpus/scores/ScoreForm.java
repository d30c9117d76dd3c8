package org.seqlm.corpus.scores;

import java.io.Serializable;
import org.seqlm.lm.files.ScoreFiles;

/**
 * How rows of scores are written.
 *
 * @param unit what a row is for
 * @param format of the files; of records that are kept, that of their own files
 * @param models that score the text, one or more
 * @param kept what a row holds beside the scores
 * @param buckets by which the first model's perplexity parts the rows
 */
public record ScoreForm(
    ScoreFiles.Unit unit, ScoreFiles.Format format, int models, RowFields kept, Buckets buckets)
    implements Serializable {
  private static final long serialVersionUID = 1L;
}
