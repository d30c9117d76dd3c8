package org.seqlm.spark.io;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import org.seqlm.corpus.LocalBlock;
import org.seqlm.corpus.PackedIds;

/** A block, which waits on disk between two passes. */
public final class LocalBlockSerializer extends Serializer<LocalBlock> {
  public LocalBlockSerializer() {
    super(false, true);
  }

  @Override
  public void write(Kryo kryo, Output out, LocalBlock block) {
    out.writeInt(block.chunk());
    out.writeLong(block.offset());
    out.writeBoolean(block.lineStart());
    out.writeInt(block.ids().width());
    out.writeInt(block.ids().bytes().length);
    out.writeBytes(block.ids().bytes());
    write(out, block.documentStarts());
    write(out, block.oddAt());
    write(out, block.oddBy());
  }

  @Override
  public LocalBlock read(Kryo kryo, Input in, Class<LocalBlock> type) {
    int chunk = in.readInt();
    long offset = in.readLong();
    boolean lineStart = in.readBoolean();
    int width = in.readInt();
    PackedIds ids = new PackedIds(width, in.readBytes(in.readInt()));
    return new LocalBlock(chunk, offset, lineStart, ids, readInts(in), readInts(in), readInts(in));
  }

  private static void write(Output out, int[] values) {
    out.writeInt(values.length, true);
    for (int value : values) {
      out.writeInt(value, false);
    }
  }

  private static int[] readInts(Input in) {
    int[] values = new int[in.readInt(true)];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readInt(false);
    }
    return values;
  }
}
