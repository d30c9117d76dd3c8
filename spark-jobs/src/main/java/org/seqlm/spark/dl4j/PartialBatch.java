package org.seqlm.spark.dl4j;

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
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.seqlm.neural.dl4j.device.RawArrays;

/**
 * Some examples of a data set on their way to the batch that they belong to. Arrays travel as raw
 * blocks with type, shape and checksum, under Spark's Java serialiser and under Kryo, registered or
 * not.
 */
@DefaultSerializer(PartialBatch.KryoSerializer.class)
public final class PartialBatch implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Features, labels, and their masks. */
  private static final int ROLES = 4;

  private transient Values[][] arrays; // (role, input or output); (…, examples first)

  /** An array, or the bytes of one in C order, each made of the other when asked for. */
  private static final class Values {
    private final DataType type;
    private final long[] shape;
    private INDArray array;
    private byte[] bytes;

    private Values(DataType type, long[] shape, INDArray array, byte[] bytes) {
      this.type = type;
      this.shape = shape;
      this.array = array;
      this.bytes = bytes;
    }

    static Values of(INDArray array) {
      return array == null ? null : new Values(array.dataType(), array.shape(), array, null);
    }

    INDArray array() {
      if (array == null) {
        array = RawArrays.of(type, shape, bytes);
      }
      return array;
    }

    byte[] bytes() {
      if (bytes == null) {
        bytes = RawArrays.bytes(array);
      }
      return bytes;
    }

    private static long[] shape(long examples, long[] of) {
      long[] shape = of.clone();
      shape[0] = examples;
      return shape;
    }

    Values range(int from, int to) {
      int each = Math.toIntExact(bytes().length / shape[0]);
      byte[] part = Arrays.copyOfRange(bytes(), from * each, to * each);
      return new Values(type, shape(to - from, shape), null, part);
    }

    private boolean follows(Values first) {
      return type == first.type && Arrays.equals(shape(1, shape), shape(1, first.shape));
    }

    /** All one after another; null if they do not fit together. */
    static Values concat(List<Values> all) {
      Values first = all.get(0);
      long examples = 0;
      int length = 0;
      for (Values values : all) {
        if (!values.follows(first)) {
          return null;
        }
        examples += values.shape[0];
        length = Math.addExact(length, values.bytes().length);
      }
      byte[] joined = new byte[length];
      int at = 0;
      for (Values values : all) {
        System.arraycopy(values.bytes(), 0, joined, at, values.bytes().length);
        at += values.bytes().length;
      }
      return new Values(first.type, shape(examples, first.shape), null, joined);
    }
  }

  private PartialBatch(Values[][] arrays) {
    this.arrays = arrays;
  }

  private static PartialBatch of(INDArray[]... arrays) {
    return new PartialBatch(
        Arrays.stream(arrays)
            .map(role -> Arrays.stream(role).map(Values::of).toArray(Values[]::new))
            .toArray(Values[][]::new));
  }

  public static PartialBatch of(DataSet data) {
    return of(
        new INDArray[] {data.getFeatures()},
        new INDArray[] {data.getLabels()},
        new INDArray[] {data.getFeaturesMaskArray()},
        new INDArray[] {data.getLabelsMaskArray()});
  }

  public static PartialBatch of(MultiDataSet data) {
    return of(
        data.getFeatures(),
        data.getLabels(),
        orEmpty(data.getFeaturesMaskArrays()),
        orEmpty(data.getLabelsMaskArrays()));
  }

  private static INDArray[] orEmpty(INDArray[] masks) {
    return masks == null ? new INDArray[0] : masks;
  }

  int count() {
    return Math.toIntExact(arrays[0][0].shape[0]);
  }

  /** The examples {@code [from, to)}. */
  public PartialBatch range(int from, int to) {
    if (from == 0 && to == count()) {
      return this;
    }
    Values[][] part = new Values[ROLES][];
    for (int role = 0; role < ROLES; role++) {
      part[role] = new Values[arrays[role].length];
      for (int i = 0; i < part[role].length; i++) {
        Values whole = arrays[role][i];
        part[role][i] = whole == null ? null : whole.range(from, to);
      }
    }
    return new PartialBatch(part);
  }

  /** The parts one after another, by Deeplearning4j's own rules where their shapes differ. */
  static DataSet dataSet(List<PartialBatch> parts) {
    PartialBatch joined = joined(parts);
    return joined != null
        ? joined.dataSet()
        : DataSet.merge(parts.stream().map(PartialBatch::dataSet).toList());
  }

  /** As {@link #dataSet}, of more inputs or outputs. */
  static MultiDataSet multiDataSet(List<PartialBatch> parts) {
    PartialBatch joined = joined(parts);
    return joined != null
        ? joined.multiDataSet()
        : org.nd4j.linalg.dataset.MultiDataSet.merge(
            parts.stream().map(PartialBatch::multiDataSet).toList());
  }

  /** All of equal types and shapes, as one; else null. */
  private static PartialBatch joined(List<PartialBatch> parts) {
    PartialBatch first = parts.get(0);
    if (parts.size() == 1) {
      return first;
    }
    Values[][] joined = new Values[ROLES][];
    for (int r = 0; r < ROLES; r++) {
      int role = r;
      joined[role] = new Values[first.arrays[role].length];
      for (int n = 0; n < joined[role].length; n++) {
        int i = n;
        long present =
            parts.stream()
                .filter(p -> p.arrays[role].length > i && p.arrays[role][i] != null)
                .count();
        if (present > 0) {
          joined[role][i] =
              present < parts.size()
                  ? null
                  : Values.concat(parts.stream().map(p -> p.arrays[role][i]).toList());
          if (joined[role][i] == null) {
            return null;
          }
        }
      }
      if (parts.stream().anyMatch(p -> p.arrays[role].length != joined[role].length)) {
        return null;
      }
    }
    return new PartialBatch(joined);
  }

  public DataSet dataSet() {
    return new DataSet(array(0), array(1), array(2), array(3));
  }

  private INDArray array(int role) {
    return arrays[role][0] == null ? null : arrays[role][0].array();
  }

  private MultiDataSet multiDataSet() {
    return new org.nd4j.linalg.dataset.MultiDataSet(
        arrays(0), arrays(1), orNull(arrays(2)), orNull(arrays(3)));
  }

  private INDArray[] arrays(int role) {
    return Arrays.stream(arrays[role])
        .map(values -> values == null ? null : values.array())
        .toArray(INDArray[]::new);
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
    for (Values[] role : arrays) {
      out.writeInt(role.length);
      for (Values values : role) {
        write(out, values);
      }
    }
  }

  private static void write(DataOutputStream out, Values values) throws IOException {
    out.writeInt(values == null ? -1 : values.type.ordinal());
    if (values == null) {
      return;
    }
    out.writeInt(values.shape.length);
    for (long extent : values.shape) {
      out.writeLong(extent);
    }
    byte[] bytes = values.bytes();
    out.writeInt(bytes.length);
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    out.write(bytes);
    out.writeInt((int) checksum.getValue());
  }

  private static Values[][] readArrays(InputStream stream) throws IOException {
    DataInputStream in = new DataInputStream(stream);
    Values[][] arrays = new Values[ROLES][];
    for (int role = 0; role < ROLES; role++) {
      arrays[role] = new Values[in.readInt()];
      for (int i = 0; i < arrays[role].length; i++) {
        arrays[role][i] = readValues(in);
      }
    }
    return arrays;
  }

  private static Values readValues(DataInputStream in) throws IOException {
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
    return new Values(DataType.values()[type], shape, null, bytes);
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    writeTo(out);
  }

  private void readObject(ObjectInputStream in) throws IOException {
    arrays = readArrays(in);
  }

  /** As raw blocks. */
  public static final class KryoSerializer extends Serializer<PartialBatch> {
    @Override
    public void write(Kryo kryo, Output out, PartialBatch examples) {
      try {
        examples.writeTo(out);
      } catch (IOException e) {
        throw new KryoException(e);
      }
    }

    @Override
    public PartialBatch read(Kryo kryo, Input in, Class<PartialBatch> type) {
      try {
        return new PartialBatch(readArrays(in));
      } catch (IOException e) {
        throw new KryoException(e);
      }
    }
  }
}
