package org.seqlm.spark.io;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import org.seqlm.vocab.TokenBlock;

/** A block as its primitive arrays. */
public final class TokenBlockSerializer extends Serializer<TokenBlock> {
  public TokenBlockSerializer() {
    super(false, true);
  }

  @Override
  public void write(Kryo kryo, Output out, TokenBlock block) {
    out.writeLong(block.offset());
    writeInts(out, block.before());
    writeInts(out, block.tokens());
    writeInts(out, block.documentStarts());
  }

  @Override
  public TokenBlock read(Kryo kryo, Input in, Class<TokenBlock> type) {
    return new TokenBlock(in.readLong(), readInts(in), readInts(in), readInts(in));
  }

  private static void writeInts(Output out, int[] values) {
    out.writeInt(values.length);
    out.writeInts(values);
  }

  private static int[] readInts(Input in) {
    return in.readInts(in.readInt());
  }
}
