package org.seqlm.neural.dl4j;

import java.util.Locale;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.seqlm.Problems;
import org.seqlm.UserException;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.DropoutRules;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.ScheduledSampling;
import org.seqlm.neural.Truncation;
import org.seqlm.neural.dl4j.device.EngineSettings;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Learner;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.learner.Predictor;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.learner.StretchScorer;
import org.seqlm.neural.network.Decoding;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.Network;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.torch.TorchEngine;

/**
 * Deeplearning4j as an engine: networks of {@link Dl4jNetworks}, a step a {@link DataSet}. On
 * ND4J's CPU backend they are of our own layers; on its CUDA one of Deeplearning4j's, which train
 * less.
 */
public final class Dl4jEngine implements Engine<DataSet> {
  private static final long serialVersionUID = 1L;

  private final String name;
  private final LayerOrigin layers;

  /** With the layers for this class path. */
  public Dl4jEngine() {
    this("dl4j", LayerOrigin.here());
  }

  private Dl4jEngine(String name, LayerOrigin layers) {
    this.name = name;
    this.layers = layers;
  }

  /**
   * With these layers, whatever the class path has; with {@link LayerOrigin#DL4J} named {@code
   * dl4j-own}.
   */
  Dl4jEngine(LayerOrigin layers) {
    this(layers == LayerOrigin.DL4J ? "dl4j-own" : "dl4j", layers);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void load() {
    EngineSettings.apply();
    Nd4j.create(1).close();
  }

  /**
   * {@inheritDoc}
   *
   * <p>A GPU needs ND4J's CUDA backend on the class path in place of its CPU one; whether the
   * backend has code for the GPU is known, and checked, where the task runs.
   */
  @Override
  public void check(Network network, Recipe recipe, Execution execution) {
    LanguageNetwork spec = language(network);
    boolean step = spec.cell().hasActivation() && spec.activation().kind() == Activation.Kind.STEP;
    Problems problems =
        new Problems()
            .require(!step, "network.activation step has no gradient, so no engine can train it")
            .require(
                spec.output() != OutputKind.ADAPTIVE,
                refusal(
                    "network.output adaptive",
                    "its output layers are one softmax over the whole vocabulary",
                    ", or --set network.output=full"))
            .require(
                execution.precision() == Precision.FLOAT32,
                refusal(
                    "execution.precision " + label(execution.precision()),
                    "it computes in float32 only",
                    ""))
            .require(
                execution.device() != Execution.Device.CUDA || LayerOrigin.hasCuda(),
                refusal(
                    "execution.device cuda",
                    "nd4j-cuda is not on the class path",
                    ", which needs libtorch's GPU natives"));
    checkPerturbed(spec, recipe, problems);
    if (layers == LayerOrigin.DL4J) {
      String why = "with nd4j-cuda it has only Deeplearning4j's own layers, which lack it";
      problems
          .require(
              spec.cell() == CellKind.LSTM, refusal("network.cell " + label(spec.cell()), why, ""))
          .require(
              spec.output() != OutputKind.TIED,
              refusal("network.output tied", why, ", or --set network.output=full"))
          .require(
              spec.embeddingDropout() == 0,
              refusal("network.embedding-dropout " + spec.embeddingDropout(), why, ""));
      checkUpdate(recipe.optimizer(), problems);
    }
    problems.throwIfAny();
  }

  private static LanguageNetwork language(Network network) {
    if (network instanceof LanguageNetwork spec) {
      return spec;
    }
    throw UserException.configuration(
        "engine dl4j trains language models, and a "
            + network.what()
            + " is none: use --engine torch (engine: torch in a file), or train a ComputationGraph"
            + " of your own with org.seqlm.spark.AveragingTrainingMaster");
  }

  /** What its networks compute beyond values, weights and labels as they are given. */
  private static void checkPerturbed(LanguageNetwork spec, Recipe recipe, Problems problems) {
    DropoutRules rules = spec.dropoutRules();
    String drops = "its dropout draws each value of each step by itself";
    ScheduledSampling.Kind sampling = recipe.scheduledSampling().kind();
    problems
        .require(
            rules.kind() == DropoutRules.Kind.EACH_STEP,
            refusal("network.dropout-kind variational", drops, ""))
        .require(rules.tokens() == 0, refusal("network.token-dropout " + rules.tokens(), drops, ""))
        .require(rules.weights() == 0, refusal("network.weight-drop " + rules.weights(), drops, ""))
        .require(
            !spec.normalises(),
            refusal("network.layer-norm true", "its layers have no normalisation", ""))
        .require(
            recipe.labelSmoothing() == 0,
            refusal(
                "training.label-smoothing " + recipe.labelSmoothing(),
                "it trains towards the text's own token only",
                ""))
        .require(
            sampling == ScheduledSampling.Kind.NONE,
            refusal(
                "training.scheduled-sampling.kind " + label(sampling),
                "its networks read the text's own tokens only",
                ""))
        .require(
            recipe.truncation().kind() == Truncation.Kind.WINDOW,
            refusal(
                "training.truncation.kind randomised",
                "it carries gradients back through whole windows only",
                ""));
  }

  /** ND4J's updaters make the same update as ours of some kinds only. */
  private static void checkUpdate(InnerOptimizer optimizer, Problems problems) {
    boolean same =
        switch (optimizer.kind()) {
          case ADAM, ADAGRAD, SGD -> true;
          case ADAMW, MOMENTUM, NESTEROV, RMSPROP -> false;
        };
    String why = "with nd4j-cuda it has only ND4J's updaters, none of which does the same";
    problems
        .require(
            same,
            refusal(
                "training.optimizer " + label(optimizer.kind()),
                why,
                ", or --optimizer adam, adagrad or sgd"))
        .require(
            optimizer.weightDecay() == 0,
            refusal(
                "training.optimizer-settings.weight-decay " + optimizer.weightDecay(),
                why,
                ", or leave it at null"));
  }

  private static String refusal(String what, String why, String more) {
    return "engine dl4j cannot train with "
        + what
        + ", because "
        + why
        + ": use --engine torch (engine: torch in a file)"
        + more;
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public Learner.Factory<DataSet> learners(
      Network network, Recipe recipe, int longest, Execution execution) {
    return Dl4jLearners.of(layers, language(network), recipe, longest, execution);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Layers of ours are libtorch's operators on the CPU, and so is what scores with them.
   */
  @Override
  public StretchScorer scorer(LanguageNetwork spec, Execution execution) {
    StretchScorer scorer =
        layers == LayerOrigin.TORCH
            ? new TorchEngine().scorer(spec, Execution.CPU)
            : new Dl4jScorer(spec);
    return (parameters, stretches) -> {
      Dl4jLearners.checkTask(execution.device());
      return scorer.nats(parameters, stretches);
    };
  }

  @Override
  public Predictor predictor(Network network, Decoding decoding, Execution execution) {
    throw new IllegalArgumentException(language(network) + " predicts the next token");
  }

  @Override
  public DataSet step(Network network, Batch batch) {
    EngineSettings.loadInOrder();
    return Dl4jNetworks.dataSet(
        layers,
        language(network),
        batch.size(),
        batch.ints("inputs").shape()[1],
        batch.ints("inputs").values(),
        batch.ints("targets").values());
  }
}
