package org.seqlm.spark;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import org.seqlm.ngram.NgramBlock;

/** A block as its primitive arrays; counts are mostly small and take a byte. */
final class NgramBlockSerializer extends Serializer<NgramBlock> {
  NgramBlockSerializer() {
    super(false, true);
  }

  @Override
  public void write(Kryo kryo, Output out, NgramBlock block) {
    out.writeInt(block.keys().length);
    out.writeInt(block.size());
    out.writeLongs(block.keys());
    out.writeLongs(block.counts(), true);
    out.writeLongs(block.firsts(), true);
  }

  @Override
  public NgramBlock read(Kryo kryo, Input in, Class<NgramBlock> type) {
    int keys = in.readInt();
    int size = in.readInt();
    return new NgramBlock(in.readLongs(keys), in.readLongs(size, true), in.readLongs(size, true));
  }
}
