package org.seqlm.job.corpus.terms;

import java.util.List;
import org.seqlm.corpus.plan.BadRecordLimits;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.corpus.plan.LongRecords;

/**
 * The group {@code input} where there may be no text: as {@link CorpusSource}, but perhaps without
 * paths.
 *
 * @param paths none where counts are read
 * @param format see {@link CorpusSource}
 * @param textField see there
 * @param document see there
 * @param badRecords see there
 * @param maxRecordBytes see there
 * @param longRecords see there
 * @param maxZstdWindowLog see there
 */
public record TextInput(
    List<String> paths,
    CorpusFormat format,
    String textField,
    DocumentUnit document,
    BadRecordLimits badRecords,
    int maxRecordBytes,
    LongRecords longRecords,
    int maxZstdWindowLog) {
  public TextInput {
    paths = paths == null ? List.of() : List.copyOf(paths);
  }

  boolean isGiven() {
    return !paths.isEmpty();
  }

  /**
   * These paths, read so.
   *
   * @throws org.seqlm.UserException with exit code 2 if a key is out of its range
   */
  CorpusSource source(List<String> of) {
    return new CorpusSource(
        of, format, textField, document, badRecords, maxRecordBytes, longRecords, maxZstdWindowLog);
  }
}
