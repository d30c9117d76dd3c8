package org.seqlm.neural.dl4j.layers;

import java.lang.ref.Reference;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseOutputLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.seqlm.UserException;

/**
 * Computes a {@link TorchSoftmaxLayer}. Its derivative is known, p − y, so libtorch need not find
 * it; rows are (T · B) throughout.
 */
final class SoftmaxOnTorch extends BaseOutputLayer<TorchSoftmaxLayer> {
  private static final long serialVersionUID = 1L;

  private transient EmbeddingOnTorch embedding;

  /** The loss of the last backward pass, which Deeplearning4j asks for next; NaN if none. */
  private double lastLoss = Double.NaN;

  private transient INDArray lastInput;
  private transient INDArray lastLabels;

  SoftmaxOnTorch(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
    Memory.check("TorchSoftmaxLayer", type);
  }

  private INDArray bias(boolean training, LayerWorkspaceMgr spaces) {
    return getParamWithNoise(TorchSoftmaxLayer.Linear.BIAS, training, spaces);
  }

  private boolean tied() {
    return layerConf().tiedTo() != null;
  }

  /** The array whose tensor is W, (V, H) if tied and (H, V) if not. */
  private INDArray weights(boolean training, LayerWorkspaceMgr spaces) {
    return tied()
        ? embedding().weights(training, spaces)
        : getParamWithNoise(TorchSoftmaxLayer.Linear.WEIGHT, training, spaces);
  }

  private EmbeddingOnTorch embedding() {
    TorchSoftmaxLayer layer = layerConf();
    if (embedding == null || !SharedEmbeddings.sameArray(embedding.params(), params())) {
      embedding = SharedEmbeddings.find(layer.tiedTo(), params());
      if (embedding == null) {
        throw UserException.configuration(
            "the softmax is tied to a TorchEmbeddingLayer named "
                + layer.tiedTo()
                + ", but the network has none: give the embedding that name");
      }
      TorchEmbeddingLayer theirs = embedding.layerConf();
      if (theirs.getNIn() != layer.getNOut() || theirs.getNOut() != layer.getNIn()) {
        throw UserException.configuration(
            "the softmax is tied to the embedding "
                + layer.tiedTo()
                + ", so its nIn and nOut must be "
                + theirs.getNOut()
                + " and "
                + theirs.getNIn()
                + ", but are "
                + layer.getNIn()
                + " and "
                + layer.getNOut());
      }
    }
    return embedding;
  }

  /** (V, H). */
  private Tensor rows(INDArray weights) {
    Tensor tensor = Memory.tensor(weights);
    return tied() ? tensor : tensor.t();
  }

  /** The input as (T · B, H). */
  private Tensor states() {
    if (input.rank() != 3) {
      throw new IllegalStateException(
          "TorchSoftmaxLayer reads sequences of rank 3, but got "
              + Arrays.toString(input.shape())
              + " "
              + layerId());
    }
    Tensor x =
        Memory.as(
            Memory.timeFirst(input, layerConf().dataFormat()), Memory.type(params().dataType()));
    return x.reshape(-1, layerConf().getNIn());
  }

  /** log p, (T · B, V). */
  private Tensor logProbabilities(Tensor states, INDArray weights, INDArray bias) {
    Tensor logits = torch.addmm(Memory.tensor(bias), states, rows(weights).t());
    Tensor result = torch.log_softmax(logits, 1);
    // Before the scope ends: of a large vocabulary this is the largest there is.
    logits.close();
    return result;
  }

  /** (T · B, 1), or null. */
  private Tensor mask(Tensor like) {
    if (maskArray == null) {
      return null;
    }
    long batch = input.size(0);
    return Memory.as(Memory.tensor(maskArray), like.scalar_type())
        .reshape(batch, maskArray.length() / batch)
        .t()
        .reshape(-1, 1);
  }

  private int steps() {
    return (int) input.size(timeAxis());
  }

  private int timeAxis() {
    return layerConf().dataFormat() == RNNFormat.NWC ? 1 : 2;
  }

