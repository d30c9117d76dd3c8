package org.seqlm.spark;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import org.seqlm.corpus.LocalBlock;

/** A block with its ids in as few bytes as they need: it waits on disk between two passes. */
final class LocalBlockSerializer extends Serializer<LocalBlock> {
  LocalBlockSerializer() {
    super(false, true);
  }

  @Override
  public void write(Kryo kryo, Output out, LocalBlock block) {
    out.writeInt(block.chunk());
    out.writeLong(block.offset());
    out.writeBoolean(block.lineStart());
    int all = 0;
    for (int id : block.tokens()) {
      all |= id;
    }
    int width = all < 1 << 8 ? 1 : all < 1 << 16 ? 2 : 4;
    byte[] packed = new byte[block.tokens().length * width];
    int at = 0;
    for (int id : block.tokens()) {
      for (int shift = 0; shift < width * 8; shift += 8) {
        packed[at++] = (byte) (id >>> shift);
      }
    }
    out.writeInt(width);
    out.writeInt(block.tokens().length);
    out.writeBytes(packed);
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
    int[] tokens = new int[in.readInt()];
    byte[] packed = in.readBytes(tokens.length * width);
    int at = 0;
    for (int i = 0; i < tokens.length; i++) {
      int id = 0;
      for (int shift = 0; shift < width * 8; shift += 8) {
        id |= (packed[at++] & 0xFF) << shift;
      }
      tokens[i] = id;
    }
    return new LocalBlock(
        chunk, offset, lineStart, tokens, readInts(in), readInts(in), readInts(in));
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
