package org.seqlm.neural.dl4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.layers.recurrent.LSTM;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.seqlm.kernels.KernelChoice;
import org.seqlm.neural.NetworkSpec;
import org.seqlm.neural.dl4j.device.EngineSettings;
import org.seqlm.neural.dl4j.device.RawArrays;
import org.seqlm.neural.dl4j.layers.TorchRecurrentLayer;
import org.seqlm.neural.learner.InnerMoments;
import org.seqlm.neural.learner.InnerOptimizer;
import org.seqlm.neural.learner.Learner;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.learner.RoundAccount;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.learner.WorkerResult;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.torch.device.TorchThreads;

/**
 * Trains with Deeplearning4j's layers, a step a {@link DataSet}. The network's own {@code fit}
 * clears the recurrent state around every call, sums the loss over time and cannot clip by the
 * global norm; so this drives its parts: forward and backward pass from the stored state, the mean
 * over tokens, clipping, the updater, the step. Its loop is its own, beside {@code TorchLearner}'s,
 * because the network and its updater live on between rounds and are set back at their beginning.
 */
public final class Dl4jLearner implements Learner<DataSet> {
  private final LayerOrigin layers;
  private final MultiLayerNetwork network;
  private final ParameterOrder order;
  private final InnerOptimizer optimizer;
  private final StepClock clock;

  private Dl4jLearner(
      LayerOrigin layers,
      MultiLayerNetwork network,
      ParameterOrder order,
      InnerOptimizer optimizer,
      StepClock clock) {
    this.layers = layers;
    this.network = network;
    this.order = order;
    this.optimizer = optimizer;
    this.clock = clock;
  }

  /** A learner of a network of ours with the layers for this class path. */
  public static Dl4jLearner of(NetworkSpec spec, Recipe recipe, int timeSteps) {
    return of(LayerOrigin.here(), spec, recipe, timeSteps);
  }

  static Dl4jLearner of(LayerOrigin layers, NetworkSpec spec, Recipe recipe, int timeSteps) {
    EngineSettings.apply();
    StepClock clock = new StepClock();
    float[] zero = new float[org.seqlm.neural.ParameterLayout.of(spec).size()];
    return new Dl4jLearner(
        layers,
        Dl4jNetworks.network(layers, spec, recipe.optimizer().kind(), timeSteps, zero, clock),
        ParameterOrder.of(spec, layers),
        recipe.optimizer(),
        clock);
  }

  @Override
  public WorkerResult run(
      float[] parameters, WorkerState state, Iterator<DataSet> steps, RoundPlan plan) {
    if (layers == LayerOrigin.TORCH) {
      TorchThreads.one();
    }
    boolean reset = plan.beginsAfresh(state);
    long updates = reset ? 0 : state.updates();
    BaseMultiLayerUpdater<?> updater = (BaseMultiLayerUpdater<?>) network.getUpdater();
    RawArrays.fill(network.params(), order.toEngine(parameters));
    INDArray momentsView = updater.getStateViewArray();
    if (momentsView != null) {
      if (reset) {
        momentsView.assign(0);
      } else {
        RawArrays.fill(momentsView, order.toEngine(state.moments()));
      }
    }
    network.rnnClearPreviousState();
    if (state.hidden().length > 0 && plan.steps() > 0 && !plan.beginsPass(0)) {
      restoreHidden(state.hidden());
    }
    try (Update update = update(updater, momentsView)) {
      return train(update, momentsView, updates, steps, plan);
    }
  }

  private WorkerResult train(
      Update update, INDArray momentsView, long updates, Iterator<DataSet> steps, RoundPlan plan) {
    RoundAccount account = new RoundAccount(plan);
    while (!account.rejected() && account.done() < plan.steps() && steps.hasNext()) {
      int done = account.done();
      if (plan.beginsPass(done)) {
        network.rnnClearPreviousState();
      }
      clock.set(plan.learningRate(done), plan.seed(), plan.worker(), plan.firstStep() + done);
      DataSet data = steps.next();
      long count = tokens(data);
      account.add(step(update, data, count, Math.toIntExact(updates + done)), count);
    }
    boolean keeps = plan.moments() != InnerMoments.RESET && momentsView != null;
    return account.result(
        () -> order.fromEngine(RawArrays.floats(network.params(), 'f')),
        () ->
            new WorkerState(
                plan.firstStep() + account.done(),
                updates + account.done(),
                keeps ? order.fromEngine(RawArrays.floats(momentsView, 'f')) : new float[0],
                hidden()));
  }

