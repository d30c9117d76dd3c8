package org.seqlm.neural.dl4j.layers;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.recurrent.BaseRecurrentLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.torch.TorchCells;

/**
 * Computes a {@link TorchRecurrentLayer}. The forward pass of training keeps what libtorch needs to
 * differentiate it, until the backward pass, the next forward pass or {@link #clear}.
 */
final class RecurrentOnTorch extends BaseRecurrentLayer<TorchRecurrentLayer> {
  private static final long serialVersionUID = 1L;

  /** States by {@link CellKind#states} place; the first two are Deeplearning4j's LSTM's. */
  private static final String H = "prevAct";

  private static final String C = "prevMem";
  private static final String H_BEFORE = "prevAct2";

  /** The last forward pass of training, or null. */
  private transient Pass pass;

  /** The state the last forward pass of training began with, and its input. */
  private transient List<INDArray> lastBegan = List.of();

  private transient INDArray lastInput;

  RecurrentOnTorch(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
    Memory.check("TorchRecurrentLayer", type);
  }

  /** A differentiable forward pass: arrays that it reads, and tensors that are ours to release. */
  private record Pass(INDArray input, List<INDArray> held, List<Tensor> leaves, Tensor out) {
    Pass {
      leaves = leaves.stream().map(Memory::kept).toList();
      out = Memory.kept(out);
    }

    void release() {
      leaves.forEach(Tensor::releaseReference);
      out.releaseReference();
    }
  }

  static List<String> stateKeys(CellKind cell) {
    return switch (cell) {
      case LSTM -> List.of(H, C);
      case RNN_LAG_2 -> List.of(H, H_BEFORE);
      default -> List.of(H);
    };
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr spaces) {
    return forward(training, Map.of(), null, spaces);
  }

  @Override
  public INDArray rnnTimeStep(INDArray in, LayerWorkspaceMgr spaces) {
    setInput(in, spaces);
    return forward(false, stateMap, stateMap, spaces);
  }

  @Override
  public INDArray rnnActivateUsingStoredState(
      INDArray in, boolean training, boolean storeLastForTbptt, LayerWorkspaceMgr spaces) {
    setInput(in, spaces);
    return forward(training, tBpttStateMap, storeLastForTbptt ? tBpttStateMap : null, spaces);
  }

  /**
   * Runs the input.
   *
   * @param from the state before; empty is zero
   * @param to takes the state after, unless null
   */
  private INDArray forward(
      boolean training,
      Map<String, INDArray> from,
      Map<String, INDArray> to,
      LayerWorkspaceMgr spaces) {
    assertInputSet(false);
    if (input.rank() != 3) {
      throw new IllegalStateException(
          "a recurrent layer reads sequences of rank 3, but got rank "
              + input.rank()
              + " "
              + layerId());
    }
    applyDropOutIfNecessary(training, spaces);
    List<String> keys = stateKeys(layerConf().cell());
    List<INDArray> began =
        from.isEmpty() ? List.of() : keys.stream().map(from::get).map(this::checked).toList();
    return run(began, training, 0, to, spaces);
  }

  private INDArray checked(INDArray state) {
    if (state == null || state.size(0) != input.size(0) || state.size(1) != layerConf().getNOut()) {
      throw new IllegalStateException(
          "the stored state is "
              + (state == null ? "incomplete" : Arrays.toString(state.shape()))
              + ", but the input has "
              + input.size(0)
              + " examples: call rnnClearPreviousState() first "
              + layerId());
    }
    return state;
  }

