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

  /**
   * The piece that is read for the document that is open at the range's end, and no further; see
   * {@link CorpusPlan#wholeDocuments}.
   *
   * @return null for none
   */
  public Piece rest() {
    int last = pieces.size() - 1;
    return last > 0 && pieces.get(last).file().path().equals(pieces.get(last - 1).file().path())
        ? pieces.get(last)
        : null;
  }

  /** The range without that. */
  public CorpusRange withoutRest() {
    return rest() == null ? this : new CorpusRange(index, pieces.subList(0, pieces.size() - 1));
  }
}
