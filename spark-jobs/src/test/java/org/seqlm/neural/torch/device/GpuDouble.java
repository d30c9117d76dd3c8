package org.seqlm.neural.torch.device;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;

/**
 * A GPU's double in the host's memory: what the engine does on a GPU is done, and cuDNN's calls
 * refuse what cuDNN refuses, or what it would do slowly in silence. The order of its weights is
 * that of {@code cudnnGetRNNWeightParams} and its refusals are those of libtorch's {@code
 * native/cudnn/RNN.cpp}.
 */
public final class GpuDouble implements RecurrentCalls {
  private final List<Run> runs = new ArrayList<>();

  private int trained;
  private int read;
  private int mostLayers;

  private record Run(long outputs, Purpose purpose) {}

  /** The device. */
  public TorchDevice device() {
    return TorchDevice.likeGpu(this);
  }

  /** Windows that were run to train, and gone back through. */
  public int trained() {
    return trained;
  }

  /** Windows that were run to read. */
  public int read() {
    return read;
  }

  /** Of a call. */
  public int mostLayers() {
    return mostLayers;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }

  @Override
  public List<Tensor> run(
      CellKind kind,
      Activation activation,
      Tensor x,
      List<Tensor> state,
      TensorVector weights,
      int layers,
      Purpose purpose) {
    require(RecurrentCalls.has(kind, activation), "cuDNN has no " + kind);
    require(x.dim() == 3, "input must have 3 dimensions, got " + x.dim());
    require(x.is_contiguous(), "rnn: input is not contiguous");
    require(state.size() == kind.states(), "rnn: illegal defined cx for non-LSTM RNN");
    long hidden = state.get(0).size(2);
    for (Tensor tensor : state) {
      require(tensor.is_contiguous(), "rnn: hx is not contiguous");
      require(
          tensor.size(0) == layers && tensor.size(1) == x.size(1) && tensor.size(2) == hidden,
          "Expected hidden size");
      require(
          tensor.scalar_type().value == x.scalar_type().value,
          "Input and hidden are not the same dtype");
    }
    flat(weights, layers, x, kind.gates() * hidden, hidden);
    List<Tensor> window = LIBTORCH.run(kind, activation, x, state, weights, layers, purpose);
    if (purpose == Purpose.TO_READ) {
      read++;
      require(!window.get(0).requires_grad(), "what reads asks for gradients");
    }
    mostLayers = Math.max(mostLayers, layers);
    runs.add(new Run(window.get(0).data_ptr().address(), purpose));
    return window;
  }

  /** As {@code try_get_weight_buf} looks. */
  private static void flat(TensorVector weights, int layers, Tensor x, long gates, long hidden) {
    require(weights.size() == 4L * layers, "a layer has W, U and two biases");
    long matrices = 0;
    long at = 0;
    long beginning = weights.get(0).data_ptr().address();
    require(weights.get(0).storage_offset() == 0, "RNN module weights do not begin their storage");
    for (int k = 0; k < layers; k++) {
      matrices += gates * ((k == 0 ? x.size(2) : hidden) + hidden);
    }
    long biases = matrices;
    for (int k = 0; k < layers; k++) {
      long in = k == 0 ? x.size(2) : hidden;
      long[] numbers = {gates * in, gates * hidden, gates, gates};
      for (int i = 0; i < 4; i++) {
        Tensor weight = weights.get(4L * k + i);
        require(weight.numel() == numbers[i], "Expected a weight of " + numbers[i]);
        require(
            weight.scalar_type().value == x.scalar_type().value,
            "Input and weight are not one dtype");
        require(weight.is_contiguous(), "a weight is not contiguous");
        long expected = i < 2 ? at : biases;
        require(
            weight.data_ptr().address() - beginning == expected * weight.element_size(),
            "RNN module weights are not part of single contiguous chunk of memory");
        if (i < 2) {
          at += numbers[i];
        } else {
          biases += numbers[i];
        }
      }
      require(weights.get(4L * k + 3).abs().max().item_double() == 0, "a second bias is not zero");
    }
    require(
        weights.get(0).storage().nbytes() >= biases * weights.get(0).element_size(),
        "the storage of the weights is too small");
  }

  @Override
  public TensorVector back(Tensor outputs, List<Tensor> wanted, Tensor slopes) {
    long address = outputs.data_ptr().address();
    Run last =
        runs.stream()
            .filter(run -> run.outputs() == address)
            .reduce((before, after) -> after)
            .orElseThrow(() -> new IllegalStateException("these are no outputs of a window"));
    require(
        last.purpose() == Purpose.TO_TRAIN,
        "cudnn RNN backward can only be called in training mode");
    require(slopes.is_contiguous(), "the gradient of the outputs is not contiguous");
    trained++;
    return LIBTORCH.back(outputs, wanted, slopes);
  }
}
