package org.seqlm.spark.io;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import org.seqlm.corpus.file.Bzip2Blocks;
import org.seqlm.corpus.file.PackedPiece;

/** Writes what a task found of a packed piece: Kryo cannot make records by itself. */
public final class PackedPieceSerializer extends Serializer<PackedPiece> {
  public PackedPieceSerializer() {
    super(false, true);
  }

  @Override
  public void write(Kryo kryo, Output out, PackedPiece piece) {
    out.writeLong(piece.unit());
    out.writeLong(piece.next());
    out.writeLong(piece.bytes());
    out.writeLong(piece.lineFeeds());
    out.writeInt(piece.tail().length);
    out.writeBytes(piece.tail());
    Bzip2Blocks.Streams streams = piece.streams();
    out.writeBoolean(streams != null);
    if (streams != null) {
      out.writeInt(streams.blocks());
      out.writeInt(streams.checksum());
      out.writeBoolean(streams.ended());
      out.writeInt(streams.stored());
      out.writeInt(streams.open());
    }
    out.writeInt(piece.end().ordinal());
  }

  @Override
  public PackedPiece read(Kryo kryo, Input in, Class<PackedPiece> type) {
    long unit = in.readLong();
    long next = in.readLong();
    long bytes = in.readLong();
    long lineFeeds = in.readLong();
    byte[] tail = in.readBytes(in.readInt());
    Bzip2Blocks.Streams streams =
        in.readBoolean()
            ? new Bzip2Blocks.Streams(
                in.readInt(), in.readInt(), in.readBoolean(), in.readInt(), in.readInt())
            : null;
    return new PackedPiece(
        unit, next, bytes, lineFeeds, tail, streams, PackedPiece.End.values()[in.readInt()]);
  }
}
