package org.seqlm.spark.training;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import org.seqlm.neural.learner.RawFloats;

/**
 * What all workers of a round begin with. Immutable by convention: nobody changes the arrays.
 * Travels as raw blocks with length and checksum, under Spark's Java serialiser and under Kryo,
 * registered or not.
 */
@DefaultSerializer(SharedModel.KryoSerializer.class)
public final class SharedModel implements Serializable {
  private static final long serialVersionUID = 1L;

  private transient float[] parameters;
  private transient float[] moments;
  private transient long updates;

  /**
   * @param parameters flat
   * @param moments (moments a parameter, parameters) where they are averaged; empty means zero
   * @param updates of these moments since they were zero
   */
  public SharedModel(float[] parameters, float[] moments, long updates) {
    this.parameters = parameters;
    this.moments = moments;
    this.updates = updates;
  }

  /** Parameters only. */
  public static SharedModel of(float[] parameters) {
    return new SharedModel(parameters, new float[0], 0);
  }

  public float[] parameters() {
    return parameters;
  }

  public float[] moments() {
    return moments;
  }

  public long updates() {
    return updates;
  }

  /** Writes the raw form. */
  void writeTo(OutputStream out) throws IOException {
    out.write(ByteBuffer.allocate(Long.BYTES).putLong(updates).array());
    RawFloats.writeBlock(out, parameters, 0, parameters.length);
    RawFloats.writeBlock(out, moments, 0, moments.length);
  }

  /**
   * Reads the raw form.
   *
   * @throws IOException if it is damaged
   */
  static SharedModel readFrom(InputStream in) throws IOException {
    long updates = new java.io.DataInputStream(in).readLong();
    float[] parameters = RawFloats.readBlock(in);
    return new SharedModel(parameters, RawFloats.readBlock(in), updates);
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    writeTo(out);
  }

  private void readObject(ObjectInputStream in) throws IOException {
    SharedModel read = readFrom(in);
    parameters = read.parameters;
    moments = read.moments;
    updates = read.updates;
  }

  /** As raw blocks. */
  public static final class KryoSerializer extends Serializer<SharedModel> {
    public KryoSerializer() {
      super(false, true);
    }

    @Override
    public void write(Kryo kryo, Output out, SharedModel model) {
      try {
        model.writeTo(out);
      } catch (IOException e) {
        throw new KryoException(e);
      }
    }

    @Override
    public SharedModel read(Kryo kryo, Input in, Class<SharedModel> type) {
      try {
        return readFrom(in);
      } catch (IOException e) {
        throw new KryoException(e);
      }
    }
  }
}
