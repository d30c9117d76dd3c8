package org.seqlm.neural.dl4j.layers;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.seqlm.neural.CellKind;

/** Parameters of a {@link TorchRecurrentLayer}, in the order of our own layout. */
final class RecurrentParameters extends Parameters {
  static final RecurrentParameters INSTANCE = new RecurrentParameters();
  static final String INPUT = "W";
  static final String RECURRENT = "RW";
  static final String RECURRENT_2 = "RW2";
  static final String BIAS = "b";

  private RecurrentParameters() {}

  @Override
  List<Part> parts(Layer layer) {
    TorchRecurrentLayer recurrent = (TorchRecurrentLayer) layer;
    long width = recurrent.getNOut();
    long gates = recurrent.cell().gates() * width;
    List<Part> parts = new ArrayList<>();
    parts.add(new Part(INPUT, Role.WEIGHT, 'f', recurrent.getNIn(), gates));
    parts.add(new Part(RECURRENT, Role.WEIGHT, 'f', width, gates));
    if (recurrent.cell().lags() == 2) {
      parts.add(new Part(RECURRENT_2, Role.WEIGHT, 'f', width, width));
    }
    parts.add(new Part(BIAS, Role.BIAS, 'c', gates));
    return parts;
  }

  @Override
  void begin(BaseLayer layer, Part part, INDArray view) {
    TorchRecurrentLayer recurrent = (TorchRecurrentLayer) layer;
    long width = recurrent.getNOut();
    if (part.role() == Role.BIAS) {
      view.assign(recurrent.getBiasInit());
      if (recurrent.cell().has(CellKind.Gate.F)) {
        long forget = recurrent.cell().place(CellKind.Gate.F) * width;
        view.get(NDArrayIndex.interval(forget, forget + width))
            .assign(recurrent.forgetGateBiasInit());
      }
      return;
    }
    IWeightInit how = recurrent.getWeightInitFn();
    if (!part.key().equals(INPUT) && recurrent.getWeightInitFnRecurrent() != null) {
      how = recurrent.getWeightInitFnRecurrent();
    }
    // The fans are those of Deeplearning4j's LSTM.
    draw(how, width, recurrent.getNIn() + width, part, view);
  }
}
