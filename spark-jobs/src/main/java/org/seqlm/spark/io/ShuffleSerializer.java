package org.seqlm.spark.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.spark.SparkEnv;
import org.apache.spark.serializer.DeserializationStream;
import org.apache.spark.serializer.SerializationStream;
import org.apache.spark.serializer.Serializer;
import org.apache.spark.serializer.SerializerInstance;
import scala.reflect.ClassTag;

/**
 * The session's serializer for shuffles, with one Kryo a task. A task that writes for up to 200
 * partitions has a stream open for each of them, and Spark gives every stream a Kryo of its own,
 * which registers hundreds of classes by reflection. That took longer than counting a million
 * tokens.
 */
final class ShuffleSerializer extends Serializer implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  @Override
  public SerializerInstance newInstance() {
    Serializer session = SparkEnv.get().serializer();
    SerializerInstance instance = session.newInstance();
    // Another serializer's stream may begin with a head or refer to what it wrote before.
    return session.supportsRelocationOfSerializedObjects() ? new OneStream(instance) : instance;
  }

  @Override
  public boolean supportsRelocationOfSerializedObjects() {
    return SparkEnv.get().serializer().supportsRelocationOfSerializedObjects();
  }

  /** Writes all its streams through one of the session's. */
  private static final class OneStream extends SerializerInstance {
    private final SerializerInstance session;
    private final Switch to = new Switch();
    private SerializationStream shared;
    private int open;

    OneStream(SerializerInstance session) {
      this.session = session;
    }

    @Override
    public SerializationStream serializeStream(OutputStream out) {
      if (open++ == 0) {
        shared = session.serializeStream(to);
      }
      return new Branch(out);
    }

    @Override
    public DeserializationStream deserializeStream(InputStream in) {
      return session.deserializeStream(in);
    }

    @Override
    public <T> ByteBuffer serialize(T value, ClassTag<T> tag) {
      return session.serialize(value, tag);
    }

    @Override
    public <T> T deserialize(ByteBuffer bytes, ClassTag<T> tag) {
      return session.deserialize(bytes, tag);
    }

    @Override
    public <T> T deserialize(ByteBuffer bytes, ClassLoader loader, ClassTag<T> tag) {
      return session.deserialize(bytes, loader, tag);
    }

    private final class Branch extends SerializationStream {
      private final OutputStream out;
      private boolean closed;

      Branch(OutputStream out) {
        this.out = out;
      }

      @Override
      public <T> SerializationStream writeObject(T value, ClassTag<T> tag) {
        to.out = out;
        shared.writeObject(value, tag);
        shared.flush();
        return this;
      }

      @Override
      public void flush() {
        try {
          out.flush();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public void close() {
        if (closed) {
          return;
        }
        closed = true;
        if (--open == 0) {
          to.out = OutputStream.nullOutputStream();
          shared.close();
        }
        try {
          out.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  /** Where the shared stream writes to now. A flush ends an object, not what is written to. */
  private static final class Switch extends OutputStream {
    private OutputStream out;

    @Override
    public void write(int b) throws IOException {
      out.write(b);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
    }
  }
}
