package org.seqlm.corpus;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.corpus.file.BgzfMembers;
import org.seqlm.corpus.file.Bzip2Blocks;
import org.seqlm.corpus.file.PackedPiece;
import org.seqlm.corpus.file.PackedUnits;
import org.seqlm.corpus.file.ZstdFrames;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;

/**
 * Finds which text a piece of a packed file holds, so that who reads it later knows the place of
 * each of its records in the text, as if the file had been read whole. A piece has the blocks of
 * bzip2, members of bgzip, or frames of a seekable zstd file that begin in its bytes; other packed
 * files are their first piece's.
 */
public final class PackedPieces {
  /** Of some 5 million frames: a table that is larger is not read. */
  private static final long MOST_TABLE_BYTES = 64 << 20;

  private final Configuration conf;
  private final CorpusSource source;
  private final CorpusRange.Piece piece;
  private final LongConsumer progress;
  private final StoredFile stored;
  private final byte[] buffer = new byte[1 << 14];
  private final byte[] tail = new byte[PackedPiece.TAIL];
  private int kept; // bytes of the tail
  private long bytes;
  private long lineFeeds;

  private PackedPieces(
      Configuration conf, CorpusSource source, CorpusRange.Piece piece, LongConsumer progress)
      throws IOException {
    this.conf = conf;
    this.source = source;
    this.piece = piece;
    this.progress = progress;
    stored = new StoredFile(conf, piece.file().path());
  }

  /**
   * Reads a piece.
   *
   * @param progress receives the bytes read as they are stored, a bit at a time
   * @throws IOException if the file system failed, so that another attempt may succeed; what is
   *     damaged is told of in the result
   */
  public static PackedPiece read(
      Configuration conf, CorpusSource source, CorpusRange.Piece piece, LongConsumer progress)
      throws IOException {
    PackedPieces pieces = new PackedPieces(conf, source, piece, progress);
    try {
      return switch (piece.file().compression()) {
        case BZIP2 -> pieces.bzip2();
        case GZIP -> pieces.gzip();
        case ZSTD -> pieces.zstd();
        default -> throw new IllegalArgumentException(piece + " is never cut");
      };
    } catch (PieceReader.UnreadableException e) {
      return pieces.uncut(); // of what nobody can open its first piece tells
    } catch (IOException e) {
      IOException failure = pieces.stored.classify(e);
      if (failure instanceof PieceReader.UnreadableException) {
        return pieces.uncut();
      }
      throw failure;
    }
  }

  /** What there is to say of each piece of a file that has no part that can be found. */
  private PackedPiece uncut() {
    return piece.from() == 0 ? PackedPiece.ALL : PackedPiece.NONE;
  }

  private InputStream open(long from) throws IOException {
    return stored.open(from, progress);
  }

  /** Units of a file from one of them on. */
  private interface Opening {
    PackedUnits at(long unit) throws IOException;
  }

  private PackedPiece bzip2() throws IOException {
    return found(
        Bzip2Blocks::find,
        unit -> unit == 0 ? Bzip2Blocks.of(open(0)) : Bzip2Blocks.at(open(unit >> 3), unit));
  }

  private PackedPiece gzip() throws IOException {
    try (InputStream in = stored.open(0, n -> {})) {
      byte[] head = in.readNBytes(BgzfMembers.HEAD);
      if (head.length < BgzfMembers.HEAD || !BgzfMembers.isHead(head, 0)) {
        return uncut();
      }
    }
    return found(
        (in, from, to) -> {
          long at = BgzfMembers.find(in, from, to);
          return at < 0 ? -1 : at * 8;
        },
        unit -> new BgzfMembers(open(unit >> 3), unit >> 3));
  }

