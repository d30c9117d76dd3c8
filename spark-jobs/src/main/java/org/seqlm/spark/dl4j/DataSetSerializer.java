package org.seqlm.spark.dl4j;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import org.nd4j.linalg.dataset.DataSet;
import org.seqlm.neural.dl4j.device.EngineSettings;

/** A data set in ND4J's own binary form. */
public final class DataSetSerializer extends Serializer<DataSet> {
  @Override
  public void write(Kryo kryo, Output out, DataSet data) {
    var buffer = new java.io.ByteArrayOutputStream();
    data.save(buffer);
    out.writeInt(buffer.size());
    out.writeBytes(buffer.toByteArray());
  }

  @Override
  public DataSet read(Kryo kryo, Input in, Class<DataSet> type) {
    EngineSettings.loadInOrderIfPossible();
    DataSet data = new DataSet();
    data.load(new java.io.ByteArrayInputStream(in.readBytes(in.readInt())));
    return data;
  }
}
