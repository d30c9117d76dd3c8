package org.seqlm.corpus.plan;

import java.io.Serializable;
import java.util.List;
import org.seqlm.corpus.file.Compression;

/**
 * What one task reads: consecutive pieces of files, about 64 MiB.
 *
 * @param index its place in the order of the stream
 * @param pieces in the order of the stream
 */
public record CorpusRange(int index, List<Piece> pieces) implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * The records of a file that begin in the bytes {@code [from, to)}; of a file that is cut at what
   * it is stored in, those of what lies there.
   *
   * @param text which bytes of the file's text these are; null unless they are those of a packed
   *     file that is cut, and known
   */
  public record Piece(CorpusFile file, long from, long to, PieceText text) implements Serializable {
    private static final long serialVersionUID = 1L;

    public Piece(CorpusFile file, long from, long to) {
      this(file, from, to, null);
    }

    /** Whether it is a part of a packed file. */
    public boolean packedPart() {
      return file.compression() != Compression.NONE && (from > 0 || to < file.length());
    }
  }
}
