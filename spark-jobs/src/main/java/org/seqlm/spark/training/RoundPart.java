package org.seqlm.spark.training;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import org.seqlm.neural.learner.RawFloats;
import org.seqlm.spark.task.Refusal;

/**
 * What a worker sends of its round: a stripe of its parameters with their weight, the report on the
 * round, or why there is none. Keyed by {@link #key}, so that a stripe's parts meet in the order of
 * the workers. Travels as a raw block with length and checksum, under Spark's Java serialiser and
 * under Kryo, registered or not.
 */
@DefaultSerializer(RoundPart.KryoSerializer.class)
public final class RoundPart implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The stripe number of a report. */
  static final int REPORT = -1;

  /** The stripe number of a {@link Refusal}. */
  static final int REFUSAL = -2;

  private transient int stripe;
  private transient int worker;
  private transient long weight;
  private transient float[] values;
  private transient int from;
  private transient int to;
  private transient byte[] report;

  private RoundPart(
      int stripe, int worker, long weight, float[] values, int from, int to, byte[] report) {
    this.stripe = stripe;
    this.worker = worker;
    this.weight = weight;
    this.values = values;
    this.from = from;
    this.to = to;
    this.report = report;
  }

  /** The values {@code [from, to)} of a worker; nothing is copied. */
  static RoundPart stripe(int stripe, int worker, long weight, float[] values, int from, int to) {
    return new RoundPart(stripe, worker, weight, values, from, to, new byte[0]);
  }

  /**
   * A stripe's mean over the workers.
   *
   * @param distances of the workers from it, as {@link Drift#encode} writes them
   */
  static RoundPart mean(int stripe, long weight, float[] mean, byte[] distances) {
    return new RoundPart(stripe, 0, weight, mean, 0, mean.length, distances);
  }

  static RoundPart report(int worker, byte[] report) {
    return new RoundPart(REPORT, worker, 0, new float[0], 0, 0, report);
  }

  static RoundPart refusal(int worker, byte[] refusal) {
    return new RoundPart(REFUSAL, worker, 0, new float[0], 0, 0, refusal);
  }

  int stripe() {
    return stripe;
  }

  int worker() {
    return worker;
  }

  long weight() {
    return weight;
  }

  /** A {@link WorkerReport} or a {@link Refusal}, encoded; of a mean the workers' distances. */
  byte[] report() {
    return report;
  }

  /** Values of the stripe. */
  int length() {
    return to - from;
  }

  /** Adds the values, times the weight, to a sum of the same length. */
  void addTo(double[] sum) {
    double w = weight;
    float[] all = values;
    int at = from;
    for (int i = 0; i < sum.length; i++) {
      sum[i] += w * all[at + i];
    }
  }

  /** Adds the squared distances from a reference, times the weight, to a sum. */
  void addSquaresTo(double[] sum, float[] reference) {
    double w = weight;
    float[] all = values;
    int at = from;
    for (int i = 0; i < sum.length; i++) {
      double d = (double) all[at + i] - reference[i];
      sum[i] += w * (d * d);
    }
  }

  /** The squared distance of {@code length} values from those of a mean, from a place on. */
  double square(float[] mean, int place, int length) {
    return Drift.square(values, from + place, mean, place, length);
  }

  /** Copies the values to their place. */
  void copyTo(float[] all, int at) {
    System.arraycopy(values, from, all, at, to - from);
  }

  /** Orders by stripe, then worker. */
  long key() {
    return ((long) (stripe + 1) << 32) | worker;
  }

  static int stripeOf(long key) {
    return (int) (key >> 32) - 1;
  }

  private void writeTo(OutputStream stream) throws IOException {
    DataOutputStream out = new DataOutputStream(stream);
    out.writeInt(stripe);
    out.writeInt(worker);
    out.writeLong(weight);
    out.writeInt(report.length);
    out.write(report);
    RawFloats.writeBlock(out, values, from, to);
  }

  private static RoundPart readFrom(InputStream stream) throws IOException {
    DataInputStream in = new DataInputStream(stream);
    int stripe = in.readInt();
    int worker = in.readInt();
    long weight = in.readLong();
    byte[] report = new byte[in.readInt()];
    in.readFully(report);
    float[] values = RawFloats.readBlock(in);
    return new RoundPart(stripe, worker, weight, values, 0, values.length, report);
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    writeTo(out);
  }

  private void readObject(ObjectInputStream in) throws IOException {
    RoundPart read = readFrom(in);
    stripe = read.stripe;
    worker = read.worker;
    weight = read.weight;
    values = read.values;
    from = read.from;
    to = read.to;
    report = read.report;
  }

  /** As a raw block. */
  public static final class KryoSerializer extends Serializer<RoundPart> {
    public KryoSerializer() {
      super(false, true);
    }

    @Override
    public void write(Kryo kryo, Output out, RoundPart part) {
      try {
        part.writeTo(out);
      } catch (IOException e) {
        throw new KryoException(e);
      }
    }

    @Override
    public RoundPart read(Kryo kryo, Input in, Class<RoundPart> type) {
      try {
        return readFrom(in);
      } catch (IOException e) {
        throw new KryoException(e);
      }
    }
  }
}
