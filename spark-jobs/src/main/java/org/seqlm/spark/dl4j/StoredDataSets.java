package org.seqlm.spark.dl4j;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Data sets in the binary form in which ND4J saves them, from anybody's files: arrays and masks.
 * Names of labels and metadata stand behind these as Java objects, and ND4J's own reading makes
 * them whatever their class is; here they are left unread.
 */
final class StoredDataSets {
  /** Of the first byte of a data set: names of labels and metadata follow the arrays. */
  private static final int OBJECTS = 32 | 64;

  /** The most inputs or outputs of one: a file that says more is none. */
  private static final int MOST_ARRAYS = 1 << 16;

  private StoredDataSets() {}

  /** What {@link DataSet#save} wrote. */
  static DataSet dataSet(InputStream in) throws IOException {
    int included = in.read();
    if (included < 0) {
      throw new IOException("it is empty");
    }
    byte[] arrays = {(byte) (included & ~OBJECTS)};
    DataSet data = new DataSet();
    data.load(
        new DataInputStream(
            new BufferedInputStream(
                new SequenceInputStream(new ByteArrayInputStream(arrays), in))));
    return data;
  }

  /** What {@link MultiDataSet#save} wrote. */
  static MultiDataSet multiDataSet(InputStream in) throws IOException {
    DataInputStream data = new DataInputStream(new BufferedInputStream(in));
    int[] counts = new int[4];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = data.readInt();
      if (counts[i] < 0 || counts[i] > MOST_ARRAYS) {
        throw new IOException("it says that it has " + counts[i] + " arrays");
      }
    }
    INDArray[] features = arrays(data, counts[0]);
    INDArray[] labels = arrays(data, counts[1]);
    return new org.nd4j.linalg.dataset.MultiDataSet(
        features, labels, masks(data, counts[2]), masks(data, counts[3]));
  }

  private static INDArray[] arrays(DataInputStream data, int count) {
    if (count == 0) {
      return null; // as ND4J has it
    }
    INDArray[] arrays = new INDArray[count];
    for (int i = 0; i < count; i++) {
      arrays[i] = Nd4j.read(data);
    }
    return arrays;
  }

  /** An array of one -1 stands for a mask that there is none of. */
  private static INDArray[] masks(DataInputStream data, int count) {
    INDArray[] masks = arrays(data, count);
    for (int i = 0; i < count; i++) {
      if (masks[i].length() == 1 && masks[i].getDouble(0) == -1) {
        masks[i] = null;
      }
    }
    return masks;
  }
}
