package org.seqlm.neural.dl4j.device;

import java.lang.ref.Reference;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Arrays of Java into those of ND4J and back, by one copy of memory. ND4J's own ways take a value
 * at a time.
 */
public final class RawArrays {
  private RawArrays() {}

  /** An array of float32 with these values, in this order. */
  public static INDArray of(float[] values, long[] shape, char order) {
    INDArray array = Nd4j.createUninitialized(DataType.FLOAT, shape, order);
    copy(values, array);
    return array;
  }

  /** The values of an array in this order, as float32. */
  public static float[] floats(INDArray array, char order) {
    INDArray plain = dense(array.castTo(DataType.FLOAT), order);
    float[] values = new float[Math.toIntExact(plain.length())];
    try {
      values(host(plain)).get(values);
    } finally {
      Reference.reachabilityFence(plain);
    }
    return values;
  }

  /** Gives a flat array, which may be a view, its values. */
  public static void fill(INDArray flat, float[] values) {
    if (flat.dataType() == DataType.FLOAT && isDense(flat, flat.ordering())) {
      copy(values, flat);
    } else {
      flat.assign(of(values, flat.shape(), flat.ordering()));
    }
  }

  /** The bytes of an array's values in C order, as this machine lays them out. */
  public static byte[] bytes(INDArray array) {
    INDArray plain = dense(array, 'c');
    byte[] bytes = new byte[bytes(plain.length(), plain)];
    try {
      bytesOf(host(plain)).get(bytes);
    } finally {
      Reference.reachabilityFence(plain);
    }
    return bytes;
  }

  /** The array that {@link #bytes} took apart; {@code bytes} must be as many as it has. */
  public static INDArray of(DataType type, long[] shape, byte[] bytes) {
    INDArray array = Nd4j.createUninitialized(type, shape, 'c');
    if (bytes.length != bytes(array.length(), array)) {
      throw new IllegalArgumentException("an array's bytes are not as many as its shape says");
    }
    // Reachable past the copy: it is what we return.
    bytesOf(array).put(bytes);
    written(array);
    return array;
  }

  private static int bytes(long values, INDArray array) {
    return Math.toIntExact(Math.multiplyExact(values, array.data().getElementSize()));
  }

  private static void copy(float[] values, INDArray dense) {
    if (values.length != dense.length()) {
      throw new IllegalArgumentException(
          values.length + " values for an array of " + dense.length());
    }
    try {
      values(dense).put(values);
      written(dense);
    } finally {
      Reference.reachabilityFence(dense);
    }
  }

  private static INDArray dense(INDArray array, char order) {
    return isDense(array, order) ? array : array.dup(order);
  }

  private static boolean isDense(INDArray array, char order) {
    return array.elementWiseStride() == 1 && (array.ordering() == order || array.isVector());
  }

  // A view has the pointer of the whole. ND4J frees an array's memory when nobody holds the array,
  // whoever has a pointer: callers keep it reachable past the copy.

  private static FloatPointer values(INDArray dense) {
    return new FloatPointer(dense.data().pointer()).position(dense.offset());
  }

  private static BytePointer bytesOf(INDArray dense) {
    return new BytePointer(dense.data().pointer())
        .position(dense.offset() * dense.data().getElementSize());
  }

  // On a GPU, where the host's memory may be older than the device's, or the other way round.

  private static INDArray host(INDArray array) {
    Nd4j.getExecutioner().commit();
    Nd4j.getAffinityManager().ensureLocation(array, Location.HOST);
    return array;
  }

  private static void written(INDArray array) {
    Nd4j.getAffinityManager().tagLocation(array, Location.HOST);
  }
}
