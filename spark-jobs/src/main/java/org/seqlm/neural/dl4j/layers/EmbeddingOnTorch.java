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

  /** Whether a softmax that shares the weights has written its part of their gradient. */
  private transient boolean softmaxWrote;

  EmbeddingOnTorch(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
    Memory.check("TorchEmbeddingLayer", type);
  }

  /** (V, m). */
  INDArray weights(boolean training, LayerWorkspaceMgr spaces) {
    return getParamWithNoise(TorchEmbeddingLayer.Weights.KEY, training, spaces);
  }

  /**
   * Where a softmax that shares the weights writes its part of their gradient, (V, m), before we
   * add ours.
   */
  Tensor softmaxGradient() {
    softmaxWrote = true;
    return Memory.tensor(gradientViews.get(TorchEmbeddingLayer.Weights.KEY));
  }

  /** (T, B). */
  private Tensor ids() {
    return Ids.read(input, layerConf().getNIn(), layerId());
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
      Tensor error =
          Memory.as(
              Memory.timeFirst(epsilon, layerConf().dataFormat()), Memory.type(view.dataType()));
      if (maskArray != null) {
        error = error.mul(mask(error));
      }
      Tensor rows =
          torch.embedding_dense_backward(
              error.reshape(-1, layerConf().getNOut()),
              ids().flatten(),
              layerConf().getNIn(),
              -1,
              false);
      Tensor gradient = Memory.tensor(view);
      if (softmaxWrote) {
        gradient.add_(rows);
      } else {
        gradient.copy_(rows);
      }
    } finally {
      softmaxWrote = false;
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
    softmaxWrote = false;
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