  /** One update; returns the mean loss in nats a token before it. */
  private double step(Update update, DataSet data, long tokens, int iteration) {
    network.setInput(data.getFeatures());
    network.setLabels(data.getLabels());
    network.setLayerMaskArrays(data.getFeaturesMaskArray(), data.getLabelsMaskArray());
    network.computeGradientAndScore();
    network.updateRnnStateWithTBPTTState();
    network.clearLayerMaskArrays();
    boolean divided = network.getLayerWiseConfigurations().getConf(0).isMiniBatch();
    double loss = network.score() * (divided ? data.getFeatures().size(0) : 1) / tokens;
    if (!Double.isFinite(loss)) {
      return loss;
    }
    update.apply(tokens, iteration);
    return loss;
  }

  /** Clips the mean of a gradient that was summed over tokens, and applies it. */
  private interface Update extends AutoCloseable {
    /**
     * @param iteration updates before
     */
    void apply(long tokens, int iteration);

    @Override
    default void close() {}
  }

  private Update update(BaseMultiLayerUpdater<?> updater, INDArray moments) {
    if (layers == LayerOrigin.DL4J) {
      return (tokens, iteration) -> dl4jUpdate(updater, tokens, iteration);
    }
    FlatUpdate flat =
        new FlatUpdate(optimizer, network.params(), network.getFlattenedGradients(), moments);
    return new Update() {
      @Override
      public void apply(long tokens, int iteration) {
        flat.apply(1.0 / tokens, clock.valueAt(iteration, 0), iteration + 1L);
      }

      @Override
      public void close() {
        flat.close();
      }
    };
  }

  private void dl4jUpdate(BaseMultiLayerUpdater<?> updater, long tokens, int iteration) {
    INDArray gradient = network.getFlattenedGradients();
    double scale = 1.0 / tokens;
    if (optimizer.clipValue() > 0) {
      gradient.muli(scale);
      scale = 1;
      Nd4j.exec(
          DynamicCustomOp.builder("clipbyvalue")
              .addInputs(gradient)
              .callInplace(true)
              .addFloatingPointArguments(-optimizer.clipValue(), optimizer.clipValue())
              .build());
    }
    if (optimizer.clipNorm() > 0) {
      double norm = gradient.norm2Number().doubleValue() * scale;
      if (norm > optimizer.clipNorm()) {
        scale *= optimizer.clipNorm() / norm;
      }
    }
    gradient.muli(scale);
    updater.update(network.gradient(), iteration, 0, 1, LayerWorkspaceMgr.noWorkspaces());
    INDArray parameters = network.params();
    parameters.subi(gradient.reshape(parameters.shape()));
  }

  /** Predictions in a data set: one a time step, or one an example. */
  private static long tokens(DataSet data) {
    INDArray mask = data.getLabelsMaskArray();
    if (mask != null) {
      return Math.max(1, mask.sumNumber().longValue());
    }
    INDArray labels = data.getLabels();
    return labels.rank() == 3 ? labels.size(0) * labels.size(2) : labels.size(0);
  }

  private List<RecurrentLayer> recurrentLayers() {
    return Arrays.stream(network.getLayers())
        .filter(RecurrentLayer.class::isInstance)
        .map(RecurrentLayer.class::cast)
        .toList();
  }

  /** Where a layer keeps what it carries, h first. */
  private static List<String> stateKeys(RecurrentLayer layer) {
    return layer.conf().getLayer() instanceof TorchRecurrentLayer ours
        ? ours.stateKeys()
        : List.of(LSTM.STATE_KEY_PREV_ACTIVATION, LSTM.STATE_KEY_PREV_MEMCELL);
  }

  private static int width(RecurrentLayer layer) {
    return (int) ((FeedForwardLayer) layer.conf().getLayer()).getNOut();
  }

  /** (layers, states, B, H) after the last step. */
  private float[] hidden() {
    List<float[]> parts = new ArrayList<>();
    for (RecurrentLayer layer : recurrentLayers()) {
      Map<String, INDArray> state = layer.rnnGetTBPTTState();
      if (!state.isEmpty()) {
        stateKeys(layer).forEach(key -> parts.add(RawArrays.floats(state.get(key), 'c')));
      }
    }
    float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  @SuppressWarnings("try") // the scope is left by closing it
  private void restoreHidden(float[] hidden) {
    List<RecurrentLayer> recurrent = recurrentLayers();
    int widths = recurrent.stream().mapToInt(l -> stateKeys(l).size() * width(l)).sum();
    int batch = hidden.length / widths;
    int at = 0;
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      for (RecurrentLayer layer : recurrent) {
        Map<String, INDArray> state = new LinkedHashMap<>();
        for (String key : stateKeys(layer)) {
          float[] part = Arrays.copyOfRange(hidden, at, at + batch * width(layer));
          at += part.length;
          state.put(key, RawArrays.of(part, new long[] {batch, width(layer)}, 'c').dup('f'));
        }
        layer.rnnSetPreviousState(state);
        layer.rnnSetTBPTTState(state);
      }
    }
  }

  @Override
  public KernelChoice kernels() {
    return EngineSettings.kernels();
  }
}