  /**
   * The forward pass.
   *
   * @param cut gradients go back to this step and no farther
   */
  @SuppressWarnings("try") // scopes are left by closing them
  private INDArray run(
      List<INDArray> began,
      boolean training,
      int cut,
      Map<String, INDArray> to,
      LayerWorkspaceMgr spaces) {
    release();
    TorchRecurrentLayer layer = layerConf();
    List<INDArray> held = new ArrayList<>();
    try (PointerScope scope = new PointerScope();
        AutoGradMode mode = new AutoGradMode(false)) {
      Tensor x =
          Memory.as(Memory.timeFirst(input, layer.getRnnDataFormat()), Memory.type(layerDataType()))
              .contiguous();
      List<Tensor> leaves = new ArrayList<>();
      leaves.add(x);
      for (String key : layer.initializer().paramKeys(layer)) {
        leaves.add(parameter(key, training, held, spaces));
      }
      List<Tensor> state = new ArrayList<>();
      for (int i = 0; i < layer.cell().states(); i++) {
        state.add(
            began.isEmpty()
                ? torch.zeros(
                    new long[] {x.size(1), layer.getNOut()},
                    new org.bytedeco.pytorch.TensorOptions(x.scalar_type()))
                : Memory.as(Memory.tensor(began.get(i)), x.scalar_type()).contiguous());
      }
      if (training) {
        leaves.forEach(leaf -> leaf.set_requires_grad(true));
      }
      TorchCells.Window window;
      List<Tensor> outputs = new ArrayList<>();
      if (cut > 0) {
        window = window(x.detach().narrow(0, 0, cut), 0, state, leaves);
        outputs.add(window.outputs());
        state = window.state();
      }
      try (AutoGradMode differentiable = new AutoGradMode(training)) {
        window = window(x.narrow(0, cut, x.size(0) - cut), cut, state, leaves);
      }
      outputs.add(window.outputs());
      Tensor all =
          outputs.size() == 1
              ? window.outputs().detach()
              : torch.cat(new TensorVector(outputs.toArray(Tensor[]::new)), 0);
      INDArray result =
          Memory.sequence(
              all, layerDataType(), layer.getRnnDataFormat(), ArrayType.ACTIVATIONS, spaces);
      if (to != null) {
        store(window.state(), to);
      }
      if (training) {
        pass = new Pass(input, held, leaves, window.outputs());
        lastBegan = began;
        lastInput = input;
      }
      return result;
    } finally {
      Reference.reachabilityFence(held);
      Reference.reachabilityFence(began);
      Reference.reachabilityFence(this);
    }
  }

  /** A parameter as (out, in), the bias flat. */
  private Tensor parameter(
      String key, boolean training, List<INDArray> held, LayerWorkspaceMgr spaces) {
    INDArray array = getParamWithNoise(key, training, spaces);
    held.add(array);
    Tensor tensor = transposed(Memory.tensor(array), key);
    // Noisy weights may live in a workspace that is closed before the backward pass.
    return array == getParam(key) ? tensor : tensor.clone();
  }

  private static Tensor transposed(Tensor tensor, String key) {
    return key.equals(RecurrentParameters.BIAS) ? tensor : tensor.t();
  }

  /**
   * Runs a part of a window.
   *
   * <p>A masked step's output is zero and so is the state after it, as in Deeplearning4j's LSTM.
   * The state matters only where a step that is not masked follows, so only there is the window
   * cut; padding at the end costs one product.
   *
   * @param x (T, B, in)
   * @param first the time of its first step
   */
  private TorchCells.Window window(Tensor x, int first, List<Tensor> state, List<Tensor> leaves) {
    int steps = (int) x.size(0);
    if (maskArray == null) {
      return cells(x, state, leaves);
    }
    Tensor mask =
        Memory.as(Memory.tensor(maskArray), x.scalar_type())
            .reshape(maskArray.size(0), maskArray.length() / maskArray.size(0))
            .narrow(1, first, steps);
    List<Tensor> outputs = new ArrayList<>();
    int from = 0;
    for (int t = 0; t < steps; t++) {
      boolean last = t == steps - 1;
      if (!last && !begins(first + t + 1)) {
        continue;
      }
      TorchCells.Window part = cells(x.narrow(0, from, t + 1L - from), state, leaves);
      outputs.add(part.outputs());
      Tensor here = mask.narrow(1, t, 1);
      state = part.state().stream().map(value -> value.mul(here)).toList();
      from = t + 1;
    }
    Tensor all =
        outputs.size() == 1
            ? outputs.get(0)
            : torch.cat(new TensorVector(outputs.toArray(Tensor[]::new)), 0);
    return new TorchCells.Window(all.mul(mask.t().unsqueeze(2)), state);
  }

  /** Whether an example goes on at a step after a masked one. */
  private boolean begins(int step) {
    for (long b = 0; b < maskArray.size(0); b++) {
      if (maskArray.getDouble(b, step) != 0 && maskArray.getDouble(b, step - 1) == 0) {
        return true;
      }
    }
    return false;
  }

