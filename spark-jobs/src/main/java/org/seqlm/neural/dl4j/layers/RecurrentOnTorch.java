package org.seqlm.neural.dl4j.layers;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
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
import org.seqlm.neural.dl4j.layers.RecurrentPass.Weights;
import org.seqlm.neural.torch.layers.Products;
import org.seqlm.neural.torch.layers.TorchCells;
import org.seqlm.neural.torch.layers.TorchLookUp;
import org.seqlm.neural.torch.layers.TorchRecurrence;

/**
 * Computes a {@link TorchRecurrentLayer}: with {@link TorchRecurrence}, or, where steps are masked
 * or gradients stop within the window, as a {@link DifferentiatedWindow}. The forward pass of
 * training keeps what the backward pass needs until then, the next forward pass or {@link #clear};
 * buffers are kept as long as windows fit into them.
 */
final class RecurrentOnTorch extends BaseRecurrentLayer<TorchRecurrentLayer> {
  private static final long serialVersionUID = 1L;

  /** States by {@link CellKind#states} place; the first two are Deeplearning4j's LSTM's. */
  private static final String H = "prevAct";

  private static final String C = "prevMem";
  private static final String H_BEFORE = "prevAct2";

  /** The last forward pass of training, or null. */
  private transient RecurrentPass pass;

  /** For windows of the last shape and shorter ones, or null. */
  private transient WindowBuffers buffers;

  /** The state the last forward pass of training began with, and its input. */
  private transient List<INDArray> lastBegan = List.of();

  private transient INDArray lastInput;

