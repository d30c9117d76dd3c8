package org.seqlm;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import org.seqlm.kernels.KernelSet;
import org.seqlm.kernels.Kernels;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Learner;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.learner.Shard;
import org.seqlm.neural.learner.WorkerResult;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.optimizer.InnerMoments;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.spark.training.Engines;
import org.seqlm.store.Sha256;

/**
 * A process of its own that trains a few steps of several networks with both engines, and prints
 * what computed and the SHA-256 of the parameters, a line a network.
 */
final class KernelBits {
  private static final int BATCH = 8;
  private static final int TIME = 12;
  private static final int STEPS = 4;
  private static final int VOCABULARY = 61;

  private KernelBits() {}

  /** The argument is a {@link KernelSet}. */
  public static void main(String[] args) {
    KernelSet kernels = KernelSet.valueOf(args[0]);
    Kernels.pin(kernels);
    Execution execution = new Execution(Execution.Device.CPU, Precision.FLOAT32, kernels);
    for (CellKind cell : new CellKind[] {CellKind.LSTM, CellKind.GRU, CellKind.RNN}) {
      // Widths that fill no vector and no block.
      LanguageNetwork spec =
          new LanguageNetwork(
              InputKind.EMBEDDING,
              37,
              cell,
              Activation.TANH,
              2,
              83,
              VOCABULARY,
              0.1,
              0.1,
              0,
              OutputKind.FULL,
              java.util.List.of());
      for (Engine<?> engine : Engines.all()) {
        print(engine, spec, execution);
      }
    }
  }

  private static <S> void print(Engine<S> engine, LanguageNetwork spec, Execution execution) {
    InnerOptimizer adam = new InnerOptimizer(InnerOptimizer.Kind.ADAM, 5, 0);
    Learner<S> learner = engine.learners(spec, new Recipe(adam), TIME, execution).create();
    int[] tokens = new int[BATCH * TIME * STEPS + BATCH];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = (int) ((i * 48271L + 11) % 2147483647 % VOCABULARY);
    }
    double[] rates = new double[STEPS];
    Arrays.fill(rates, 0.01);
    Shard shard = Shard.of(0, 1, tokens.length, BATCH, TIME);
    Iterator<S> windows = shard.steps(engine, spec, tokens, 0, STEPS);
    RoundPlan plan =
        new RoundPlan(1, 0, 1, 0, rates, STEPS, Double.POSITIVE_INFINITY, InnerMoments.LOCAL);
    WorkerResult result =
        learner.run(InitialParameters.create(spec, 1), WorkerState.FRESH, windows, plan);
    Kernels.check(execution.kernels(), learner.kernels());
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * result.parameters().length);
    for (float value : result.parameters()) {
      bytes.putFloat(value);
    }
    System.out.printf(
        "%s %s: %s by %s%n",
        engine.name(), spec.cell(), Sha256.of(bytes.array()), learner.kernels());
  }
}
