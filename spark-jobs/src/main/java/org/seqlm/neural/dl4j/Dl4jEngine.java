package org.seqlm.neural.dl4j;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.nd4j.linalg.dataset.DataSet;
import org.seqlm.Problems;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.Engine;
import org.seqlm.neural.Execution;
import org.seqlm.neural.InnerOptimizer;
import org.seqlm.neural.Learner;
import org.seqlm.neural.NetworkSpec;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.Precision;

/** Deeplearning4j as an engine: networks of {@link Dl4jNetworks}, a step a {@link DataSet}. */
public final class Dl4jEngine implements Engine<DataSet> {
  private static final long serialVersionUID = 1L;

  /** What it trains; whatever is not in these is another engine's. */
  private static final Set<CellKind> CELLS = Set.of(CellKind.LSTM);

  private static final Set<OutputKind> OUTPUTS = Set.of(OutputKind.FULL);
  private static final Set<Precision> PRECISIONS = Set.of(Precision.FLOAT32);
  private static final boolean EMBEDDING_DROPOUT = false;

  @Override
  public String name() {
    return "dl4j";
  }

  /**
   * {@inheritDoc}
   *
   * <p>A GPU needs ND4J's CUDA backend on the class path in place of its CPU one.
   */
  @Override
  public void check(NetworkSpec spec, Execution execution) {
    boolean step = spec.cell().hasActivation() && spec.activation().kind() == Activation.Kind.STEP;
    new Problems()
        .require(!step, "network.activation step has no gradient, so no engine can train it")
        .require(
            CELLS.contains(spec.cell()), refusal("network.cell", spec.cell(), names(CELLS), ""))
        .require(
            OUTPUTS.contains(spec.output()),
            refusal(
                "network.output", spec.output(), names(OUTPUTS), ", or --set network.output=full"))
        .require(
            EMBEDDING_DROPOUT || spec.embeddingDropout() == 0,
            refusal("network.embedding-dropout", spec.embeddingDropout(), "0", ""))
        .require(
            PRECISIONS.contains(execution.precision()),
            refusal("execution.precision", execution.precision(), names(PRECISIONS), ""))
        .require(
            execution.device() != Execution.Device.CUDA || hasCuda(),
            refusal("execution.device", execution.device(), "cpu", " on a GPU"))
        .throwIfAny();
  }

  private static String refusal(String key, Object value, String can, String more) {
    String name = value instanceof Enum<?> constant ? name(constant) : value.toString();
    return key
        + " "
        + name
        + " is nothing engine dl4j can train with, only "
        + can
        + ": give --engine torch"
        + more;
  }

  private static String names(Set<? extends Enum<?>> constants) {
    return constants.stream().map(Dl4jEngine::name).sorted().collect(Collectors.joining(", "));
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static boolean hasCuda() {
    try {
      // Not initialised: that would load the native library.
      Class.forName(
          "org.nd4j.linalg.jcublas.JCublasBackend", false, Dl4jEngine.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  @Override
  public Learner.Factory<DataSet> learners(
      NetworkSpec spec, InnerOptimizer optimizer, int timeSteps, Execution execution) {
    return Dl4jLearners.of(spec, optimizer, timeSteps);
  }

  @Override
  public DataSet step(NetworkSpec spec, int batch, int timeSteps, int[] inputs, int[] targets) {
    return Dl4jNetworks.dataSet(spec, batch, timeSteps, inputs, targets);
  }
}
