package org.seqlm.neural.dl4j.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class RawArraysTest {
  private final INDArray matrix =
      Nd4j.create(new float[][] {{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9, 10, 11}});

  @Test
  void valuesComeInTheOrderAskedForWhateverTheArraysOwn() {
    float[] rows = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    float[] columns = {0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11};
    for (INDArray array : new INDArray[] {matrix, matrix.dup('f')}) {
      assertThat(RawArrays.floats(array, 'c')).containsExactly(rows);
      assertThat(RawArrays.floats(array, 'f')).containsExactly(columns);
    }
    assertThat(RawArrays.floats(matrix.castTo(DataType.DOUBLE), 'c')).containsExactly(rows);
    assertThat(RawArrays.of(columns, new long[] {3, 4}, 'f')).isEqualTo(matrix);
    assertThat(RawArrays.of(rows, new long[] {3, 4}, 'c')).isEqualTo(matrix);
  }

  @Test
  void viewIsReadAndFilledWhereItLies() {
    INDArray flat = Nd4j.arange(10).castTo(DataType.FLOAT).reshape(1, 10);
    INDArray part = flat.get(NDArrayIndex.all(), NDArrayIndex.interval(3, 7));
    assertThat(RawArrays.floats(part, 'f')).containsExactly(3, 4, 5, 6);
    RawArrays.fill(part, new float[] {30, 40, 50, 60});
    assertThat(flat.toFloatVector()).containsExactly(0, 1, 2, 30, 40, 50, 60, 7, 8, 9);
    INDArray inner = part.get(NDArrayIndex.all(), NDArrayIndex.interval(1, 3));
    assertThat(RawArrays.floats(inner, 'f')).containsExactly(40, 50);
    assertThat(RawArrays.of(DataType.FLOAT, new long[] {1, 2}, RawArrays.bytes(inner)))
        .isEqualTo(inner);
    INDArray column = matrix.getColumn(1);
    assertThat(RawArrays.floats(column, 'c')).containsExactly(1, 5, 9);
    RawArrays.fill(column, new float[] {-1, -5, -9});
    assertThat(RawArrays.floats(matrix, 'c'))
        .containsExactly(0, -1, 2, 3, 4, -5, 6, 7, 8, -9, 10, 11);
    assertThatThrownBy(() -> RawArrays.fill(part, new float[3]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void bytesOfEveryTypeMakeTheArrayAgain() {
    for (DataType type :
        new DataType[] {DataType.FLOAT, DataType.DOUBLE, DataType.INT32, DataType.BOOL}) {
      INDArray array = matrix.castTo(type).dup('f');
      assertThat(RawArrays.of(type, new long[] {3, 4}, RawArrays.bytes(array))).isEqualTo(array);
    }
    assertThatThrownBy(() -> RawArrays.of(DataType.FLOAT, new long[] {2}, new byte[7]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
