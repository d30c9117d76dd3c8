package org.seqlm.spark.io;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import org.seqlm.vocab.PackedTokens;

/** Tokens and counts: the bytes as they are, lengths and counts in as few bytes as they need. */
public final class PackedTokensSerializer extends Serializer<PackedTokens> {
  public PackedTokensSerializer() {
    super(false, true);
  }

  @Override
  public void write(Kryo kryo, Output out, PackedTokens tokens) {
    int n = tokens.size();
    out.writeInt(n);
    for (int i = 0; i < n; i++) {
      out.writeInt(tokens.length(i), true);
      out.writeLong(tokens.counts()[i], true);
    }
    out.writeBytes(tokens.arena(), 0, n == 0 ? 0 : tokens.end(n - 1));
  }

  @Override
  public PackedTokens read(Kryo kryo, Input in, Class<PackedTokens> type) {
    int n = in.readInt();
    int[] ends = new int[n];
    long[] counts = new long[n];
    int end = 0;
    for (int i = 0; i < n; i++) {
      end += in.readInt(true);
      ends[i] = end;
      counts[i] = in.readLong(true);
    }
    return new PackedTokens(in.readBytes(end), ends, counts);
  }
}
