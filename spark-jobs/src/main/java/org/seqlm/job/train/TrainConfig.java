package org.seqlm.job.train;

import java.util.List;
import java.util.stream.LongStream;
import org.seqlm.Problems;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.lm.SamplingRules;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.NetworkSpec;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.InnerMoments;
import org.seqlm.neural.learner.InnerOptimizer;
import org.seqlm.neural.learner.OuterOptimizer;
import org.seqlm.neural.learner.Reading;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.learner.Schedule;
import org.seqlm.spark.training.Engines;
import org.seqlm.spark.training.LanguageModelTraining;
import org.seqlm.spark.training.OnDivergence;

/** The configuration of {@code train}; {@code conf/train.yaml} says what each key means. */
public record TrainConfig(
    String input,
    String output,
    String startFrom,
    String engine,
    long seed,
    int partitions,
    Execution execution,
    Network network,
    Training training,
    Averaging averaging,
    Validation validation,
    CheckpointRules checkpoints)
    implements JobConfig {

  public TrainConfig {
    new Problems()
        .present("input", input, "give --input DATASET, a folder that seqlm prepare wrote")
        .present("output", output, "give --output RUN, a folder to write")
        .inRange("partitions", partitions, 0, 1_000_000)
        .require(
            engine != null && Engines.names().contains(engine),
            "engine must be " + String.join(" or ", Engines.names()) + ", but is " + engine)
        .throwIfAny();
  }

  /** The group {@code network}. */
  record Network(
      InputKind input,
      int embedding,
      CellKind cell,
      Phi activation,
      int layers,
      int hidden,
      double embeddingDropout,
      double dropout,
      double forgetBias,
      Output output,
      int adaptiveAbove,
      List<Integer> cutoffs) {
    /** More than any vocabulary has: what a spec is checked with before that is known. */
    private static final int UNBOUNDED = 1 << 30;

    /** The activations that can be trained. */
    enum Phi {
      TANH,
      SIGMOID,
      RELU,
      IDENTITY;

      Activation activation() {
        return switch (this) {
          case TANH -> Activation.TANH;
          case SIGMOID -> Activation.SIGMOID;
          case RELU -> Activation.RELU;
          case IDENTITY -> Activation.IDENTITY;
        };
      }
    }

    /** An {@link OutputKind}, or the one that suits the vocabulary. */
    enum Output {
      AUTO,
      FULL,
      TIED,
      ADAPTIVE
    }

    Network {
      cutoffs = cutoffs == null ? List.of() : List.copyOf(cutoffs);
      new Problems()
          .present("network.activation", activation, "tanh, sigmoid, relu or identity")
          .present("network.output", output, "auto, full, tied or adaptive")
          .atLeast("network.adaptive-above", adaptiveAbove, 2)
          .require(
              cell == null || cell.hasActivation() || activation == Phi.TANH,
              "network.activation is of the cells rnn and rnn-lag-2, others have their own: leave"
                  + " it at tanh, or choose one of them")
          .require(
              cell == null || cell == CellKind.LSTM || forgetBias == 0,
              "network.forget-bias is the cell lstm's: leave it at 0, or choose that")
          .require(
              input != InputKind.ONE_HOT || embeddingDropout == 0,
              "network.embedding-dropout "
                  + embeddingDropout
                  + " is of embeddings, but network.input is one-hot: leave it at 0, or set"
                  + " network.input to embedding")
          .require(
              cutoffs.isEmpty() || output == Output.AUTO || output == Output.ADAPTIVE,
              "network.cutoffs are of network.output adaptive: leave them out, or choose that")
          .throwIfAny();
      // Each value's bounds are the spec's alone; here are the rules between values as users say
      // them. The vocabulary's size is not known yet.
      var unused =
          new NetworkSpec(
              input,
              embedding,
              cell,
              activation.activation(),
              layers,
              hidden,
              UNBOUNDED,
              embeddingDropout,
              dropout,
              forgetBias,
              kind(output, !cutoffs.isEmpty()),
              cutoffs);
    }

    /** The network over a vocabulary of a size. */
    NetworkSpec spec(int vocabulary) {
      OutputKind kind = kind(output, vocabulary > adaptiveAbove);
      return new NetworkSpec(
          input,
          embedding,
          cell,
          activation.activation(),
          layers,
          hidden,
          vocabulary,
          embeddingDropout,
          dropout,
          forgetBias,
          kind,
          kind == OutputKind.ADAPTIVE ? cutoffs : List.of());
    }

    private static OutputKind kind(Output output, boolean large) {
      return switch (output) {
        case AUTO -> large ? OutputKind.ADAPTIVE : OutputKind.FULL;
        case FULL -> OutputKind.FULL;
        case TIED -> OutputKind.TIED;
        case ADAPTIVE -> OutputKind.ADAPTIVE;
      };
    }
  }

  /** The group {@code training}. */
  record Training(
      int batch,
      int timeSteps,
      double epochs,
      InnerOptimizer.Kind optimizer,
      double learningRate,
      double clipNorm,
      double clipValue,
      Schedule schedule) {
    Training {
      new Problems()
          .inRange("training.batch", batch, 1, 65536)
          .inRange("training.time-steps", timeSteps, 1, 65536)
          .positive("training.epochs", epochs)
          .require(
              learningRate > 0 && learningRate <= 1e6,
              "training.learning-rate must be greater than 0 and at most 1000000, but is "
                  + learningRate)
          .throwIfAny();
      var unused = new InnerOptimizer(optimizer, clipNorm, clipValue);
    }

    Recipe recipe() {
      return new Recipe(new InnerOptimizer(optimizer, clipNorm, clipValue));
    }
  }

  /** The group {@code averaging}. */
  record Averaging(
      int workers,
      int frequency,
      InnerMoments innerMoments,
      OuterOptimizer outer,
      OnDivergence onDivergence) {
    Averaging {
      new Problems()
          .inRange("averaging.workers", workers, 1, 65536)
          .inRange("averaging.frequency", frequency, 1, 1_000_000)
          .throwIfAny();
    }
  }

  /** The group {@code validation}. */
  record Validation(
      int every,
      long maxTokens,
      int patience,
      int sampleLength,
      double sampleTemperature,
      boolean diagnose) {
    Validation {
      new Problems()
          .atLeast("validation.every", every, 0)
          .atLeast("validation.max-tokens", maxTokens, 0)
          .atLeast("validation.patience", patience, 0)
          .inRange("validation.sample-length", sampleLength, 0, 100_000)
          .inRange("validation.sample-temperature", sampleTemperature, 0, 100)
          .require(
              patience == 0 || every != 0,
              "validation.patience "
                  + patience
                  + " needs looks at the validation split on the way, but validation.every is 0,"
                  + " only at the end: set validation.every, or validation.patience to 0")
          .throwIfAny();
    }

    /**
     * Whether a look is due after a round: every {@code every} rounds, and before the first of
     * these after 1, 2, 4, 8 … rounds, for a model learns most at the start.
     */
    boolean isDue(long round) {
      return every > 0 && (round % every == 0 || (round < every && Long.bitCount(round) == 1));
    }

    /** The looks after the rounds of a run; the last round always has one. */
    long due(long rounds) {
      return LongStream.rangeClosed(1, rounds)
          .filter(round -> round == rounds || isDue(round))
          .count();
    }

    /** Whether a run of validations without a better one may end after this many more. */
    boolean mayStop(int worse) {
      return patience > 0 && worse + 1 >= patience;
    }

    SamplingRules sampling() {
      return new SamplingRules(sampleTemperature, 0, 1);
    }
  }

  /** The group {@code checkpoints}. */
  record CheckpointRules(int every, int keep) {
    CheckpointRules {
      new Problems()
          .atLeast("checkpoints.every", every, 1)
          .atLeast("checkpoints.keep", keep, 1)
          .throwIfAny();
    }
  }

  LanguageModelTraining.Settings settings() {
    return new LanguageModelTraining.Settings(
        engine,
        execution,
        new Reading(averaging.workers(), training.batch(), training.timeSteps()),
        training.recipe(),
        training.epochs(),
        training.learningRate(),
        training.schedule(),
        new LanguageModelTraining.Rounds(
            averaging.frequency(),
            averaging.innerMoments(),
            averaging.outer(),
            averaging.onDivergence()),
        seed);
  }

  @Override
  public JobFiles files() {
    return new JobFiles()
        .reads("--input", input)
        .readsModel("--start-from", startFrom)
        .writes("--output", output);
  }
}
