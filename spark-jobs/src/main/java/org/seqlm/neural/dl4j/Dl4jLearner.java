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
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.seqlm.kernels.KernelChoice;
import org.seqlm.neural.dl4j.device.EngineSettings;
import org.seqlm.neural.dl4j.device.RawArrays;
import org.seqlm.neural.dl4j.layers.TorchRecurrentLayer;
import org.seqlm.neural.learner.Learner;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.learner.RoundAccount;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.learner.WorkerResult;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.optimizer.AveragingMode;
import org.seqlm.neural.optimizer.InnerMoments;
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
  private final Recipe recipe;
  private final StepClock clock;

  private Dl4jLearner(
      LayerOrigin layers,
      MultiLayerNetwork network,
      ParameterOrder order,
      Recipe recipe,
      StepClock clock) {
    this.layers = layers;
    this.network = network;
    this.order = order;
    this.recipe = recipe;
    this.clock = clock;
  }

  /** A learner of a network of ours with the layers for this class path. */
  public static Dl4jLearner of(LanguageNetwork spec, Recipe recipe, int timeSteps) {
    return of(LayerOrigin.here(), spec, recipe, timeSteps);
  }

  static Dl4jLearner of(LayerOrigin layers, LanguageNetwork spec, Recipe recipe, int timeSteps) {
    EngineSettings.apply();
    StepClock clock = new StepClock();
    float[] zero = new float[spec.layout().size()];
    return new Dl4jLearner(
        layers,
        Dl4jNetworks.network(layers, spec, recipe.optimizer(), timeSteps, zero, clock),
        ParameterOrder.of(spec, layers),
        recipe,
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
    try (GradientUpdate update = update(updater, momentsView, plan)) {
      return train(update, momentsView, updates, steps, plan);
    }
  }

  private WorkerResult train(
      GradientUpdate update,
      INDArray momentsView,
      long updates,
      Iterator<DataSet> steps,
      RoundPlan plan) {
    RoundAccount account = new RoundAccount(plan, recipe);
    while (!account.rejected() && account.done() < plan.steps() && steps.hasNext()) {
      int done = account.done();
      if (plan.beginsPass(done)) {
        network.rnnClearPreviousState();
      }
      clock.set(plan.learningRate(done), plan.seed(), plan.worker(), plan.firstStep() + done);
      DataSet data = steps.next();
      long count = tokens(data);
      account.add(gradient(data, count), count);
      if (account.rejected()) {
        break;
      }
      update.add(count);
      if (account.updates(account.done(), steps)) {
        update.apply(plan.learningRate(done), updates + account.updates());
      }
    }
    boolean sends = plan.mode() == AveragingMode.GRADIENTS;
    boolean keeps = !sends && plan.moments() != InnerMoments.RESET && momentsView != null;
    // The mean counts in the statistics, so it comes before them.
    float[] mean = sends && account.done() > 0 && !account.rejected() ? update.mean() : null;
    return account.result(
        () -> order.fromEngine(mean == null ? RawArrays.floats(network.params(), 'f') : mean),
        () ->
            new WorkerState(
                plan.firstStep() + account.done(),
                updates + account.updates(),
                keeps ? order.fromEngine(RawArrays.floats(momentsView, 'f')) : new float[0],
                hidden()),
        update.stats());
  }

  /** Leaves a gradient, a sum over tokens; returns the mean loss in nats a token. */
  private double gradient(DataSet data, long tokens) {
    network.setInput(data.getFeatures());
    network.setLabels(data.getLabels());
    network.setLayerMaskArrays(data.getFeaturesMaskArray(), data.getLabelsMaskArray());
    network.computeGradientAndScore();
    network.updateRnnStateWithTBPTTState();
    network.clearLayerMaskArrays();
    boolean divided = network.getLayerWiseConfigurations().getConf(0).isMiniBatch();
    return network.score() * (divided ? data.getFeatures().size(0) : 1) / tokens;
  }

  private GradientUpdate update(
      BaseMultiLayerUpdater<?> updater, INDArray moments, RoundPlan plan) {
    GradientUpdate.Windows windows =
        RoundAccount.addsUp(plan, recipe)
            ? GradientUpdate.Windows.ADDED_UP
            : GradientUpdate.Windows.ONE;
    return layers == LayerOrigin.DL4J
        ? new Nd4jUpdate(network, updater, recipe.optimizer(), windows)
        : new FlatUpdate(
            recipe.optimizer(),
            windows,
            network.params(),
            network.getFlattenedGradients(),
            moments);
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

  @Override
  public Integer gpu() {
    return EngineSettings.gpu();
  }
}
