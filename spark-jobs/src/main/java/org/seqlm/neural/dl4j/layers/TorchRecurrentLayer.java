package org.seqlm.neural.dl4j.layers;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.LayerValidation;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.seqlm.UserException;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;

/**
 * A recurrent layer for any Deeplearning4j network, of any {@link CellKind}, computed by libtorch.
 * It stands where {@code LSTM} or {@code SimpleRnn} would, in a {@code MultiLayerNetwork} or a
 * {@code ComputationGraph}:
 *
 * <pre>{@code
 * .layer(TorchRecurrentLayer.lstm().nIn(128).nOut(256).build())
 * }</pre>
 *
 * <p>Input and output are sequences (B, n, T), or (B, T, n) with {@code dataFormat(RNNFormat.NWC)}.
 * What it reads is multiplied once for all time steps, and the backward pass recomputes nothing.
 * Truncated back-propagation carries the state and differentiates from it, also under {@code
 * MultiLayerNetwork}, which asks Deeplearning4j's own layers for the gradient of a zero state.
 *
 * <p>Parameters, gates in the cell's order, G of them: {@code W} (in, G H), {@code RW} (H, G H),
 * with a lag of 2 also {@code RW2} (H, H), and {@code b} (G H): one bias a gate.
 */
public final class TorchRecurrentLayer extends BaseRecurrentLayer {
  private static final long serialVersionUID = 1L;

  /** What comes in. */
  public enum Reads {
    /** Vectors, (B, nIn, T), or (B, T, nIn) with {@code RNNFormat.NWC}. */
    VECTORS,
    /** Token ids, (B, 1, T) or (B, T). */
    IDS
  }

  @JsonProperty private CellKind cell;
  @JsonProperty private double forgetGateBiasInit;
  @JsonProperty private Reads reads;

  // For JSON.
  @SuppressWarnings("unused")
  private TorchRecurrentLayer() {}

  private TorchRecurrentLayer(Builder builder) {
    super(builder);
    cell = builder.cell;
    forgetGateBiasInit = builder.forgetGateBiasInit;
    reads = builder.reads;
    activation();
    initializeConstraints(builder);
  }

  /** Long short-term memory, {@link CellKind#LSTM}. */
  public static Builder lstm() {
    return new Builder(CellKind.LSTM);
  }

  /** A gated recurrent unit whose reset acts before the product, {@link CellKind#GRU}. */
  public static Builder gru() {
    return new Builder(CellKind.GRU);
  }

  /** A gated recurrent unit as PyTorch and cuDNN have it, {@link CellKind#GRU_RESET_AFTER}. */
  public static Builder gruResetAfter() {
    return new Builder(CellKind.GRU_RESET_AFTER);
  }

  /** A gated recurrent unit without a reset, {@link CellKind#GRU_SIMPLIFIED}. */
  public static Builder gruSimplified() {
    return new Builder(CellKind.GRU_SIMPLIFIED);
  }

  /** A simple recurrence, {@link CellKind#RNN}. */
  public static Builder rnn() {
    return new Builder(CellKind.RNN);
  }

  /** A simple recurrence that reads the last two states, {@link CellKind#RNN_LAG_2}. */
  public static Builder rnnLag2() {
    return new Builder(CellKind.RNN_LAG_2);
  }

  /** The cell. */
  public CellKind cell() {
    return cell;
  }

  /** The bias that an LSTM's forget gates begin with. */
  public double forgetGateBiasInit() {
    return forgetGateBiasInit;
  }

  /** What comes in. */
  public Reads reads() {
    return reads;
  }

  /**
   * Where {@code rnnGetTBPTTState} and {@code rnnSetTBPTTState} of the layer keep what it carries
   * from step to step: {@link CellKind#states} keys of arrays (B, nOut), h's first.
   */
  public List<String> stateKeys() {
    return RecurrentOnTorch.stateKeys(cell);
  }