  private PackedPiece zstd() throws IOException {
    long length = piece.file().length();
    if (length < ZstdFrames.FOOTER) {
      return uncut();
    }
    long bytes = ZstdFrames.tableBytes(end(length, ZstdFrames.FOOTER));
    if (bytes == 0 || bytes > Math.min(length, MOST_TABLE_BYTES)) {
      return uncut();
    }
    ZstdFrames.Table table = ZstdFrames.table(end(length, (int) bytes), length);
    if (table == null) {
      return uncut();
    }
    int first = table.first(piece.from());
    long start = table.starts()[first];
    if (first == table.texts().length || start >= piece.to()) {
      return PackedPiece.NONE;
    }
    return read(
        unit -> new ZstdFrames(conf, source.maxZstdWindowLog(), open(unit >> 3), table, first),
        start * 8);
  }

  private byte[] end(long length, int bytes) throws IOException {
    try (InputStream in = stored.open(length - bytes, n -> {})) {
      byte[] end = in.readNBytes(bytes);
      if (end.length < bytes) {
        throw new EOFException("it breaks off");
      }
      return end;
    }
  }

  /** Looks for what a unit begins with. */
  private interface Search {
    /** The place of the first in the piece, in bits, or of what looks like it; -1 for none. */
    long find(InputStream in, long from, long to) throws IOException;
  }

  private PackedPiece found(Search search, Opening opening) throws IOException {
    if (piece.from() == 0) {
      return read(opening, 0);
    }
    long found;
    try (InputStream in = stored.open(piece.from(), n -> {})) {
      found = search.find(in, piece.from(), piece.to());
    }
    if (found < 0) {
      return PackedPiece.NONE;
    }
    PackedPiece read = read(opening, found);
    if (read.end() == PackedPiece.End.FILE && read.bytes() == 0) {
      // Either the first unit is damaged, or none begins there.
      long first = firstFromStart(opening);
      if (first != found) {
        return first < 0 || first >= piece.to() * 8 ? PackedPiece.NONE : read(opening, first);
      }
    }
    return read;
  }

  /** Where the piece's first unit begins for whoever reads the file whole; -1 if none does. */
  private long firstFromStart(Opening opening) throws IOException {
    try (PackedUnits units = opening.at(0)) {
      while (units.next()) {
        if (units.start() >= piece.from() * 8) {
          return units.start();
        }
        while (units.read(buffer, 0, buffer.length) > 0) {
          // Its end is where the next begins.
        }
      }
    } catch (IOException e) {
      if (stored.failed()) {
        throw e;
      }
      // An earlier piece tells of it.
    }
    return -1;
  }

  private PackedPiece read(Opening opening, long first) throws IOException {
    kept = 0;
    bytes = 0;
    lineFeeds = 0;
    long unit = -1;
    long next = -1;
    PackedPiece.End end = PackedPiece.End.WHOLE;
    try (PackedUnits units = opening.at(first)) {
      try {
        while (next < 0 && units.next()) {
          if (units.start() >= piece.to() * 8) {
            next = units.start();
            continue;
          }
          unit = unit < 0 ? units.start() : unit;
          for (int n = 0; n >= 0; n = units.read(buffer, 0, buffer.length)) {
            take(n);
          }
        }
        stored.requireNoFailure();
      } catch (IOException e) {
        if (stored.failed()) {
          throw e;
        }
        end = PackedPiece.End.FILE;
        unit = unit < 0 ? first : unit;
      }
      return new PackedPiece(
          unit, next, bytes, lineFeeds, Arrays.copyOf(tail, kept), units.streams(), end);
    }
  }

  private void take(int n) {
    bytes += n;
    for (int i = 0; i < n; i++) {
      lineFeeds += buffer[i] == '\n' ? 1 : 0;
    }
    int old = Math.min(kept, Math.max(0, tail.length - n));
    System.arraycopy(tail, kept - old, tail, 0, old);
    int added = Math.min(n, tail.length - old);
    System.arraycopy(buffer, n - added, tail, old, added);
    kept = old + added;
  }
}
