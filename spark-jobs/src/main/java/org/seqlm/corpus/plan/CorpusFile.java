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

  /** Whether it may be cut at line feeds. */
  public boolean splittable() {
    return compression == Compression.NONE && format != CorpusFormat.PARQUET;
  }
}
