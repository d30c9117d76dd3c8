package org.seqlm.bench.step;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.bytedeco.javacpp.Pointer;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.bench.meter.Slope;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Precision;

/** Many steps of an engine in one process, and what that process holds meanwhile. */
public final class StepSoak {
  private static final int SAMPLES = 20;
  private static final int ROUND = 20;

  /** The share of the samples that are warm-up. */
  private static final double WARM_UP = 0.3;

  private StepSoak() {}

  /**
   * The process at one moment, after a collection.
   *
   * @param step after which
   * @param heapBytes used
   * @param nativeBytes that JavaCPP's pointers of both engines own
   * @param residentBytes of the process, as the system sees it
   */
  public record Sample(int step, long heapBytes, long nativeBytes, long residentBytes) {}

  /**
   * An engine's run.
   *
   * @param name of the case
   * @param who for instance {@code torch bf16}
   * @param samples in order
   * @param heapGrowth bytes a thousand steps after warm-up, by least squares
   * @param nativeGrowth likewise
   * @param residentGrowth likewise
   */
  public record Run(
      String name,
      String who,
      List<Sample> samples,
      double heapGrowth,
      double nativeGrowth,
      double residentGrowth) {}

  /**
   * Trains so many steps of the first case by every engine and precision that can, in rounds of
   * {@value #ROUND}.
   *
   * @param steps at least {@value #SAMPLES}
   */
  public static List<Run> run(
      List<Engine<?>> engines,
      Execution.Device device,
      StepBench.Settings settings,
      int steps,
      long seed,
      Progress progress)
      throws IOException {
    return run(engines, device, settings, steps, SAMPLES, seed, progress);
  }

  /** The same with another number of samples, at most as many as steps. */
  static List<Run> run(
      List<Engine<?>> engines,
      Execution.Device device,
      StepBench.Settings settings,
      int steps,
      int most,
      long seed,
      Progress progress)
      throws IOException {
    StepCase what = settings.chosen().get(0);
    List<Run> runs = new ArrayList<>();
    for (Engine<?> engine : StepBench.chosen(engines, settings)) {
      for (Precision precision : settings.precisions()) {
        Execution execution = new Execution(device, precision);
        try {
          engine.check(what.spec(), execution);
        } catch (UserException e) {
          continue; // not one that can
        }
        String who = engine.name() + (StepBench.suffix(precision));
        progress.stage(who, steps, "steps");
        runs.add(watch(what, engine, execution, who, steps, most, seed, progress));
      }
    }
    return runs;
  }

  private static <S> Run watch(
      StepCase what,
      Engine<S> engine,
      Execution execution,
      String who,
      int steps,
      int most,
      long seed,
      Progress progress)
      throws IOException {
    List<Sample> samples = new ArrayList<>();
    LearnerRunner<S> runner = new LearnerRunner<>(what, engine, execution, seed);
    int done = 0;
    for (int sample = 1; sample <= most; sample++) {
      int until = (int) ((long) steps * sample / most);
      while (done < until) {
        int now = Math.min(ROUND, until - done);
        runner.run(now);
        done += now;
        progress.update(done, what.name());
      }
      samples.add(sample(done));
    }
    List<Sample> late = samples.subList((int) (most * WARM_UP), most);
    return new Run(
        what.name(),
        who,
        samples,
        slope(late, Sample::heapBytes),
        slope(late, Sample::nativeBytes),
        slope(late, Sample::residentBytes));
  }

  private static Sample sample(int step) {
    for (int i = 0; i < 2; i++) {
      System.gc();
      try {
        // JavaCPP's and ND4J's reference queues work after a collection.
        Thread.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return new Sample(
        step,
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        Pointer.totalBytes(),
        Pointer.physicalBytes());
  }

  private static double slope(List<Sample> samples, ToDoubleFunction<Sample> value) {
    return 1000 * Slope.of(samples, Sample::step, value);
  }
}
