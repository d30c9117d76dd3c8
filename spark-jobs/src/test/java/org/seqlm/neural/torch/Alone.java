package org.seqlm.neural.torch;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.learner.WorkerResult;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.torch.device.TorchDevice;

/**
 * A process of its own, in which nothing else takes memory, threads or processor time: trains, and
 * prints what that took, a line a figure.
 */
final class Alone {
  static final int VOCABULARY = 40;
  static final int BATCH = 32;
  static final int TIME = 8;
  static final int HIDDEN = 128;
  private static final InnerOptimizer ADAM = new InnerOptimizer(InnerOptimizer.Kind.ADAM, 1, 1);

  private Alone() {}

  private static LanguageNetwork network(CellKind cell, OutputKind output, int hidden) {
    return new LanguageNetwork(
        InputKind.EMBEDDING,
        hidden,
        cell,
        Activation.TANH,
        1,
        hidden,
        VOCABULARY,
        0.1,
        0.1,
        1,
        output,
        output == OutputKind.ADAPTIVE ? List.of(10, 20) : List.of());
  }

  private static Iterator<TorchWindow> windows() {
    List<TorchWindow> some = Windows.of(VOCABULARY, BATCH, TIME, 4);
    return Stream.iterate(0, i -> i + 1).map(i -> some.get(i % 4)).iterator();
  }

  public static void main(String[] args) {
    switch (args[0]) {
      case "memory" -> memory(network(CellKind.LSTM, OutputKind.FULL, HIDDEN), Precision.FLOAT32);
      case "memory of others" -> memoryOfOthers();
      default -> threads();
    }
  }

  private static void print(String name, double value) {
    System.out.println(name + "=" + value);
  }

  private static void memoryOfOthers() {
    memory(network(CellKind.LSTM, OutputKind.FULL, HIDDEN), Precision.BF16);
    memory(network(CellKind.GRU, OutputKind.TIED, HIDDEN), Precision.FLOAT32);
    memory(network(CellKind.RNN_LAG_2, OutputKind.ADAPTIVE, HIDDEN), Precision.BF16);
  }

  private static void memory(LanguageNetwork spec, Precision precision) {
    String name = spec.cell() + " " + precision;
    TorchLearner learner =
        new TorchLearner(spec, new Recipe(ADAM), new Execution(Execution.Device.CPU, precision));
    float[] parameters = InitialParameters.create(spec, 1);
    Iterator<TorchWindow> windows = windows();
    // Allocators, compiler and classes come to rest.
    learner.run(parameters, WorkerState.FRESH, windows, Windows.plan(0, 0.001, 100));
    for (int round = 0; round < 10; round++) {
      learner.run(parameters, WorkerState.FRESH, windows, Windows.plan(0, 0.001, 2));
    }

    grown(
        name + " 300 steps",
        () -> learner.run(parameters, WorkerState.FRESH, windows, Windows.plan(0, 0.001, 300)));
    grown(
        name + " 30 rounds",
        () -> {
          float[] own = parameters;
          WorkerState state = WorkerState.FRESH;
          for (int round = 0; round < 30; round++) {
            WorkerResult result =
                learner.run(own, state, windows, Windows.plan(2 * round, 0.001, 2));
            own = result.parameters();
            state = result.state();
          }
        });
  }

  /** The smallest growth of stretches: malloc or compiled code grows in some, a leak in all. */
  private static void grown(String name, Runnable stretch) {
    long leastBytes = Long.MAX_VALUE;
    long leastPointers = Long.MAX_VALUE;
    for (int i = 0; i < 2 || (i < 5 && leastBytes > 1 << 20); i++) {
      long pointers = Pointer.totalCount();
      long bytes = Pointer.physicalBytes();
      stretch.run();
      leastBytes = Math.min(leastBytes, Pointer.physicalBytes() - bytes);
      leastPointers = Math.min(leastPointers, Pointer.totalCount() - pointers);
    }
    print(name + ", bytes", (double) leastBytes);
    print(name + ", pointers", (double) leastPointers);
  }

  /** Somebody has asked this thread for four native ones, and used them; then it trains. */
  private static void threads() {
    openblas_nolapack.blas_set_num_threads(4);
    torch.set_num_threads(4);
    try (PointerScope scope = new PointerScope()) {
      Tensor square = TorchDevice.cpu().zeros(torch.ScalarType.Float, 512, 512);
      for (int i = 0; i < 20; i++) {
        torch.mm(square, square);
      }
    }
    LanguageNetwork spec = network(CellKind.LSTM, OutputKind.FULL, 2 * HIDDEN);
    TorchLearner learner = new TorchLearner(spec, new Recipe(ADAM), Execution.CPU);
    float[] parameters = InitialParameters.create(spec, 1);
    Iterator<TorchWindow> windows = windows();
    learner.run(parameters, WorkerState.FRESH, windows, Windows.plan(0, 0.001, 10));
    print("threads", torch.get_num_threads());
    print("threads of products", openblas_nolapack.blas_get_num_threads());
    measured(
        "training",
        () -> learner.run(parameters, WorkerState.FRESH, windows, Windows.plan(0, 0.001, 40)));
    // That the measure would see more threads; on a busy machine not every time.
    torch.set_num_threads(2);
    openblas_nolapack.blas_set_num_threads(2);
    double most = 0;
    for (int i = 0; i < 8 && most < 1.6; i++) {
      most = Math.max(most, ratio(Alone::products));
    }
    print("two threads, processor time by its thread's", most);
  }

  private static void products() {
    try (PointerScope scope = new PointerScope()) {
      Tensor square = TorchDevice.cpu().zeros(torch.ScalarType.Float, 1024, 1024);
      for (int i = 0; i < 40; i++) {
        torch.mm(square, square);
      }
    }
  }

  private static void measured(String name, Runnable work) {
    print(name + ", processor time by its thread's", ratio(work));
  }

  /** Processor time of the process by that of this thread. */
  private static double ratio(Runnable work) {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long all = system.getProcessCpuTime();
    long own = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    work.run();
    own = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - own;
    all = system.getProcessCpuTime() - all;
    return (double) all / own;
  }
}
