package org.seqlm.spark.io;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.Kept;
import org.seqlm.text.Hash128;

/**
 * Hadoop's settings on their way to tasks, as they are when they are first sent. There are more
 * than a thousand; Hadoop's own way compresses the source of each by itself, whenever a stage is
 * sent, and sets each anew in every task. Here they are written once, and a process reads the same
 * settings once: its tasks share them, so none may change them. Where a setting came from is not
 * sent.
 */
public final class SharedSettings implements Serializable {
  private static final long serialVersionUID = 1;

  /** A process has those of one driver; of several where each commands its own, as in tests. */
  private static final Kept<Configuration> READ = new Kept<>(4);

  private transient Configuration settings; // null where they were sent until they are asked for
  private byte[] bytes; // null until they are sent
  private String hash;

  public SharedSettings(Configuration settings) {
    this.settings = settings;
  }

  private SharedSettings(byte[] bytes, String hash) {
    this.bytes = bytes;
    this.hash = hash;
  }

  /** The settings: on the driver those given, in a task those that all its process's tasks have. */
  public synchronized Configuration value() {
    if (settings == null) {
      try {
        settings = READ.open(hash, () -> read(bytes));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return settings;
  }

  private synchronized void write() throws IOException {
    if (bytes != null) {
      return;
    }
    ByteArrayOutputStream written = new ByteArrayOutputStream(1 << 17);
    try (DataOutputStream out = new DataOutputStream(written)) {
      // Values as they are written: a task expands the variables in them, as the driver does.
      for (Map.Entry<String, String> setting : settings) {
        write(out, setting.getKey());
        write(out, setting.getValue());
      }
    }
    bytes = written.toByteArray();
    Hash128 of = new Hash128().hash(bytes, 0, bytes.length, 0, 0);
    hash = of.high() + " " + of.low() + " " + bytes.length;
  }

  private static void write(DataOutputStream out, String text) throws IOException {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(encoded.length);
    out.write(encoded);
  }

  private static Configuration read(byte[] bytes) throws IOException {
    Configuration read = new Configuration(false);
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    while (in.available() > 0) {
      read.set(text(in), text(in));
    }
    return read;
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    write();
    out.defaultWriteObject();
  }

  /** For broadcasts: the same bytes. */
  public static final class KryoSerializer extends Serializer<SharedSettings> {
    @Override
    public void write(Kryo kryo, Output out, SharedSettings shared) {
      try {
        shared.write();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      out.writeString(shared.hash);
      out.writeInt(shared.bytes.length);
      out.writeBytes(shared.bytes);
    }

    @Override
    public SharedSettings read(Kryo kryo, Input in, Class<SharedSettings> type) {
      String hash = in.readString();
      return new SharedSettings(in.readBytes(in.readInt()), hash);
    }
  }
}
