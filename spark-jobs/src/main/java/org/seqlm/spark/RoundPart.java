package org.seqlm.spark;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;

/**
 * What a worker sends of its round: either a slice of its parameters with their weight, or the
 * report on the round. Keyed by {@link #key}, so that a slice's parts meet in the order of the
 * workers.
 */
final class RoundPart {
  /** The slice number of a report. */
  static final int REPORT = -1;

  final int slice;
  final int worker;
  final long weight;
  final float[] values;
  final byte[] report;

  private RoundPart(int slice, int worker, long weight, float[] values, byte[] report) {
    this.slice = slice;
    this.worker = worker;
    this.weight = weight;
    this.values = values;
    this.report = report;
  }

  static RoundPart slice(int slice, int worker, long weight, float[] values) {
    return new RoundPart(slice, worker, weight, values, new byte[0]);
  }

  static RoundPart report(int worker, byte[] report) {
    return new RoundPart(REPORT, worker, 0, new float[0], report);
  }

  /** Orders by slice, then worker. */
  long key() {
    return ((long) (slice + 1) << 32) | worker;
  }

  static int sliceOf(long key) {
    return (int) (key >> 32) - 1;
  }

  /** As raw blocks. */
  static final class KryoSerializer extends Serializer<RoundPart> {
    KryoSerializer() {
      super(false, true);
    }

    @Override
    public void write(Kryo kryo, Output out, RoundPart part) {
      out.writeInt(part.slice);
      out.writeInt(part.worker);
      out.writeLong(part.weight);
      out.writeInt(part.values.length);
      out.writeFloats(part.values);
      out.writeInt(part.report.length);
      out.writeBytes(part.report);
    }

    @Override
    public RoundPart read(Kryo kryo, Input in, Class<RoundPart> type) {
      return new RoundPart(
          in.readInt(),
          in.readInt(),
          in.readLong(),
          in.readFloats(in.readInt()),
          in.readBytes(in.readInt()));
    }
  }
}
