package org.seqlm.spark;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.seqlm.corpus.LocalBlock;

/** A block with its ids in as few bytes as they need: it waits on disk between two passes. */
final class LocalBlockSerializer extends Serializer<LocalBlock> {
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

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
    out.writeInt(width);
    out.writeInt(block.tokens().length);
    out.writeBytes(pack(block.tokens(), width));
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
    int length = in.readInt();
    int[] tokens = unpack(in.readBytes(length * width), width, length);
    return new LocalBlock(
        chunk, offset, lineStart, tokens, readInts(in), readInts(in), readInts(in));
  }

  private static byte[] pack(int[] ids, int width) {
    byte[] packed = new byte[ids.length * width];
    for (int i = 0; i < ids.length; i++) {
      switch (width) {
        case 1 -> packed[i] = (byte) ids[i];
        case 2 -> SHORTS.set(packed, 2 * i, (short) ids[i]);
        default -> INTS.set(packed, 4 * i, ids[i]);
      }
    }
    return packed;
  }

  private static int[] unpack(byte[] packed, int width, int length) {
    int[] ids = new int[length];
    for (int i = 0; i < length; i++) {
      ids[i] =
          switch (width) {
            case 1 -> packed[i] & 0xFF;
            case 2 -> (short) SHORTS.get(packed, 2 * i) & 0xFFFF;
            default -> (int) INTS.get(packed, 4 * i);
          };
    }
    return ids;
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