  private TorchCells.Window cells(Tensor x, List<Tensor> state, List<Tensor> leaves) {
    TorchRecurrentLayer layer = layerConf();
    boolean lag2 = layer.cell() == CellKind.RNN_LAG_2;
    return TorchCells.forward(
        layer.cell(),
        layer.activation(),
        x,
        state,
        leaves.get(1),
        leaves.get(2),
        lag2 ? leaves.get(3) : null,
        leaves.get(leaves.size() - 1));
  }

  @SuppressWarnings("try") // the scope is left by closing it
  private void store(List<Tensor> state, Map<String, INDArray> to) {
    List<String> keys = stateKeys(layerConf().cell());
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      for (int i = 0; i < keys.size(); i++) {
        Tensor value = state.get(i).detach();
        INDArray array =
            Nd4j.createUninitialized(
                layerDataType(), new long[] {value.size(0), value.size(1)}, 'c');
        Memory.tensor(array).copy_(value);
        to.put(keys.get(i), array);
      }
    }
  }

  private DataType layerDataType() {
    return getParam(RecurrentParameters.BIAS).dataType();
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr spaces) {
    return backward(epsilon, Integer.MAX_VALUE, spaces);
  }

  @Override
  public Pair<Gradient, INDArray> tbpttBackpropGradient(
      INDArray epsilon, int backwardLength, LayerWorkspaceMgr spaces) {
    return backward(epsilon, backwardLength, spaces);
  }

  @SuppressWarnings("try") // scopes are left by closing them
  private Pair<Gradient, INDArray> backward(
      INDArray epsilon, int backwardLength, LayerWorkspaceMgr spaces) {
    assertInputSet(true);
    TorchRecurrentLayer layer = layerConf();
    boolean timeLast = layer.getRnnDataFormat() != org.deeplearning4j.nn.conf.RNNFormat.NWC;
    int steps = (int) input.size(timeLast ? 2 : 1);
    int cut = Math.max(0, steps - Math.max(1, backwardLength));
    if (pass == null || pass.input() != input || cut > 0) {
      // Nobody ran us forward in training, or gradients are to stop within the window.
      List<INDArray> began = input == lastInput ? lastBegan : List.of();
      try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
        run(began, true, cut, null, LayerWorkspaceMgr.noWorkspaces());
      }
    }
    Pass done = pass;
    Gradient gradient = new DefaultGradient();
    try (PointerScope scope = new PointerScope();
        AutoGradMode mode = new AutoGradMode(false)) {
      Tensor error =
          Memory.as(
                  Memory.timeFirst(epsilon, layer.getRnnDataFormat()), Memory.type(layerDataType()))
              .narrow(0, cut, steps - (long) cut);
      TensorVector slopes =
          torch.grad(
              new TensorVector(done.out()),
              new TensorVector(done.leaves().toArray(Tensor[]::new)),
              new TensorVector(error),
              new BoolOptional(false),
              false,
              false);
      int at = 1;
      for (String key : layer.initializer().paramKeys(layer)) {
        INDArray view = gradientViews.get(key);
        transposed(Memory.tensor(view), key).copy_(slopes.get(at++));
        gradient.gradientForVariable().put(key, view);
      }
      INDArray below =
          Memory.sequence(
              slopes.get(0),
              layerDataType(),
              layer.getRnnDataFormat(),
              ArrayType.ACTIVATION_GRAD,
              spaces);
      weightNoiseParams.clear();
      return new Pair<>(gradient, backpropDropOutIfPresent(below));
    } finally {
      release();
      Reference.reachabilityFence(done);
      Reference.reachabilityFence(epsilon);
      Reference.reachabilityFence(this);
    }
  }

  private void release() {
    if (pass != null) {
      pass.release();
      pass = null;
    }
  }

  @Override
  public void clear() {
    super.clear();
    release();
    lastBegan = List.of();
    lastInput = null;
  }

  @Override
  public Type type() {
    return Type.RECURRENT;
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }

  /** As Deeplearning4j's LSTM: features' masks go through; wrappers may set one of our own. */
  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(
      INDArray mask, MaskState state, int minibatchSize) {
    return new Pair<>(mask, MaskState.Passthrough);
  }
}
