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
import org.seqlm.neural.torch.layers.Products;
import org.seqlm.neural.torch.layers.TorchOutput;

/**
 * Computes a {@link TorchSoftmaxLayer}. Its derivative is known, p − y, so libtorch need not find
 * it; rows are (T · B) throughout. {@link TorchOutput}, which does the same for our own engine,
 * says why they are two.
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

  private long rowsAtOnce() {
    return TorchOutput.rowsAtOnce(layerConf().getNOut());
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

  /** The labels as tensors. */
  private final class Targets {
    private final Tensor ids; // (T · B, 1), or null
    private final Tensor distributions; // (T · B, V), or null
    private final Tensor mask; // (T · B, 1), or null

    /**
     * @param like a tensor of the type to compute in
     */
    Targets(Tensor like) {
      mask = mask(like);
      ids = labelsAreIds() ? ids(mask) : null;
      distributions =
          ids != null
              ? null
              : Memory.as(Memory.timeFirst(labels, layerConf().dataFormat()), like.scalar_type())
                  .reshape(-1, layerConf().getNOut());
    }

    /** Nats of some rows, (count, 1), masked. */
    Tensor losses(Tensor log, long from, long count) {
      Tensor losses =
          ids != null
              ? log.gather(1, ids.narrow(0, from, count)).neg_()
              : sum(distributions.narrow(0, from, count).mul(log)).neg_();
      return masked(losses, from, count);
    }

    /** ∂loss/∂scores of some rows, in place of their log p. */
    Tensor error(Tensor log, long from, long count) {
      Tensor error = log.exp_();
      if (ids != null) {
        Tensor one = torch.ones(new long[] {count, 1}, log.options()).neg_();
        error.scatter_add_(1, ids.narrow(0, from, count), one);
      } else {
        Tensor here = distributions.narrow(0, from, count);
        error.mul_(sum(here)).sub_(here);
      }
      return masked(error, from, count);
    }

    private Tensor masked(Tensor rows, long from, long count) {
      return mask == null ? rows : rows.mul_(mask.narrow(0, from, count));
    }

    private static Tensor sum(Tensor rows) {
      return rows.sum(new long[] {1}, true, new org.bytedeco.pytorch.ScalarTypeOptional());
    }
  }

  @Override
  @SuppressWarnings("try") // scopes are left by closing them
  public INDArray activate(boolean training, LayerWorkspaceMgr spaces) {
    assertInputSet(false);
    applyDropOutIfNecessary(training, spaces);
    INDArray weights = weights(training, spaces);
    INDArray bias = bias(training, spaces);
    INDArray result = sequence(layerConf().getNOut(), ArrayType.ACTIVATIONS, spaces);
    try (PointerScope scope = new PointerScope();
        AutoGradMode mode = new AutoGradMode(false)) {
      Tensor x = states();
      Tensor wt = rows(weights).t();
      Tensor b = Memory.tensor(bias);
      Tensor mask = mask(x);
      Tensor all = Memory.tensor(result).flatten(0, 1);
      long rows = x.size(0);
      for (long from = 0; from < rows; from += rowsAtOnce()) {
        try (PointerScope one = new PointerScope()) {
          long count = Math.min(rowsAtOnce(), rows - from);
          Tensor out = all.narrow(0, from, count);
          Products.affine(out, b, x.narrow(0, from, count), wt);
          out.copy_(
              layerConf().gives() == TorchSoftmaxLayer.Gives.PROBABILITIES
                  ? torch.softmax(out, 1)
                  : torch.log_softmax(out, 1));
          if (mask != null) {
            out.mul_(mask.narrow(0, from, count));
          }
        }
      }
      return Memory.shaped(result, layerConf().dataFormat());
    } finally {
      Reference.reachabilityFence(weights);
      Reference.reachabilityFence(bias);
      Reference.reachabilityFence(this);
    }
  }

  /** (T, B, width). */
  private INDArray sequence(long width, ArrayType use, LayerWorkspaceMgr spaces) {
    long[] shape = {steps(), input.size(0), width};
    return spaces.createUninitialized(use, params().dataType(), shape, 'c');
  }

  @Override
  @SuppressWarnings("try") // scopes are left by closing them
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr spaces) {
    assertInputSet(true);
    // The network leaves out our forward pass while training.
    applyDropOutIfNecessary(true, spaces);
    INDArray weights = weights(true, spaces);
    INDArray bias = bias(true, spaces);
    INDArray below = sequence(layerConf().getNIn(), ArrayType.ACTIVATION_GRAD, spaces);
    Gradient gradient = new DefaultGradient();
    if (!tied()) {
      gradient
          .gradientForVariable()
          .put(TorchSoftmaxLayer.Linear.WEIGHT, gradientViews.get(TorchSoftmaxLayer.Linear.WEIGHT));
    }
    INDArray biasView = gradientViews.get(TorchSoftmaxLayer.Linear.BIAS);
    gradient.gradientForVariable().put(TorchSoftmaxLayer.Linear.BIAS, biasView);
    try (PointerScope scope = new PointerScope();
        AutoGradMode mode = new AutoGradMode(false)) {
      Tensor x = states();
      Targets targets = new Targets(x);
      Tensor w = rows(weights);
      Tensor wt = w.t();
      Tensor b = Memory.tensor(bias);
      Tensor dw =
          tied()
              ? embedding().softmaxGradient()
              : Memory.tensor(gradientViews.get(TorchSoftmaxLayer.Linear.WEIGHT)).t();
      Tensor db = Memory.tensor(biasView);
      Tensor dx = Memory.tensor(below).flatten(0, 1);
      double loss = 0;
      long rows = x.size(0);
      for (long from = 0; from < rows; from += rowsAtOnce()) {
        try (PointerScope one = new PointerScope()) {
          long count = Math.min(rowsAtOnce(), rows - from);
          Tensor here = x.narrow(0, from, count);
          Tensor log = torch.log_softmax(Products.affine(b, here, wt), 1);
          loss += targets.losses(log, from, count).sum().item_double();
          Tensor error = targets.error(log, from, count);
          Products.multiply(dx.narrow(0, from, count), error, w);
          if (from == 0) {
            Products.multiply(dw, error.t(), here);
            torch.sum_out(db, error, 0);
          } else {
            Products.add(dw, error.t(), here);
            db.add_(error.sum(0));
          }
        }
      }
      remember(loss);
    } finally {
      Reference.reachabilityFence(weights);
      Reference.reachabilityFence(bias);
      Reference.reachabilityFence(this);
    }
    return new Pair<>(
        gradient, backpropDropOutIfPresent(Memory.shaped(below, layerConf().dataFormat())));
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
      Tensor x = states();
      Targets targets = new Targets(x);
      Tensor wt = rows(weights).t();
      Tensor b = Memory.tensor(bias);
      long rows = x.size(0);
      Tensor losses = torch.zeros(rows);
      losses = losses.to(torch.ScalarType.Double);
      for (long from = 0; from < rows; from += rowsAtOnce()) {
        try (PointerScope one = new PointerScope()) {
          long count = Math.min(rowsAtOnce(), rows - from);
          Tensor log = torch.log_softmax(Products.affine(b, x.narrow(0, from, count), wt), 1);
          losses.narrow(0, from, count).copy_(targets.losses(log, from, count).squeeze(1));
        }
      }
      INDArray result = Nd4j.createUninitialized(DataType.DOUBLE, input.size(0), 1);
      Memory.tensor(result).copy_(losses.reshape(steps(), input.size(0)).sum(0).unsqueeze(1));
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
