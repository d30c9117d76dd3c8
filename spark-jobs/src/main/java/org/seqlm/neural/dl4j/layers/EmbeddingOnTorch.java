package org.seqlm.neural.dl4j.layers;

import java.lang.ref.Reference;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes a {@link TorchEmbeddingLayer}. */
final class EmbeddingOnTorch extends BaseLayer<TorchEmbeddingLayer> {
  private static final long serialVersionUID = 1L;

  /** (V, m): what a softmax that shares the weights adds to their gradient, or null. */
  private transient Tensor fromSoftmax;

  EmbeddingOnTorch(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
    Memory.check("TorchEmbeddingLayer", type);
  }

  /** (V, m). */
  INDArray weights(boolean training, LayerWorkspaceMgr spaces) {
    return getParamWithNoise(TorchEmbeddingLayer.Weights.KEY, training, spaces);
  }

  /** Takes the softmax's part of the next gradient. */
  void add(Tensor gradient) {
    drop();
    fromSoftmax = Memory.kept(gradient);
  }

  private void drop() {
    if (fromSoftmax != null) {
      fromSoftmax.releaseReference();
      fromSoftmax = null;
    }
  }

  /** (T, B) as 64-bit integers, checked. */
  private Tensor ids() {
    if (!(input.rank() == 2 || (input.rank() == 3 && input.size(1) == 1))) {
      throw new IllegalStateException(
          "an embedding reads ids (B, T) or (B, 1, T), but got "
              + java.util.Arrays.toString(input.shape())
              + " "
              + layerId());
    }
    Tensor ids = Memory.as(Memory.tensor(input), torch.ScalarType.Long);
    ids = ids.reshape(input.size(0), input.size(input.rank() - 1)).t();
    Ids.check(ids, layerConf().getNIn(), "id of the embedding's input", layerId());
    return ids.contiguous();
  }

  @Override
  @SuppressWarnings("try") // scopes are left by closing them
  public INDArray activate(boolean training, LayerWorkspaceMgr spaces) {
    assertInputSet(false);
    INDArray weights = weights(training, spaces);
    try (PointerScope scope = new PointerScope();
        AutoGradMode mode = new AutoGradMode(false)) {
      Tensor vectors = torch.embedding(Memory.tensor(weights), ids());
      if (maskArray != null) {
        vectors = vectors.mul(mask(vectors));
      }
      return Memory.sequence(
          vectors, weights.dataType(), layerConf().dataFormat(), ArrayType.ACTIVATIONS, spaces);
    } finally {
      Reference.reachabilityFence(weights);
      Reference.reachabilityFence(this);
    }
  }

  /** (T, B, 1). */
  private Tensor mask(Tensor like) {
    return Memory.as(Memory.tensor(maskArray), like.scalar_type())
        .reshape(like.size(1), like.size(0))
        .t()
        .unsqueeze(2);
  }

  @Override
  @SuppressWarnings("try") // scopes are left by closing them
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr spaces) {
    assertInputSet(true);
    INDArray view = gradientViews.get(TorchEmbeddingLayer.Weights.KEY);
    try (PointerScope scope = new PointerScope();
        AutoGradMode mode = new AutoGradMode(false)) {
      Tensor gradient = Memory.tensor(view);
      if (fromSoftmax == null) {
        gradient.zero_();
      } else {
        gradient.copy_(fromSoftmax);
      }
      Tensor error =
          Memory.as(
              Memory.timeFirst(epsilon, layerConf().dataFormat()), Memory.type(view.dataType()));
      if (maskArray != null) {
        error = error.mul(mask(error));
      }
      gradient.index_add_(0, ids().reshape(-1), error.reshape(-1, layerConf().getNOut()));
    } finally {
      drop();
      Reference.reachabilityFence(epsilon);
      Reference.reachabilityFence(this);
    }
    weightNoiseParams.clear();
    Gradient gradient = new DefaultGradient();
    gradient.gradientForVariable().put(TorchEmbeddingLayer.Weights.KEY, view);
    return new Pair<>(gradient, null);
  }

  // The weights are row-major in the flat array, where most layers' are column-major.
  @Override
  public void setParams(INDArray flat) {
    if (flat != paramsFlattened) {
      setParams(flat, 'c');
    }
  }

  @Override
  public void clear() {
    super.clear();
    drop();
  }

  @Override
  public Type type() {
    return Type.RECURRENT;
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }

  @Override
  public boolean hasBias() {
    return false;
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(
      INDArray mask, MaskState state, int minibatchSize) {
    setMaskArray(state == MaskState.Active ? mask : null);
    return new Pair<>(mask, state);
  }
}
