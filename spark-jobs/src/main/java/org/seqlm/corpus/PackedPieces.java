package org.seqlm.corpus;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.corpus.file.Bzip2Blocks;
import org.seqlm.corpus.file.PackedPiece;
import org.seqlm.corpus.plan.CorpusRange;

/**
 * Finds which text a piece of a packed file holds, so that who reads it later knows the place of
 * each of its records in the text, as if the file had been read whole. A piece has the blocks that
 * begin in its bytes.
 */
public final class PackedPieces {
  private final StoredFile stored;
  private final CorpusRange.Piece piece;
  private final LongConsumer progress;
  private final byte[] buffer = new byte[1 << 14];
  private final byte[] tail = new byte[PackedPiece.TAIL];
  private int kept; // bytes of the tail
  private long bytes;
  private long lineFeeds;

  private PackedPieces(StoredFile stored, CorpusRange.Piece piece, LongConsumer progress) {
    this.stored = stored;
    this.piece = piece;
    this.progress = progress;
  }

  /**
   * Reads a piece.
   *
   * @param progress receives the bytes read as they are stored, a bit at a time
   * @throws IOException if the file system failed, so that another attempt may succeed; what is
   *     damaged is told of in the result
   */
  public static PackedPiece read(Configuration conf, CorpusRange.Piece piece, LongConsumer progress)
      throws IOException {
    StoredFile stored = new StoredFile(conf, piece.file().path());
    try {
      return piece.from() == 0
          ? new PackedPieces(stored, piece, progress).fromStart()
          : new PackedPieces(stored, piece, progress).fromMiddle();
    } catch (PieceReader.UnreadableException e) {
      // Nobody can open it. Of that its first piece tells.
      return piece.from() == 0
          ? new PackedPiece(0, 0, 0, new byte[0], null, PackedPiece.End.DAMAGED)
          : PackedPiece.NONE;
    }
  }

  private PackedPiece fromStart() throws IOException {
    try (Bzip2Blocks blocks = Bzip2Blocks.of(stored.open(0, progress))) {
      return read(blocks, 0);
    } catch (IOException e) {
      throw stored.classify(e);
    }
  }

  private PackedPiece fromMiddle() throws IOException {
    long found;
    try (var in = stored.open(piece.from(), n -> {})) {
      found = Bzip2Blocks.find(in, piece.from(), piece.to());
    } catch (IOException e) {
      throw stored.classify(e);
    }
    if (found < 0) {
      return PackedPiece.NONE;
    }
    PackedPiece read = from(found);
    if (read.end() == PackedPiece.End.DAMAGED && read.bytes() == 0) {
      // Either the first block is damaged, or none begins there.
      long first = firstFromStart();
      if (first != found) {
        return first < 0 || first >= piece.to() * 8 ? PackedPiece.NONE : from(first);
      }
    }
    return read;
  }

  private PackedPiece from(long unit) throws IOException {
    kept = 0;
    bytes = 0;
    lineFeeds = 0;
    try (Bzip2Blocks blocks = Bzip2Blocks.at(stored.open(unit >> 3, progress), unit)) {
      return read(blocks, unit);
    } catch (IOException e) {
      throw stored.classify(e);
    }
  }

  /** Where the piece's first block begins for whoever reads the file whole; -1 if none does. */
  private long firstFromStart() throws IOException {
    try (Bzip2Blocks blocks = Bzip2Blocks.of(stored.open(0, n -> {}))) {
      while (blocks.nextBlock()) {
        if (blocks.start() >= piece.from() * 8) {
          return blocks.start();
        }
        while (blocks.read(buffer, 0, buffer.length) > 0) {
          // Its end is where the next begins.
        }
      }
      return -1;
    } catch (IOException e) {
      if (stored.failed()) {
        throw stored.classify(e);
      }
      return -1; // an earlier piece tells of it
    }
  }

  private PackedPiece read(Bzip2Blocks blocks, long first) throws IOException {
    long unit = -1;
    PackedPiece.End end = PackedPiece.End.WHOLE;
    try {
      while (blocks.nextBlock() && blocks.start() < piece.to() * 8) {
        unit = unit < 0 ? blocks.start() : unit;
        for (int n = 0; n >= 0; n = blocks.read(buffer, 0, buffer.length)) {
          take(n);
        }
      }
      stored.requireNoFailure();
    } catch (IOException e) {
      if (stored.failed()) {
        throw e;
      }
      end = PackedPiece.End.DAMAGED;
      unit = unit < 0 ? first : unit;
    }
    return new PackedPiece(
        unit, bytes, lineFeeds, Arrays.copyOf(tail, kept), blocks.streams(), end);
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
