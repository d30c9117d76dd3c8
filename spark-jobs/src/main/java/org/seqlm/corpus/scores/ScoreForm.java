package org.seqlm.corpus.scores;

import java.io.Serializable;
import org.seqlm.lm.files.ScoreFiles;

/**
 * How rows of scores are written.
 *
 * @param unit what a row is for
 * @param format of the files
 * @param models that score the text, one or more
 */
public record ScoreForm(ScoreFiles.Unit unit, ScoreFiles.Format format, int models)
    implements Serializable {
  private static final long serialVersionUID = 1L;
}
