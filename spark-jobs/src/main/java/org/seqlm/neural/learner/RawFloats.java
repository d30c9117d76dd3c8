package org.seqlm.neural.learner;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Arrays as raw little-endian float32, a block at a time. */
public final class RawFloats {
  private static final int BLOCK = 1 << 14;

  private RawFloats() {}

  /** Writes all values. */
  public static void write(OutputStream out, float[] values) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(4 * BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < values.length; from += BLOCK) {
      int count = Math.min(BLOCK, values.length - from);
      buffer.asFloatBuffer().put(values, from, count);
      out.write(buffer.array(), 0, 4 * count);
    }
  }

  /**
   * Writes the values {@code [from, to)} as a block: their number as four big-endian bytes, the
   * values, the CRC-32C of the values' bytes as four big-endian bytes.
   */
  public static void writeBlock(OutputStream stream, float[] values, int from, int to)
      throws IOException {
    DataOutputStream out = new DataOutputStream(stream);
    out.writeInt(to - from);
    CRC32C checksum = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocate(4 * BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = from; at < to; at += BLOCK) {
      int count = Math.min(BLOCK, to - at);
      buffer.asFloatBuffer().put(values, at, count);
      checksum.update(buffer.array(), 0, 4 * count);
      out.write(buffer.array(), 0, 4 * count);
    }
    out.writeInt((int) checksum.getValue());
  }

  /**
   * Reads a block that {@link #writeBlock} wrote.
   *
   * @throws IOException if it is truncated or its checksum is another
   */
  public static float[] readBlock(InputStream stream) throws IOException {
    DataInputStream in = new DataInputStream(stream);
    int length = in.readInt();
    if (length < 0) {
      throw new IOException("a block of " + length + " parameters is damaged");
    }
    float[] values = new float[length];
    CRC32C checksum = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocate(4 * BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < length; at += BLOCK) {
      int count = Math.min(BLOCK, length - at);
      in.readFully(buffer.array(), 0, 4 * count);
      checksum.update(buffer.array(), 0, 4 * count);
      buffer.asFloatBuffer().get(values, at, count);
    }
    if (in.readInt() != (int) checksum.getValue()) {
      throw new IOException("a block of " + length + " parameters is damaged: its CRC-32C differs");
    }
    return values;
  }

  /**
   * Reads {@code count} values, which may take more bytes than an array of bytes can hold.
   *
   * @throws java.io.EOFException if there are fewer
   */
  public static float[] read(InputStream stream, int count) throws IOException {
    DataInputStream in = new DataInputStream(stream);
    // Grows with what is there: a damaged count must not ask for more memory than there is.
    float[] values = new float[Math.min(count, 1 << 20)];
    ByteBuffer buffer = ByteBuffer.allocate(4 * BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < count; at += BLOCK) {
      int block = Math.min(BLOCK, count - at);
      in.readFully(buffer.array(), 0, 4 * block);
      if (at + block > values.length) {
        values =
            Arrays.copyOf(values, (int) Math.min(count, Math.max(at + block, 2L * values.length)));
      }
      buffer.asFloatBuffer().get(values, at, block);
    }
    return values;
  }

  /** The values' bytes. */
  public static byte[] bytes(float[] values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(Math.multiplyExact(4, values.length)).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }

  /** Whether every value is finite. */
  public static boolean allFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}
