package org.seqlm.spark.scoring;

import java.io.IOException;
import java.io.Serializable;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.lm.files.ScoreFiles;
import org.seqlm.store.FileEntry;

/** What scoring one range of a text came to. */
public final class ScoredRange implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What a document, or the part of it that one range holds, came to. */
  public static final class DocumentScore implements Serializable {
    private static final long serialVersionUID = 1L;

    String path;
    long record;
    long lines;
    long tokens;
    long unknown;
    double log10;

    void writeTo(ScoreFiles.Rows rows) throws IOException {
      rows.row(path, record, lines, tokens, unknown, log10);
    }

    /** Appends the part that a later range holds. */
    void add(DocumentScore next) {
      lines += next.lines;
      tokens += next.tokens;
      unknown += next.unknown;
      log10 += next.log10;
    }
  }

  RangeSummary summary;

  /** {@link org.seqlm.lm.Score#packed}. */
  double[] score;

  /** Code points, line feeds among them. */
  long characters;

  /** UTF-8 bytes of the unknown words. */
  long unknownBytes;

  /** Of the part file; null where none is written. */
  FileEntry file;

  /** What the range holds of a document that began in an earlier one, or null. */
  DocumentScore head;

  /** The document that may go on in the next range, or null. */
  DocumentScore open;

  /** Whether the document that is open before the range goes on after it. */
  boolean headGoesOn;
}
