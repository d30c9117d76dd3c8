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

  /**
   * Of a file's pieces, in their order. Each was begun where something looked like a block, member
   * or frame; it is believed only if the piece before ends there, back to the file's beginning.
   */
  static PieceText[] of(List<PackedPiece> pieces) {
    PieceText[] texts = new PieceText[pieces.size()];
    long from = 0;
    long lineFeeds = 0;
    byte[] before = new byte[0];
    int checksum = 0;
    long next = -1; // where the next unit begins
    boolean ended = false;
    int last = -1; // that holds anything
    for (int i = 0; i < texts.length; i++) {
      PackedPiece piece = pieces.get(i);
      boolean filled = !ended && piece.unit() >= 0 && (i == 0 || next >= 0);
      boolean fits = i == 0 || piece.unit() == next;
      Bzip2Blocks.Streams streams = piece.streams();
      // Who reads the rest of a file tells of its damage, if that is what it has.
      ended |=
          filled
              && (!fits
                  || piece.end() == PackedPiece.End.FILE
                  || streams != null && !streams.hold(checksum));
      last = filled ? i : last;
      // A record begins at 0 and after each line feed but the one just before.
      boolean atLine = before.length > 0 && before[before.length - 1] == '\n';
      long records = from == 0 ? 0 : 1 + lineFeeds - (atLine ? 1 : 0);
      long to = !filled ? from : ended ? Long.MAX_VALUE : from + piece.bytes();
      long unit = fits ? piece.unit() : next;
      texts[i] = new PieceText(from, to, records, before, unit, checksum);
      if (filled && !ended) {
        from = to;
        lineFeeds += piece.lineFeeds();
        before = lastBytes(before, piece.tail());
        checksum = streams == null ? 0 : streams.after(checksum);
      }
      next = filled || i == 0 ? piece.next() : next;
    }
    if (!ended && (last >= 0 || next >= 0)) {
      // The last one that holds anything has what may be left.
      PieceText end = texts[Math.max(0, last)];
      texts[Math.max(0, last)] =
          new PieceText(
              end.from,
              Long.MAX_VALUE,
              end.recordsBefore,
              end.before,
              last < 0 ? next : end.unit,
              end.checksum);
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
