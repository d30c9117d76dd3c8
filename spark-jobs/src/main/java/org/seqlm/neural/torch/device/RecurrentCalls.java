package org.seqlm.neural.torch.device;

import java.util.List;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;

/**
 * libtorch's calls that run layers of recurrence over a whole window, and back: on a GPU cuDNN
 * takes them, a few launches a window. What cuDNN asks of them a CPU does not ask, so a test puts
 * calls that ask in their place:
 *
 * <ul>
 *   <li>a way back is of a window that was run {@link Purpose#TO_TRAIN};
 *   <li>inputs and states are contiguous, and all tensors of one type and device;
 *   <li>the weights begin the storage they lie in and follow one another without gaps: W and U of
 *       every layer, then two biases of every layer. Else libtorch copies them at each call, and
 *       says so once.
 * </ul>
 */
public interface RecurrentCalls {
  /** What a window is run for. */
  enum Purpose {
    /** To go back through it. */
    TO_TRAIN,
    /** For its outputs alone. */
    TO_READ
  }

  /** libtorch's own. */
  RecurrentCalls LIBTORCH = new Libtorch();

  /** Whether libtorch has a call, and cuDNN code, for a cell. */
  static boolean has(CellKind kind, Activation activation) {
    return switch (kind) {
      case LSTM, GRU_RESET_AFTER -> true;
      case RNN ->
          activation.kind() == Activation.Kind.TANH || activation.kind() == Activation.Kind.RELU;
      case GRU, GRU_SIMPLIFIED, RNN_LAG_2 -> false;
    };
  }

  /**
   * Runs a window.
   *
   * @param x (T, B, in)
   * @param state of all layers before the first step: h, and for an LSTM c, (L, B, H) each
   * @param weights of each layer W (G H, in), U (G H, H), b (G H) and a second bias (G H)
   * @param layers L
   * @return h of the last layer's every step, (T, B, H), then the state after the last step
   */
  List<Tensor> run(
      CellKind kind,
      Activation activation,
      Tensor x,
      List<Tensor> state,
      TensorVector weights,
      int layers,
      Purpose purpose);

  /**
   * Goes back through a window.
   *
   * @param outputs of {@link #run}
   * @param wanted leaves of it
   * @param slopes the gradient of the outputs, as large as they are
   * @return the gradient of each that is wanted
   */
  TensorVector back(Tensor outputs, List<Tensor> wanted, Tensor slopes);

  /** The calls themselves. */
  final class Libtorch implements RecurrentCalls {
    private Libtorch() {}

    @Override
    public List<Tensor> run(
        CellKind kind,
        Activation activation,
        Tensor x,
        List<Tensor> state,
        TensorVector weights,
        int layers,
        Purpose purpose) {
      boolean train = purpose == Purpose.TO_TRAIN;
      if (kind == CellKind.LSTM) {
        TensorVector before = new TensorVector(state.toArray(Tensor[]::new));
        T_TensorTensorTensor_T window =
            torch.lstm(x, before, weights, true, layers, 0.0, train, false, false);
        return List.of(window.get0(), window.get1(), window.get2());
      }
      Tensor h = state.get(0);
      T_TensorTensor_T window =
          kind == CellKind.GRU_RESET_AFTER
              ? torch.gru(x, h, weights, true, layers, 0.0, train, false, false)
              : activation.kind() == Activation.Kind.TANH
                  ? torch.rnn_tanh(x, h, weights, true, layers, 0.0, train, false, false)
                  : torch.rnn_relu(x, h, weights, true, layers, 0.0, train, false, false);
      return List.of(window.get0(), window.get1());
    }

    @Override
    public TensorVector back(Tensor outputs, List<Tensor> wanted, Tensor slopes) {
      return torch.grad(
          new TensorVector(outputs),
          new TensorVector(wanted.toArray(Tensor[]::new)),
          new TensorVector(slopes),
          new BoolOptional(false),
          false,
          false);
    }
  }
}