  RecurrentOnTorch(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
    Memory.check("TorchRecurrentLayer", type);
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

  private boolean readsIds() {
    return layerConf().reads() == TorchRecurrentLayer.Reads.IDS;
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
    if (!readsIds()) {
      if (input.rank() != 3) {
        throw new IllegalStateException(
            "a recurrent layer reads sequences of rank 3, but got rank "
                + input.rank()
                + ": readsIds() reads ids (B, T) "
                + layerId());
      }
      applyDropOutIfNecessary(training, spaces);
    }
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
    torch.ScalarType type = Memory.type(layerDataType());
    List<INDArray> held = new ArrayList<>();
    try (PointerScope scope = new PointerScope();
        AutoGradMode mode = new AutoGradMode(false)) {
      Tensor x =
          readsIds()
              ? Ids.read(input, layer.getNIn(), layerId())
              : Memory.as(Memory.timeFirst(input, layer.getRnnDataFormat()), type).contiguous();
      Weights weights = weights(training, held, spaces);
      List<Tensor> state = new ArrayList<>();
      for (int i = 0; i < layer.cell().states(); i++) {
        state.add(
            began.isEmpty()
                ? torch.zeros(new long[] {x.size(1), layer.getNOut()}, new TensorOptions(type))
                : Memory.as(Memory.tensor(began.get(i)), type).contiguous());
      }
      boolean automatic = maskArray != null || cut > 0;
      TorchCells.Window window =
          automatic
              ? new DifferentiatedWindow(layer, maskArray).forward(x, state, weights, training, cut)
              : own(x, state, weights, type);
      INDArray result =
          Memory.sequence(
              window.outputs().detach(),
              layerDataType(),
              layer.getRnnDataFormat(),
              ArrayType.ACTIVATIONS,
              spaces);
      if (to != null) {
        store(window.state(), to);
      }
      if (training) {
        pass = RecurrentPass.of(input, held, x, weights, automatic ? window.outputs() : null);
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

  private Weights weights(boolean training, List<INDArray> held, LayerWorkspaceMgr spaces) {
    return new Weights(
        parameter(RecurrentParameters.INPUT, training, held, spaces),
        parameter(RecurrentParameters.RECURRENT, training, held, spaces),
        layerConf().cell().lags() == 2
            ? parameter(RecurrentParameters.RECURRENT_2, training, held, spaces)
            : null,
        parameter(RecurrentParameters.BIAS, training, held, spaces));
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

  /** With our own kernels and buffers, whose values the backward pass reads. */
  private TorchCells.Window own(
      Tensor x, List<Tensor> state, Weights weights, torch.ScalarType type) {
    TorchRecurrentLayer layer = layerConf();
    WindowBuffers.Shape shape =
        new WindowBuffers.Shape(
            layer.cell(),
            layer.activation(),
            (int) x.size(0),
            (int) x.size(1),
            (int) layer.getNOut(),
            type);
    if (buffers == null || !buffers.shape().holds(shape)) {
      if (buffers != null) {
        buffers.release();
      }
      buffers = new WindowBuffers(shape);
    }
    TorchRecurrence recurrence = buffers.recurrence();
    recurrence.window(shape.time());
    Tensor products = buffers.products(shape.time());
    if (readsIds()) {
      TorchLookUp.forward(weights.w(), weights.b(), x.flatten(), products);
    } else {
      Products.affine(products, weights.b(), x.flatten(0, 1), weights.w().t());
    }
    recurrence.forward(state, weights.u(), weights.m());
    return new TorchCells.Window(recurrence.outputs(), recurrence.state());
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
    boolean timeLast = readsIds() || layer.getRnnDataFormat() != RNNFormat.NWC;
    int steps = (int) input.size(timeLast ? input.rank() - 1 : 1);
    int cut = Math.max(0, steps - Math.max(1, backwardLength));
    if (pass == null || pass.input() != input || cut > 0) {
      // Nobody ran us forward in training, or gradients are to stop within the window.
      List<INDArray> began = input == lastInput ? lastBegan : List.of();
      try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
        run(began, true, cut, null, LayerWorkspaceMgr.noWorkspaces());
      }
    }
    RecurrentPass done = pass;
    INDArray below = null;
    try (PointerScope scope = new PointerScope();
        AutoGradMode mode = new AutoGradMode(false)) {
      Tensor dx = null;
      if (!readsIds()) {
        // (T, B, in) in memory, as Memory.sequence has it.
        below =
            spaces.createUninitialized(
                ArrayType.ACTIVATION_GRAD, layerDataType(), done.x().sizes().vec().get(), 'c');
        dx = Memory.tensor(below);
      }
      Tensor error = Memory.timeFirst(epsilon, layer.getRnnDataFormat());
      if (done.out() == null) {
        ownBackward(error, done, dx);
      } else {
        automaticBackward(error, done, dx);
      }
    } finally {
      release();
      Reference.reachabilityFence(done);
      Reference.reachabilityFence(epsilon);
      Reference.reachabilityFence(this);
    }
    weightNoiseParams.clear();
    Gradient gradient = new DefaultGradient();
    for (String key : layer.initializer().paramKeys(layer)) {
      gradient.gradientForVariable().put(key, gradientViews.get(key));
    }
    if (below != null) {
      below = backpropDropOutIfPresent(Memory.shaped(below, layer.getRnnDataFormat()));
    }
    return new Pair<>(gradient, below);
  }

  private Tensor slope(String key) {
    return transposed(Memory.tensor(gradientViews.get(key)), key);
  }

  private void ownBackward(Tensor error, RecurrentPass done, Tensor dx) {
    Weights weights = done.weights();
    Tensor dm = weights.m() == null ? null : slope(RecurrentParameters.RECURRENT_2);
    int time = (int) error.size(0);
    Tensor products = buffers.products(time);
    // Not the caller's: other layers may be given the same.
    Tensor dh = buffers.dh(time).copy_(error);
    buffers
        .recurrence()
        .backward(dh, weights.u(), weights.m(), slope(RecurrentParameters.RECURRENT), dm);
    Tensor dw = slope(RecurrentParameters.INPUT);
    Tensor db = slope(RecurrentParameters.BIAS);
    if (readsIds()) {
      TorchLookUp.backward(products, done.x().flatten(), products.scalar_type(), dw, db);
      return;
    }
    torch.sum_out(db, products, 0);
    Products.multiply(dw, products.t(), done.x().flatten(0, 1));
    Products.multiply(dx.flatten(0, 1), products, weights.w());
  }

  private void automaticBackward(Tensor error, RecurrentPass done, Tensor dx) {
    TensorVector slopes = new DifferentiatedWindow(layerConf(), maskArray).backward(error, done);
    int at = 0;
    for (String key : layerConf().initializer().paramKeys(layerConf())) {
      slope(key).copy_(slopes.get(at++));
    }
    if (dx != null) {
      dx.copy_(slopes.get(at));
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