  /** Whether the labels are ids. */
  private boolean labelsAreIds() {
    int of = layerConf().dataFormat() == RNNFormat.NWC ? 2 : 1;
    boolean ids = labels.rank() == 3 && labels.size(of) == 1;
    boolean distributions = labels.rank() == 3 && labels.size(of) == layerConf().getNOut();
    if (!(ids || distributions)
        || labels.size(0) != input.size(0)
        || labels.size(timeAxis()) != steps()) {
      throw new IllegalStateException(
          "labels must be ids with 1, or distributions with "
              + layerConf().getNOut()
              + ", values a step, for "
              + input.size(0)
              + " examples of "
              + steps()
              + " steps, but have the shape "
              + Arrays.toString(labels.shape())
              + " "
              + layerId());
    }
    return ids;
  }

  /** Labels that are ids, (T · B, 1). */
  private Tensor ids(Tensor mask) {
    Tensor ids =
        Memory.as(Memory.timeFirst(labels, layerConf().dataFormat()), torch.ScalarType.Long)
            .reshape(-1, 1);
    if (mask != null) {
      // What is masked may hold anything.
      ids = ids.masked_fill(mask.eq(new Scalar(0)), new Scalar(0));
    }
    Ids.check(ids, layerConf().getNOut(), "id of the labels", layerId());
    return ids;
  }

  /** Labels that are distributions, (T · B, V). */
  private Tensor distributions(Tensor like) {
    return Memory.as(Memory.timeFirst(labels, layerConf().dataFormat()), like.scalar_type())
        .reshape(-1, layerConf().getNOut());
  }

  /** Nats of each row, (T · B, 1), masked. */
  private Tensor losses(Tensor logProbabilities, Tensor mask) {
    Tensor losses =
        labelsAreIds()
            ? logProbabilities.gather(1, ids(mask)).neg()
            : distributions(logProbabilities)
                .mul(logProbabilities)
                .sum(new long[] {1}, true, new org.bytedeco.pytorch.ScalarTypeOptional())
                .neg();
    return mask == null ? losses : losses.mul(mask);
  }

  @Override
  @SuppressWarnings("try") // scopes are left by closing them
  public INDArray activate(boolean training, LayerWorkspaceMgr spaces) {
    assertInputSet(false);
    applyDropOutIfNecessary(training, spaces);
    INDArray weights = weights(training, spaces);
    INDArray bias = bias(training, spaces);
    try (PointerScope scope = new PointerScope();
        AutoGradMode mode = new AutoGradMode(false)) {
      Tensor result = logProbabilities(states(), weights, bias);
      if (layerConf().gives() == TorchSoftmaxLayer.Gives.PROBABILITIES) {
        result = result.exp_();
      }
      Tensor mask = mask(result);
      if (mask != null) {
        result = result.mul_(mask);
      }
      return Memory.sequence(
          result.reshape(steps(), input.size(0), layerConf().getNOut()),
          params().dataType(),
          layerConf().dataFormat(),
          ArrayType.ACTIVATIONS,
          spaces);
    } finally {
      Reference.reachabilityFence(weights);
      Reference.reachabilityFence(bias);
      Reference.reachabilityFence(this);
    }
  }

