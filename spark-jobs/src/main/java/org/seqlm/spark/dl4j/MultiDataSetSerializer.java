package org.seqlm.spark.dl4j;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.seqlm.neural.dl4j.device.EngineSettings;

/** A data set of several inputs or outputs in ND4J's own binary form. */
public final class MultiDataSetSerializer extends Serializer<MultiDataSet> {
  @Override
  public void write(Kryo kryo, Output out, MultiDataSet data) {
    ByteArrayOutputStream buffer = new ByteArrayOutputStream();
    try {
      data.save(buffer);
    } catch (IOException e) {
      throw new KryoException(e);
    }
    out.writeInt(buffer.size());
    out.writeBytes(buffer.toByteArray());
  }

  @Override
  public MultiDataSet read(Kryo kryo, Input in, Class<MultiDataSet> type) {
    EngineSettings.loadInOrderIfPossible();
    MultiDataSet data = new MultiDataSet();
    try {
      data.load(new ByteArrayInputStream(in.readBytes(in.readInt())));
    } catch (IOException e) {
      throw new KryoException(e);
    }
    return data;
  }
}
