package org.seqlm.job;

import org.seqlm.Problems;
import org.seqlm.lm.SamplingRules;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InnerMoments;
import org.seqlm.neural.InnerOptimizer;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.NetworkSpec;
import org.seqlm.neural.OuterOptimizer;
import org.seqlm.neural.Schedule;
import org.seqlm.spark.LanguageModelTraining;
import org.seqlm.spark.OnDivergence;

/** The configuration of {@code train}; {@code conf/train.yaml} says what each key means. */
record TrainConfig(
    String input,
    String output,
    Engine engine,
    long seed,
    int partitions,
    Network network,
    Training training,
    Averaging averaging,
    Validation validation,
    CheckpointRules checkpoints)
    implements JobConfig {

  /** What trains the network. */
  enum Engine {
    DL4J
  }

  TrainConfig {
    new Problems()
        .present("input", input, "give --input DATASET, a folder that seqlm prepare wrote")
        .present("output", output, "give --output RUN, a folder to write")
        .inRange("partitions", partitions, 0, 1_000_000)
        .throwIfAny();
  }

  /** The group {@code network}. */
  record Network(
      InputKind input,
      int embedding,
      CellKind cell,
      int layers,
      int hidden,
      double dropout,
      double forgetBias) {
    Network {
      // The spec checks the values; the vocabulary's size is not known yet.
      var unused = new NetworkSpec(input, embedding, cell, layers, hidden, 2, dropout, forgetBias);
    }

    NetworkSpec spec(int vocabulary) {
      return new NetworkSpec(
          input, embedding, cell, layers, hidden, vocabulary, dropout, forgetBias);
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
          .positive("training.learning-rate", learningRate)
          .throwIfAny();
      var unused = new InnerOptimizer(optimizer, clipNorm, clipValue);
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
      int every, long maxTokens, int patience, int sampleLength, double sampleTemperature) {
    Validation {
      new Problems()
          .atLeast("validation.every", every, 0)
          .atLeast("validation.max-tokens", maxTokens, 0)
          .atLeast("validation.patience", patience, 0)
          .inRange("validation.sample-length", sampleLength, 0, 100_000)
          .inRange("validation.sample-temperature", sampleTemperature, 0, 100)
          .throwIfAny();
    }

    /**
     * Whether a look is due after a round: every {@code every} rounds, and before the first of
     * these after 1, 2, 4, 8 … rounds, for a model learns most at the start.
     */
    boolean isDue(int round) {
      return every > 0 && (round % every == 0 || (round < every && Integer.bitCount(round) == 1));
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
        averaging.workers(),
        training.batch(),
        training.timeSteps(),
        averaging.frequency(),
        training.epochs(),
        new InnerOptimizer(training.optimizer(), training.clipNorm(), training.clipValue()),
        training.learningRate(),
        training.schedule(),
        averaging.innerMoments(),
        averaging.outer(),
        averaging.onDivergence(),
        seed);
  }
}
