package org.seqlm.bench.averaging;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.seqlm.spark.training.Stripes;

/**
 * What rounds cost, fitted to what was measured, and what that predicts for a cluster.
 *
 * <p>The fit of this machine: t = a + b·K + c·P + d·K·P, where the cores are shared by all workers.
 * On a cluster of N executors with one worker each the parts of a round behave differently, so each
 * is fitted alone:
 *
 * <ul>
 *   <li>serial on the driver: launching N tasks and those that average (b·(N+R), from a job of many
 *       empty tasks on this machine, whose cores also run them: an upper bound), making the
 *       broadcast and, at the end, putting the mean together with the outer step (c·P)
 *   <li>parallel on the executors: receiving the broadcast (its bytes over the network, and a block
 *       of 4 MiB for each doubling of the executors), a worker's task beside training (c·P)
 *   <li>at the averaging tasks, R of them: N·bytes over the network of the executors that run them,
 *       and the sums (d·N·P/R)
 * </ul>
 *
 * <p>Assumed: the network is the only limit beside the processor, every executor has it alone,
 * tasks spread over executors first, processors are as fast as this one, nothing is lost.
 */
public final class ClusterModel {
  private static final double BROADCAST_BLOCK = 4 << 20;

  /**
   * A prediction, in seconds.
   *
   * @param parameters of the model
   * @param stripeValues of a stripe
   * @param averagingTasks R
   * @param launch of all tasks, on the driver
   * @param broadcast made by the driver and received by all
   * @param worker a worker's task beside training
   * @param network of the averaging tasks
   * @param sums of the averaging tasks
   * @param collect the mean sent to the driver, put together, and the outer step
   * @param limit workers above which what grows with them takes most of a round
   */
  public record Prediction(
      int parameters,
      // Readers of results know the key by the older word.
      @JsonProperty("slice-values") long stripeValues,
      int averagingTasks,
      double launch,
      double broadcast,
      double worker,
      double network,
      double sums,
      double collect,
      double limit) {
    /** The round, without local steps. */
    public double seconds() {
      return launch + broadcast + worker + network + sums + collect;
    }
  }

  /**
   * The fits of one kind of worker state.
   *
   * @param state of the workers
   * @param whole a, b, c, d of a round on this machine, per worker, parameter and both
   * @param launch seconds a task
   * @param before constant and seconds a parameter: the broadcast is made
   * @param worker constant and seconds a parameter
   * @param averaging constant and seconds a worker and parameter
   * @param after constant and seconds a parameter
   */
  public record Fits(
      OverheadBench.State state,
      NonNegativeFit whole,
      double launch,
      NonNegativeFit before,
      NonNegativeFit worker,
      NonNegativeFit averaging,
      NonNegativeFit after) {}

  private ClusterModel() {}

  /**
   * Fits each kind of state that has cells enough: two models and two numbers of workers.
   *
   * @param launch seconds a task, see {@link OverheadBench#launch}
   */
  public static List<Fits> fit(List<OverheadBench.Cell> cells, double launch) {
    List<Fits> fits = new ArrayList<>();
    for (OverheadBench.State state : OverheadBench.State.values()) {
      List<OverheadBench.Cell> own = cells.stream().filter(c -> c.state() == state).toList();
      if (own.stream().map(OverheadBench.Cell::parameters).distinct().count() > 1
          && own.stream().map(OverheadBench.Cell::workers).distinct().count() > 1) {
        fits.add(fit(state, own, launch));
      }
    }
    return fits;
  }

  private static Fits fit(
      OverheadBench.State state, List<OverheadBench.Cell> cells, double launch) {
    return new Fits(
        state,
        fit(
            cells,
            c -> new double[] {1, c.workers(), c.parameters(), product(c)},
            OverheadBench.Cell::seconds),
        launch,
        fit(cells, ClusterModel::byParameters, OverheadBench.Cell::before),
        fit(cells, ClusterModel::byParameters, OverheadBench.Cell::workerSeconds),
        fit(cells, c -> new double[] {1, product(c)}, OverheadBench.Cell::averagingSeconds),
        fit(cells, ClusterModel::byParameters, OverheadBench.Cell::after));
  }

  private static double product(OverheadBench.Cell cell) {
    return (double) cell.workers() * cell.parameters();
  }

  private static double[] byParameters(OverheadBench.Cell cell) {
    return new double[] {1, cell.parameters()};
  }

  private static NonNegativeFit fit(
      List<OverheadBench.Cell> cells,
      java.util.function.Function<OverheadBench.Cell, double[]> terms,
      ToDoubleFunction<OverheadBench.Cell> value) {
    return NonNegativeFit.of(
        cells.stream().map(terms).toList(),
        // Spark's clock ticks in milliseconds.
        cells.stream().mapToDouble(c -> Math.max(5e-4, value.applyAsDouble(c))).toArray());
  }

  /**
   * What a cluster would need for a round: averaged by one task, and by as many as a round takes
   * where {@code partitions} is 0.
   */
  public static List<Prediction> predict(Fits fits, OverheadBench.Settings settings) {
    List<Prediction> predictions = new ArrayList<>();
    int cores = settings.executors() * settings.executorCores();
    for (int parameters : new int[] {1_000_000, 10_000_000, 50_000_000}) {
      long values = (long) parameters * fits.state().valuesEach();
      int tasks = Stripes.tasks(values, settings.executors(), cores);
      predictions.add(predict(fits, settings, parameters, 1));
      predictions.add(predict(fits, settings, parameters, tasks));
    }
    return predictions;
  }

  static Prediction predict(
      Fits fits, OverheadBench.Settings settings, int parameters, int wantedTasks) {
    double bytesPerSecond = settings.gigabitsPerSecond() * 1e9 / 8;
    int executors = settings.executors();
    double bytes = 4.0 * parameters * fits.state().valuesEach();
    long values = (long) parameters * fits.state().valuesEach();
    int stripeValues = Stripes.valuesOfEach(values, wantedTasks, executors);
    int stripes =
        Stripes.count(parameters, stripeValues) + Stripes.count(values - parameters, stripeValues);
    int tasks = Stripes.tasks(stripes, stripeValues, wantedTasks);
    double doublings = Math.ceil(Math.log(executors + 1) / Math.log(2));
    double broadcast =
        fits.before().at(1, parameters)
            + bytes / bytesPerSecond
            + doublings * Math.min(bytes, BROADCAST_BLOCK) / bytesPerSecond;
    double worker = fits.worker().at(1, parameters);
    double collect = bytes / bytesPerSecond + fits.after().at(1, parameters);
    double networkEach = bytes / bytesPerSecond / Math.min(tasks, executors);
    double sumsEach = fits.averaging().coefficients()[1] * parameters / tasks;
    double each = fits.launch() + networkEach + sumsEach;
    double averagingLaunch = fits.launch() * tasks;
    return new Prediction(
        parameters,
        stripeValues,
        tasks,
        fits.launch() * executors + averagingLaunch,
        broadcast,
        worker,
        networkEach * executors,
        fits.averaging().coefficients()[0] / tasks + sumsEach * executors,
        collect,
        (averagingLaunch + broadcast + worker + collect) / each);
  }
}