  @Override
  @SuppressWarnings("try") // scopes are left by closing them
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr spaces) {
    assertInputSet(true);
    // The network leaves out our forward pass while training.
    applyDropOutIfNecessary(true, spaces);
    INDArray weights = weights(true, spaces);
    INDArray bias = bias(true, spaces);
    Gradient gradient = new DefaultGradient();
    try (PointerScope scope = new PointerScope();
        AutoGradMode mode = new AutoGradMode(false)) {
      Tensor x = states();
      Tensor logProbabilities = logProbabilities(x, weights, bias);
      Tensor mask = mask(logProbabilities);
      remember(losses(logProbabilities, mask).sum().item_double());
      Tensor error;
      if (labelsAreIds()) {
        Tensor ids = ids(mask);
        Tensor one = torch.full_like(ids, new Scalar(-1)).to(logProbabilities.scalar_type());
        error = logProbabilities.exp_().scatter_add_(1, ids, one);
      } else {
        Tensor labels2 = distributions(logProbabilities);
        Tensor mass =
            labels2.sum(new long[] {1}, true, new org.bytedeco.pytorch.ScalarTypeOptional());
        error = logProbabilities.exp_().mul_(mass).sub_(labels2);
      }
      if (mask != null) {
        error = error.mul_(mask);
      }
      if (tied()) {
        torch.mm_out(embedding().softmaxGradient(), error.t(), x);
      } else {
        INDArray view = gradientViews.get(TorchSoftmaxLayer.Linear.WEIGHT);
        torch.mm_out(Memory.tensor(view).t(), error.t(), x);
        gradient.gradientForVariable().put(TorchSoftmaxLayer.Linear.WEIGHT, view);
      }
      INDArray view = gradientViews.get(TorchSoftmaxLayer.Linear.BIAS);
      Memory.tensor(view).copy_(error.sum(0));
      gradient.gradientForVariable().put(TorchSoftmaxLayer.Linear.BIAS, view);
      Tensor below = torch.mm(error, rows(weights));
      INDArray result =
          Memory.sequence(
              below.reshape(steps(), input.size(0), layerConf().getNIn()),
              params().dataType(),
              layerConf().dataFormat(),
              ArrayType.ACTIVATION_GRAD,
              spaces);
      return new Pair<>(gradient, backpropDropOutIfPresent(result));
    } finally {
      Reference.reachabilityFence(weights);
      Reference.reachabilityFence(bias);
      Reference.reachabilityFence(this);
    }
  }

  private void remember(double loss) {
    lastLoss = loss;
    lastInput = input;
    lastLabels = labels;
  }

  private void forget() {
    lastLoss = Double.NaN;
    lastInput = null;
    lastLabels = null;
  }

  @Override
  public void setInput(INDArray in, LayerWorkspaceMgr spaces) {
    forget();
    super.setInput(in, spaces);
  }

  @Override
  public double computeScore(double penalty, boolean training, LayerWorkspaceMgr spaces) {
    double loss;
    if (training && input != null && input == lastInput && labels == lastLabels) {
      loss = lastLoss;
      forget();
    } else {
      applyDropOutIfNecessary(training, spaces);
      loss = examples(training, spaces).sumNumber().doubleValue();
    }
    score = (conf().isMiniBatch() ? loss / getInputMiniBatchSize() : loss) + penalty;
    return score;
  }

  @Override
  public INDArray computeScoreForExamples(double penalty, LayerWorkspaceMgr spaces) {
    INDArray scores = examples(false, spaces).addi(penalty);
    return spaces.leverageTo(ArrayType.ACTIVATIONS, scores);
  }

  /** Nats of each example, (B, 1), in double. */
  @SuppressWarnings("try") // scopes are left by closing them
  private INDArray examples(boolean training, LayerWorkspaceMgr spaces) {
    if (input == null || labels == null) {
      throw new IllegalStateException("no score without input and labels " + layerId());
    }
    INDArray weights = weights(training, spaces);
    INDArray bias = bias(training, spaces);
    try (PointerScope scope = new PointerScope();
        AutoGradMode mode = new AutoGradMode(false)) {
      Tensor logProbabilities = logProbabilities(states(), weights, bias);
      Tensor losses =
          losses(logProbabilities, mask(logProbabilities))
              .reshape(steps(), input.size(0))
              .to(torch.ScalarType.Double)
              .sum(0);
      INDArray result = Nd4j.createUninitialized(DataType.DOUBLE, input.size(0), 1);
      Memory.tensor(result).copy_(losses.unsqueeze(1));
      return result;
    } finally {
      Reference.reachabilityFence(weights);
      Reference.reachabilityFence(bias);
      Reference.reachabilityFence(this);
    }
  }

  @Override
  protected INDArray getLabels2d(LayerWorkspaceMgr spaces, ArrayType use) {
    throw new UnsupportedOperationException("labels stay as they are " + layerId());
  }

  /** One value a step, (B, T); what else Deeplearning4j has, a mask for each output, is refused. */
  @Override
  public void setMaskArray(INDArray mask) {
    if (mask != null && !(mask.rank() == 2 || (mask.rank() == 3 && mask.size(1) == 1))) {
      throw new IllegalStateException(
          "a mask of labels must be (B, T), but is "
              + Arrays.toString(mask.shape())
              + " "
              + layerId());
    }
    maskArray = mask;
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(
      INDArray mask, MaskState state, int minibatchSize) {
    return null; // the last layer
  }

  @Override
  public void clear() {
    super.clear();
    forget();
  }

  @Override
  public Type type() {
    return Type.RECURRENT;
  }
}
