package org.seqlm.neural.dl4j.layers;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.LayerValidation;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A learned vector of every token: reads ids (B, 1, T) or (B, T), 0 to nIn − 1, and gives vectors
 * (B, nOut, T), or (B, T, nOut) with {@code dataFormat(RNNFormat.NWC)}. Give it a {@code name} for
 * a {@link TorchSoftmaxLayer} to share its weights.
 *
 * <p>Its one parameter is {@code W} (nIn, nOut), row-major in the network's flat array.
 */
public final class TorchEmbeddingLayer extends FeedForwardLayer {
  private static final long serialVersionUID = 1L;

  @JsonProperty private RNNFormat dataFormat;

  // For JSON.
  @SuppressWarnings("unused")
  private TorchEmbeddingLayer() {}

  private TorchEmbeddingLayer(Builder builder) {
    super(builder);
    dataFormat = builder.dataFormat;
    initializeConstraints(builder);
  }

  /** Begins one. */
  public static Builder builder() {
    return new Builder();
  }

  /** How vectors are laid out. */
  public RNNFormat dataFormat() {
    return dataFormat;
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initializeParams,
      DataType type) {
    LayerValidation.assertNInNOutSet("TorchEmbeddingLayer", getLayerName(), index, nIn, nOut);
    EmbeddingOnTorch layer = new EmbeddingOnTorch(conf, type);
    Parameters.give(layer, conf, listeners, index, parameters, initializeParams);
    SharedEmbeddings.add(layer);
    return layer;
  }

  @Override
  public ParamInitializer initializer() {
    return Weights.INSTANCE;
  }

  @Override
  public InputType getOutputType(int index, InputType inputType) {
    return InputType.recurrent(nOut, steps(inputType), dataFormat);
  }

  /** T of an input of ids, or -1 if it is not known. */
  static long steps(InputType inputType) {
    return inputType instanceof InputType.InputTypeRecurrent recurrent
        ? recurrent.getTimeSeriesLength()
        : inputType instanceof InputType.InputTypeFeedForward forward ? forward.getSize() : -1;
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    // The number of tokens is not a width of the input, which holds ids.
  }

  @Override
  public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
    return null;
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType inputType) {
    InputType output = getOutputType(-1, inputType);
    return Parameters.memory(this, inputType, output, 0);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TorchEmbeddingLayer layer
        && super.equals(other)
        && dataFormat == layer.dataFormat;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), dataFormat);
  }

  @Override
  public String toString() {
    return "TorchEmbeddingLayer(dataFormat=" + dataFormat + ", " + super.toString() + ")";
  }

  /** The one parameter. */
  static final class Weights extends Parameters {
    static final Weights INSTANCE = new Weights();
    static final String KEY = "W";

    @Override
    List<Part> parts(org.deeplearning4j.nn.conf.layers.Layer layer) {
      FeedForwardLayer embedding = (FeedForwardLayer) layer;
      return List.of(new Part(KEY, Role.WEIGHT, 'c', embedding.getNIn(), embedding.getNOut()));
    }

    @Override
    void begin(BaseLayer layer, Part part, INDArray view) {
      // As Deeplearning4j's: one token at a time comes in, whatever the vocabulary.
      draw(layer.getWeightInitFn(), 1, part.shape()[1], part, view);
    }
  }

  /** Builds one, as Deeplearning4j's builders do. */
  public static final class Builder extends FeedForwardLayer.Builder<Builder> {
    private RNNFormat dataFormat = RNNFormat.NCW;

    private Builder() {
      // Not the network's default.
      activation(new ActivationIdentity());
    }

    /** How vectors are laid out; {@code NCW}, (B, nOut, T), unless set. */
    public Builder dataFormat(RNNFormat format) {
      dataFormat = format;
      return this;
    }

    @Override
    @SuppressWarnings("unchecked")
    public TorchEmbeddingLayer build() {
      return new TorchEmbeddingLayer(this);
    }
  }
}
