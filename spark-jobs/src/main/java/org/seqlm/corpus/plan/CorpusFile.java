package org.seqlm.corpus.plan;

import java.io.Serializable;
import org.seqlm.corpus.file.Compression;

/**
 * A file of a corpus.
 *
 * @param path qualified
 * @param relative to the input it was found under; it identifies the file wherever the corpus lies
 * @param length in bytes
 * @param format how it holds text, never {@link CorpusFormat#AUTO}
 * @param compression of the whole file, by its name
 * @param document unit, never {@link DocumentUnit#AUTO}
 */
public record CorpusFile(
    String path,
    String relative,
    long length,
    CorpusFormat format,
    Compression compression,
    DocumentUnit document)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Where a file may be cut into pieces. */
  public enum Cuts {
    /** Anywhere: a record belongs to the piece in which its first byte lies. */
    ANYWHERE,
    /**
     * At what it is stored in, row groups or packed blocks: each belongs to the piece of the file's
     * bytes in which it lies, and who reads the piece finds it. Whether there are several, the
     * file's name does not tell.
     */
    AT_UNITS,
    NOWHERE
  }

  /** Where it may be cut; it follows from the name. */
  public Cuts cuts() {
    if (format == CorpusFormat.PARQUET) {
      return Cuts.AT_UNITS;
    }
    if (format == CorpusFormat.CSV) {
      return Cuts.NOWHERE; // a line feed within quotes ends no row
    }
    if (format == CorpusFormat.WARC) {
      return Cuts.NOWHERE; // what looks like the head of a record may stand in one
    }
    return switch (compression) {
      case NONE -> Cuts.ANYWHERE;
      case BZIP2, GZIP, ZSTD -> Cuts.AT_UNITS;
      default -> Cuts.NOWHERE;
    };
  }
}
