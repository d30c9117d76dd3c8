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
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.InputTypeUtil;
import org.deeplearning4j.nn.conf.layers.LayerValidation;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A linear layer, a softmax and the cross-entropy at every time step. Labels are token ids (B, 1,
 * T), of which no one-hot array is ever built, or distributions (B, nOut, T) as {@code
 * RnnOutputLayer} has them. The score is Deeplearning4j's: summed over time, averaged over examples
 * unless {@code miniBatch(false)}.
 *
 * <p>Parameters: {@code W} (nIn, nOut) and {@code b} (nOut). With {@link Builder#tiedTo} the
 * weights are those of a {@link TorchEmbeddingLayer} (Press and Wolf 2017; Inan et al. 2017), only
 * {@code b} is its own, and both layers' gradients add up in the embedding's.
 */
public final class TorchSoftmaxLayer extends BaseOutputLayer {
  private static final long serialVersionUID = 1L;

  /** What {@code output} gives. */
  public enum Gives {
    /** Probabilities, as Deeplearning4j's evaluations expect. */
    PROBABILITIES,
    /** Their natural logarithms, without the loss of going through them. */
    LOG_PROBABILITIES
  }

  @JsonProperty private RNNFormat dataFormat;
  @JsonProperty private String tiedTo;
  @JsonProperty private Gives gives;

  // For JSON.
  @SuppressWarnings("unused")
  private TorchSoftmaxLayer() {}

  private TorchSoftmaxLayer(Builder builder) {
    super(builder);
    dataFormat = builder.dataFormat;
    tiedTo = builder.tiedTo;
    gives = builder.gives;
    initializeConstraints(builder);
  }

  /** Begins one. */
  public static Builder builder() {
    return new Builder();
  }

  /** How sequences are laid out. */
  public RNNFormat dataFormat() {
    return dataFormat;
  }

  /** The name of the embedding whose weights it shares, or null. */
  public String tiedTo() {
    return tiedTo;
  }

  /** What {@code output} gives. */
  public Gives gives() {
    return gives;
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initializeParams,
      DataType type) {
    LayerValidation.assertNInNOutSet("TorchSoftmaxLayer", getLayerName(), index, nIn, nOut);
    SoftmaxOnTorch layer = new SoftmaxOnTorch(conf, type);
    Parameters.give(layer, conf, listeners, index, parameters, initializeParams);
    return layer;
  }

  @Override
  public ParamInitializer initializer() {
    return Linear.INSTANCE;
  }

  @Override
  public InputType getOutputType(int index, InputType inputType) {
    return InputType.recurrent(nOut, sequence(inputType).getTimeSeriesLength(), dataFormat);
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    InputType.InputTypeRecurrent sequence = sequence(inputType);
    if (nIn <= 0 || override) {
      nIn = sequence.getSize();
    }
    if (override) {
      dataFormat = sequence.getFormat();
    }
  }

  private InputType.InputTypeRecurrent sequence(InputType inputType) {
    if (inputType instanceof InputType.InputTypeRecurrent sequence) {
      return sequence;
    }
    throw new IllegalStateException(
        "TorchSoftmaxLayer \"" + getLayerName() + "\" reads sequences, but got " + inputType);
  }

  @Override
  public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
    return InputTypeUtil.getPreprocessorForInputTypeRnnLayers(
        inputType, dataFormat, getLayerName());
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType inputType) {
    InputType output = getOutputType(-1, inputType);
    return Parameters.memory(this, inputType, output, 2 * output.arrayElementsPerExample());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TorchSoftmaxLayer layer
        && super.equals(other)
        && dataFormat == layer.dataFormat
        && Objects.equals(tiedTo, layer.tiedTo)
        && gives == layer.gives;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), dataFormat, tiedTo, gives);
  }

  @Override
  public String toString() {
    return "TorchSoftmaxLayer(dataFormat="
        + dataFormat
        + ", tiedTo="
        + tiedTo
        + ", gives="
        + gives
        + ", "
        + super.toString()
        + ")";
  }

  /** The parameters. */
  static final class Linear extends Parameters {
    static final Linear INSTANCE = new Linear();
    static final String WEIGHT = "W";
    static final String BIAS = "b";

    @Override
    List<Part> parts(org.deeplearning4j.nn.conf.layers.Layer layer) {
      TorchSoftmaxLayer softmax = (TorchSoftmaxLayer) layer;
      Part bias = new Part(BIAS, Role.BIAS, 'c', softmax.getNOut());
      return softmax.tiedTo() != null
          ? List.of(bias)
          : List.of(new Part(WEIGHT, Role.WEIGHT, 'f', softmax.getNIn(), softmax.getNOut()), bias);
    }

    @Override
    void begin(BaseLayer layer, Part part, INDArray view) {
      if (part.role() == Role.BIAS) {
        view.assign(layer.getBiasInit());
      } else {
        draw(layer.getWeightInitFn(), part.shape()[0], part.shape()[1], part, view);
      }
    }
  }

  /** Builds one, as Deeplearning4j's builders do. */
  public static final class Builder extends BaseOutputLayer.Builder<Builder> {
    private RNNFormat dataFormat = RNNFormat.NCW;
    private String tiedTo;
    private Gives gives = Gives.PROBABILITIES;

    private Builder() {
      activation(new ActivationSoftmax());
      // What we compute ourselves, under Deeplearning4j's name.
      lossFunction(new LossMCXENT());
    }

    /** How sequences are laid out; {@code NCW}, (B, n, T), unless set. */
    public Builder dataFormat(RNNFormat format) {
      dataFormat = format;
      return this;
    }

    /**
     * Shares the weights of the {@link TorchEmbeddingLayer} with this name in the same network,
     * whose nIn must be our nOut and its nOut our nIn.
     */
    public Builder tiedTo(String embedding) {
      tiedTo = embedding;
      return this;
    }

    /** What {@code output} gives; probabilities unless set. */
    public Builder gives(Gives what) {
      gives = what;
      return this;
    }

    @Override
    @SuppressWarnings("unchecked")
    public TorchSoftmaxLayer build() {
      return new TorchSoftmaxLayer(this);
    }
  }
}
