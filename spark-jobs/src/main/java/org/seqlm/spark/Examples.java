package org.seqlm.spark;

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
import java.util.zip.CRC32C;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.seqlm.neural.dl4j.RawArrays;

/**
 * Some examples of a data set on their way to the batch that they belong to. Arrays travel as raw
 * blocks with type, shape and checksum, under Spark's Java serialiser and under Kryo, registered or
 * not.
 */
@DefaultSerializer(Examples.KryoSerializer.class)
final class Examples implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Features, labels, and their masks. */
  private static final int ROLES = 4;

  private transient INDArray[][] arrays; // (role, input or output); (…, examples first)

  private Examples(INDArray[][] arrays) {
    this.arrays = arrays;
  }

  static Examples of(DataSet data) {
    return new Examples(
        new INDArray[][] {
          {data.getFeatures()},
          {data.getLabels()},
          {data.getFeaturesMaskArray()},
          {data.getLabelsMaskArray()}
        });
  }

  static Examples of(MultiDataSet data) {
    return new Examples(
        new INDArray[][] {
          data.getFeatures(),
          data.getLabels(),
          orEmpty(data.getFeaturesMaskArrays()),
          orEmpty(data.getLabelsMaskArrays())
        });
  }

  private static INDArray[] orEmpty(INDArray[] masks) {
    return masks == null ? new INDArray[0] : masks;
  }

  int count() {
    return Math.toIntExact(arrays[0][0].size(0));
  }

  /** The examples {@code [from, to)}. */
  Examples range(int from, int to) {
    if (from == 0 && to == count()) {
      return this;
    }
    INDArray[][] part = new INDArray[ROLES][];
    for (int role = 0; role < ROLES; role++) {
      part[role] = new INDArray[arrays[role].length];
      for (int i = 0; i < part[role].length; i++) {
        INDArray whole = arrays[role][i];
        part[role][i] = whole == null ? null : whole.get(NDArrayIndex.interval(from, to)).dup('c');
      }
    }
    return new Examples(part);
  }

  DataSet dataSet() {
    return new DataSet(arrays[0][0], arrays[1][0], arrays[2][0], arrays[3][0]);
  }

  MultiDataSet multiDataSet() {
    return new org.nd4j.linalg.dataset.MultiDataSet(
        arrays[0], arrays[1], orNull(arrays[2]), orNull(arrays[3]));
  }

  private static INDArray[] orNull(INDArray[] masks) {
    for (INDArray mask : masks) {
      if (mask != null) {
        return masks;
      }
    }
    return null;
  }

  private void writeTo(OutputStream stream) throws IOException {
    DataOutputStream out = new DataOutputStream(stream);
    for (INDArray[] role : arrays) {
      out.writeInt(role.length);
      for (INDArray array : role) {
        write(out, array);
      }
    }
  }

  private static void write(DataOutputStream out, INDArray array) throws IOException {
    out.writeInt(array == null ? -1 : array.dataType().ordinal());
    if (array == null) {
      return;
    }
    long[] shape = array.shape();
    out.writeInt(shape.length);
    for (long extent : shape) {
      out.writeLong(extent);
    }
    byte[] bytes = RawArrays.bytes(array);
    out.writeInt(bytes.length);
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    out.write(bytes);
    out.writeInt((int) checksum.getValue());
  }

  private static INDArray[][] readArrays(InputStream stream) throws IOException {
    DataInputStream in = new DataInputStream(stream);
    INDArray[][] arrays = new INDArray[ROLES][];
    for (int role = 0; role < ROLES; role++) {
      arrays[role] = new INDArray[in.readInt()];
      for (int i = 0; i < arrays[role].length; i++) {
        arrays[role][i] = readArray(in);
      }
    }
    return arrays;
  }

  private static INDArray readArray(DataInputStream in) throws IOException {
    int type = in.readInt();
    if (type < 0) {
      return null;
    }
    long[] shape = new long[in.readInt()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = in.readLong();
    }
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    if (in.readInt() != (int) checksum.getValue()) {
      throw new IOException("a block of " + bytes.length + " bytes of examples is damaged");
    }
    return RawArrays.of(DataType.values()[type], shape, bytes);
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    writeTo(out);
  }

  private void readObject(ObjectInputStream in) throws IOException {
    arrays = readArrays(in);
  }

  /** As raw blocks. */
  static final class KryoSerializer extends Serializer<Examples> {
    @Override
    public void write(Kryo kryo, Output out, Examples examples) {
      try {
        examples.writeTo(out);
      } catch (IOException e) {
        throw new KryoException(e);
      }
    }

    @Override
    public Examples read(Kryo kryo, Input in, Class<Examples> type) {
      try {
        return new Examples(readArrays(in));
      } catch (IOException e) {
        throw new KryoException(e);
      }
    }
  }
}
