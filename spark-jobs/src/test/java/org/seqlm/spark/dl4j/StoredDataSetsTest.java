package org.seqlm.spark.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.seqlm.neural.dl4j.device.EngineSettings;

/** Arrays come back as ND4J reads them; the Java objects behind them are never made. */
class StoredDataSetsTest {
  static final AtomicInteger MADE = new AtomicInteger();

  private static final class Metadata implements Serializable {
    private static final long serialVersionUID = 1L;

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      MADE.incrementAndGet();
    }
  }

  @BeforeAll
  static void apply() {
    EngineSettings.apply();
  }

  @BeforeEach
  void reset() {
    MADE.set(0);
  }

  private static INDArray array(int rows, int columns) {
    return Nd4j.linspace(1, rows * columns, rows * columns).reshape(rows, columns);
  }

  private static byte[] bytes(DataSet data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    data.save(out);
    return out.toByteArray();
  }

  private static byte[] bytes(MultiDataSet data) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    data.save(out);
    return out.toByteArray();
  }

  @Test
  void dataSetsAreAsNd4jReadsThem() throws IOException {
    for (DataSet data :
        List.of(
            new DataSet(array(2, 3), array(2, 1)),
            new DataSet(array(2, 3), array(2, 1), array(2, 1), null),
            new DataSet(array(2, 3), array(2, 1), null, array(2, 1)))) {
      DataSet theirs = new DataSet();
      theirs.load(new ByteArrayInputStream(bytes(data)));
      DataSet ours = StoredDataSets.dataSet(new ByteArrayInputStream(bytes(data)));
      assertThat(ours).isEqualTo(theirs).isEqualTo(data);
    }
  }

  @Test
  void severalInputsAndOutputsToo() throws IOException {
    INDArray[] features = {array(2, 3), array(2, 2)};
    INDArray[] labels = {array(2, 1)};
    INDArray[] masks = {null, array(2, 1)};
    for (MultiDataSet data :
        List.of(
            new MultiDataSet(features, labels),
            new MultiDataSet(features, labels, masks, new INDArray[] {array(2, 1)}))) {
      MultiDataSet theirs = new MultiDataSet();
      theirs.load(new ByteArrayInputStream(bytes(data)));
      var ours = StoredDataSets.multiDataSet(new ByteArrayInputStream(bytes(data)));
      assertThat(ours.getFeatures()).isEqualTo(theirs.getFeatures()).isEqualTo(features);
      assertThat(ours.getLabels()).isEqualTo(theirs.getLabels());
      assertThat(ours.getFeaturesMaskArrays()).isEqualTo(theirs.getFeaturesMaskArrays());
      assertThat(ours.getLabelsMaskArrays()).isEqualTo(theirs.getLabelsMaskArrays());
    }
  }

  @Test
  void javaObjectsStayUnread() throws IOException {
    DataSet data = new DataSet(array(2, 3), array(2, 1));
    data.setExampleMetaData(List.of(new Metadata(), new Metadata()));
    data.setLabelNames(List.of("a"));
    new DataSet().load(new ByteArrayInputStream(bytes(data)));
    assertThat(MADE).hasValue(2); // this is how it would be
    MADE.set(0);
    DataSet read = StoredDataSets.dataSet(new ByteArrayInputStream(bytes(data)));
    assertThat(read.getFeatures()).isEqualTo(data.getFeatures());
    assertThat(read.getExampleMetaData()).isNull();
    MultiDataSet several = new MultiDataSet(array(2, 3), array(2, 1));
    several.setExampleMetaData(List.of(new Metadata()));
    new MultiDataSet().load(new ByteArrayInputStream(bytes(several)));
    assertThat(MADE).hasValue(1);
    MADE.set(0);
    StoredDataSets.multiDataSet(new ByteArrayInputStream(bytes(several)));
    assertThat(MADE).hasValue(0);
  }

  @Test
  void whatIsNoDataSetIsRefused() {
    assertThatThrownBy(() -> StoredDataSets.dataSet(new ByteArrayInputStream(new byte[0])))
        .isInstanceOf(IOException.class);
    byte[] many = {127, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0};
    assertThatThrownBy(() -> StoredDataSets.multiDataSet(new ByteArrayInputStream(many)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("arrays");
  }
}
