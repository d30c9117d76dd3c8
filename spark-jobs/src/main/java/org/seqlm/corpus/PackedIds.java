package org.seqlm.corpus;

import java.io.Serializable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Ids in one, two or four bytes each, little-endian, whichever the largest needs: half the memory
 * of an array of ints for most texts, and nothing to do but copy it where it goes to disk.
 */
public final class PackedIds implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final int width;
  private final byte[] bytes;

  /**
   * What {@link #width} and {@link #bytes} of another gave.
   *
   * @param width bytes an id: 1, 2 or 4
   * @param bytes of the ids, one after another
   */
  public PackedIds(int width, byte[] bytes) {
    if (width != 1 && width != 2 && width != 4 || bytes.length % width != 0) {
      throw new IllegalArgumentException(bytes.length + " bytes of ids of " + width);
    }
    this.width = width;
    this.bytes = bytes;
  }

  /**
   * Packs the first of some ids.
   *
   * @param ids from 0
   */
  public static PackedIds of(int[] ids, int size) {
    int all = 0;
    for (int i = 0; i < size; i++) {
      all |= ids[i];
    }
    int width = all < 0 ? 4 : all < 1 << 8 ? 1 : all < 1 << 16 ? 2 : 4;
    byte[] bytes = new byte[Math.multiplyExact(size, width)];
    switch (width) {
      case 1 -> {
        for (int i = 0; i < size; i++) {
          bytes[i] = (byte) ids[i];
        }
      }
      case 2 -> {
        for (int i = 0; i < size; i++) {
          SHORTS.set(bytes, 2 * i, (short) ids[i]);
        }
      }
      default -> {
        for (int i = 0; i < size; i++) {
          INTS.set(bytes, 4 * i, ids[i]);
        }
      }
    }
    return new PackedIds(width, bytes);
  }

  public int size() {
    return bytes.length / width;
  }

  public int width() {
    return width;
  }

  public byte[] bytes() {
    return bytes;
  }

  /** The ids, in an array of their own. */
  public int[] unpack() {
    int[] ids = new int[size()];
    switch (width) {
      case 1 -> {
        for (int i = 0; i < ids.length; i++) {
          ids[i] = bytes[i] & 0xFF;
        }
      }
      case 2 -> {
        for (int i = 0; i < ids.length; i++) {
          ids[i] = (short) SHORTS.get(bytes, 2 * i) & 0xFFFF;
        }
      }
      default -> {
        for (int i = 0; i < ids.length; i++) {
          ids[i] = (int) INTS.get(bytes, 4 * i);
        }
      }
    }
    return ids;
  }
}
