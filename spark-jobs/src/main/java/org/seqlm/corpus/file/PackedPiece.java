package org.seqlm.corpus.file;

import java.io.Serializable;

/**
 * What a piece of a packed file holds: the text of the blocks, members or frames that begin in its
 * bytes.
 *
 * @param unit where the first of them begins, in bits from the file's beginning; -1 if none does
 * @param next where the first one begins that is a later piece's, likewise; -1 if there is none
 * @param bytes of their text
 * @param lineFeeds in it
 * @param tail its last bytes, as many as {@link #TAIL} or all
 * @param streams what they add to checksums; null where the packing has none that go on
 * @param end how it ends
 */
public record PackedPiece(
    long unit,
    long next,
    long bytes,
    long lineFeeds,
    byte[] tail,
    Bzip2Blocks.Streams streams,
    End end)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The longest line that is blank, with line feeds before and after it. */
  public static final int TAIL = 1024 + 2;

  /** How a piece ends. */
  public enum End {
    /** Where the next one's first block, member or frame begins. */
    WHOLE,
    /** With the file, of which no later piece holds anything: it is not cut, or it is damaged. */
    FILE
  }

  /** A piece in which nothing begins. */
  public static final PackedPiece NONE =
      new PackedPiece(-1, -1, 0, 0, new byte[0], null, End.WHOLE);

  /** The first piece of a file that cannot be cut. */
  public static final PackedPiece ALL = new PackedPiece(0, -1, 0, 0, new byte[0], null, End.FILE);
}
