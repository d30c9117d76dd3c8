package org.seqlm.corpus.plan;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.seqlm.corpus.file.Bzip2Blocks;
import org.seqlm.corpus.file.PackedPiece;

/**
 * Which bytes of its file's text a piece of a packed file holds. Nobody knows before the pieces
 * before it have been read.
 *
 * @param from the first
 * @param to the one after the last; {@link Long#MAX_VALUE} where the file's end is the piece's
 * @param recordsBefore lines that begin before {@code from}
 * @param before the last bytes before {@code from}: a line that is blank shows in them
 * @param unit where the first block, member or frame of the piece begins, in bits from the file's
 *     beginning
 * @param checksum of what stands before it in its stream, where the packing has one
 */
public record PieceText(
    long from, long to, long recordsBefore, byte[] before, long unit, int checksum)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Of a file's pieces, in their order. */
  static PieceText[] of(List<PackedPiece> pieces) {
    PieceText[] texts = new PieceText[pieces.size()];
    long from = 0;
    long lineFeeds = 0;
    byte[] before = new byte[0];
    int checksum = 0;
    boolean ended = false;
    int last = -1; // that holds anything
    for (int i = 0; i < texts.length; i++) {
      PackedPiece piece = pieces.get(i);
      boolean nothing = ended || piece.unit() < 0;
      long to = nothing ? from : from + piece.bytes();
      if (!nothing) {
        Bzip2Blocks.Streams streams = piece.streams();
        if (piece.end() == PackedPiece.End.FILE || streams != null && !streams.hold(checksum)) {
          ended = true;
          to = Long.MAX_VALUE; // who reads it tells of damage, if that is it
        }
        last = i;
      }
      // A record begins at 0 and after each line feed but the one just before.
      boolean atLine = before.length > 0 && before[before.length - 1] == '\n';
      long records = from == 0 ? 0 : 1 + lineFeeds - (atLine ? 1 : 0);
      texts[i] = new PieceText(from, to, records, before, piece.unit(), checksum);
      if (!nothing && !ended) {
        from = to;
        lineFeeds += piece.lineFeeds();
        before = lastBytes(before, piece.tail());
        checksum = piece.streams() == null ? 0 : piece.streams().after(checksum);
      }
    }
    if (last >= 0 && !ended) {
      PieceText end = texts[last];
      texts[last] =
          new PieceText(
              end.from, Long.MAX_VALUE, end.recordsBefore, end.before, end.unit, end.checksum);
    }
    return texts;
  }

  private static byte[] lastBytes(byte[] before, byte[] tail) {
    int kept = Math.min(before.length, PackedPiece.TAIL - tail.length);
    if (kept <= 0) {
      return tail;
    }
    byte[] both = Arrays.copyOfRange(before, before.length - kept, before.length + tail.length);
    System.arraycopy(tail, 0, both, kept, tail.length);
    return both;
  }

  /** Whether no record can begin in the piece. */
  public boolean isEmpty() {
    return from == to;
  }

  /** By what it says of the text; the bytes before follow from the file. */
  @Override
  public boolean equals(Object other) {
    return other instanceof PieceText text
        && text.from == from
        && text.to == to
        && text.unit == unit
        && text.recordsBefore == recordsBefore;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(from * 31 + unit);
  }
}
