package org.seqlm.corpus.plan;

import java.io.Serializable;
import java.util.List;

/**
 * What one task reads: consecutive pieces of files, about 64 MiB.
 *
 * @param index its place in the order of the stream
 * @param pieces in the order of the stream
 */
public record CorpusRange(int index, List<Piece> pieces) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The records of a file that begin in the bytes {@code [from, to)}. */
  public record Piece(CorpusFile file, long from, long to) implements Serializable {
    private static final long serialVersionUID = 1L;
  }
}