  /** φ of a simple recurrence, tanh for the other cells. */
  Activation activation() {
    IActivation function = getActivationFn();
    Activation activation = null;
    if (function == null || function instanceof ActivationTanH) {
      activation = Activation.TANH;
    } else if (function instanceof ActivationSigmoid) {
      activation = Activation.SIGMOID;
    } else if (function instanceof ActivationReLU relu
        && isZero(relu.getMax())
        && isZero(relu.getThreshold())
        && isZero(relu.getNegativeSlope())) {
      activation = Activation.RELU;
    } else if (function instanceof ActivationIdentity) {
      activation = Activation.IDENTITY;
    } else if (function instanceof StepActivation step) {
      activation = Activation.step(step.threshold(), step.at());
    }
    if (activation == null || !(cell.hasActivation() || activation.equals(Activation.TANH))) {
      throw UserException.configuration(
          "the activation of a recurrent layer with cell "
              + cell
              + " must be "
              + (cell.hasActivation()
                  ? "tanh, sigmoid, relu, identity or a StepActivation"
                  : "tanh")
              + ", but is "
              + function
              + ": leave it out, or choose another");
    }
    return activation;
  }

  private static boolean isZero(Double setting) {
    return setting == null || setting == 0;
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initializeParams,
      DataType type) {
    LayerValidation.assertNInNOutSet("TorchRecurrentLayer", getLayerName(), index, nIn, nOut);
    RecurrentOnTorch layer = new RecurrentOnTorch(conf, type);
    Parameters.give(layer, conf, listeners, index, parameters, initializeParams);
    return layer;
  }

  @Override
  public ParamInitializer initializer() {
    return RecurrentParameters.INSTANCE;
  }

  @Override
  public InputType getOutputType(int index, InputType inputType) {
    return reads == Reads.IDS
        ? InputType.recurrent(nOut, TorchEmbeddingLayer.steps(inputType), getRnnDataFormat())
        : super.getOutputType(index, inputType);
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    // The number of tokens is not a width of the input, which holds ids.
    if (reads == Reads.VECTORS) {
      super.setNIn(inputType, override);
    }
  }

  @Override
  public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
    return reads == Reads.IDS ? null : super.getPreProcessorForInputType(inputType);
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType inputType) {
    InputType outputType = getOutputType(-1, inputType);
    // The gates of every step are kept for the backward pass, with about as much again.
    long kept = 2L * cell.gates() * outputType.arrayElementsPerExample();
    return Parameters.memory(this, inputType, outputType, kept);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TorchRecurrentLayer layer
        && super.equals(other)
        && cell == layer.cell
        && forgetGateBiasInit == layer.forgetGateBiasInit
        && reads == layer.reads;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), cell, forgetGateBiasInit, reads);
  }

  @Override
  public String toString() {
    return "TorchRecurrentLayer(cell="
        + cell
        + ", forgetGateBiasInit="
        + forgetGateBiasInit
        + ", reads="
        + reads
        + ", "
        + super.toString()
        + ")";
  }

  /** Builds one, as Deeplearning4j's builders do. */
  public static final class Builder extends BaseRecurrentLayer.Builder<Builder> {
    private final CellKind cell;
    private double forgetGateBiasInit = 1;
    private Reads reads = Reads.VECTORS;

    /** Of a layer with this cell. */
    public Builder(CellKind cell) {
      this.cell = cell;
      // Not the network's default, which is a sigmoid unless the user says otherwise.
      activation(org.nd4j.linalg.activations.Activation.TANH);
    }

    /** The bias that an LSTM's forget gates begin with, 1 unless set (Jozefowicz et al. 2015). */
    public Builder forgetGateBiasInit(double bias) {
      forgetGateBiasInit = bias;
      return this;
    }

    /**
     * The layer reads token ids, 0 to nIn - 1, (B, 1, T) or (B, T), as if each were the one-hot
     * vector of width nIn: the product with {@code W} is a look-up of its rows, and no such vector
     * is built. Dropout, which there would drop tokens, does nothing.
     */
    public Builder readsIds() {
      reads = Reads.IDS;
      return this;
    }

    @Override
    @SuppressWarnings("unchecked")
    public TorchRecurrentLayer build() {
      return new TorchRecurrentLayer(this);
    }
  }
}
