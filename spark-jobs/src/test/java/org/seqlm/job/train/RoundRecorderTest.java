package org.seqlm.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.seqlm.artifact.Json;
import org.seqlm.metrics.RoundMetrics;
import org.seqlm.metrics.RoundTimes;
import org.seqlm.metrics.WorkerMetrics;
import org.seqlm.neural.learner.Reading;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.optimizer.AveragingMode;
import org.seqlm.neural.optimizer.GradientStats;
import org.seqlm.neural.optimizer.InnerMoments;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.optimizer.Interval;
import org.seqlm.neural.optimizer.OuterOptimizer;
import org.seqlm.neural.optimizer.Published;
import org.seqlm.neural.optimizer.Schedule;
import org.seqlm.neural.torch.device.GpuUse;
import org.seqlm.spark.training.Averaging;
import org.seqlm.spark.training.AveragingRound;
import org.seqlm.spark.training.Drift;
import org.seqlm.spark.training.NetworkTraining;
import org.seqlm.spark.training.OnDivergence;
import org.seqlm.spark.training.SharedModel;
import org.seqlm.spark.training.WorkerReport;
import org.seqlm.spark.training.WorkerTimes;

class RoundRecorderTest {
  private static final long BEGAN = 1_000_000;

  private static WorkerReport report(int worker, double compute, long ended) {
    return new WorkerReport(
        worker,
        null,
        20,
        20,
        30,
        10,
        0,
        3.0,
        null,
        worker == 0 ? new GradientStats(20, 5, 1.5, 9) : null,
        Map.of(),
        "executor_h_" + worker,
        new WorkerTimes(0.1, 0.2, 0, compute, 0.3, BEGAN + 500, BEGAN + ended),
        worker == 0 ? new GpuUse(0.5, 1, 2) : null);
  }

  private static NetworkTraining.Settings settings(AveragingMode mode, Averaging.Overlap overlap) {
    return new NetworkTraining.Settings(
        new Reading(3, 4, 8),
        new Recipe(new InnerOptimizer(InnerOptimizer.Kind.SGD, 2, 1)),
        1,
        0.1,
        new Schedule(Schedule.Kind.CONSTANT, 0, 1, 0),
        new NetworkTraining.Rounds(
            1,
            Interval.CONSTANT,
            InnerMoments.RESET,
            new OuterOptimizer(OuterOptimizer.Kind.PLAIN, 1, 0),
            Published.NEXT,
            overlap,
            OnDivergence.STOP,
            mode),
        1);
  }

  private static RoundMetrics record(
      NetworkTraining.Settings settings, double seconds, WorkerReport... reports) {
    return new RoundRecorder(settings, BEGAN)
        .record(
            new RoundRecorder.Progress(7, 0.5, 140, 900, null, 0.01, 0.25, 33.5),
            new AveragingRound.Outcome(
                SharedModel.of(new float[] {3, -4, 0}),
                List.of(reports),
                settings.rounds().mode() == AveragingMode.GRADIENTS
                    ? new Drift(new double[] {Double.NaN, Double.NaN}, Double.NaN)
                    : new Drift(new double[] {0.25, Double.NaN, 0.5}, 0.4)),
            4,
            seconds);
  }

  private static RoundMetrics record(double seconds, WorkerReport... reports) {
    return record(settings(AveragingMode.PARAMETERS, Averaging.Overlap.NONE), seconds, reports);
  }

  /** Begun at 0; the last worker's task took 2.6 s of the 3 s until it ended; 4 s in all. */
  @Test
  void aRoundsSecondsAreThoseOfItsLastWorkerAndTheAverage() {
    RoundMetrics round = record(4, report(0, 1, 2_000), report(1, 2, 3_000), report(2, 1, 2_500));
    RoundTimes.Phases phases = round.times().phases();
    assertThat(phases.launch()).isEqualTo(0.4, within(1e-9));
    assertThat(phases.broadcast()).isEqualTo(0.1);
    assertThat(phases.read()).isEqualTo(0.2);
    assertThat(phases.compute()).isEqualTo(2);
    assertThat(phases.write()).isEqualTo(0.3);
    assertThat(phases.average()).isEqualTo(1, within(1e-9));
    assertThat(phases.idle()).isEqualTo(0.75, within(1e-9));
    assertThat(round.overhead()).isEqualTo(0.5, within(1e-9));
    assertThat(round.times().straggler()).isEqualTo(new RoundTimes.Straggler(1, 2));
    assertThat(round.times().workers().get(0).idle()).isEqualTo(1, within(1e-9));
    assertThat(round.times().workers().get(0).gpu()).isEqualTo(new RoundTimes.Gpu(0.5, 1, 2));
    assertThat(round.times().workers().get(1).executor()).isEqualTo("executor_h_1");
    assertThat(round.workers().get(2).loss()).isEqualTo(3);
    assertThat(round.loss()).isEqualTo(3);
    assertThat(round.times().checkpoint()).isEqualTo(0.25);
    assertThat(round.times().elapsed()).isEqualTo(33.5);
    assertThat(round.drift()).isEqualTo(0.4);
    assertThat(round.workers().get(0).drift()).isEqualTo(0.25);
    assertThat(round.workers().get(1).drift()).isNull();
    assertThat(round.workers().get(0).gradients())
        .isEqualTo(new WorkerMetrics.Gradients(20, 5, 1.5, 9));
    assertThat(round.workers().get(1).gradients()).isNull();
  }

  /** Its task waited 1.5 s for its GPU, and computed for 0.5 s. */
  @Test
  void waitingForAGpuIsNoComputing() {
    WorkerReport of = report(1, 0, 3_000);
    WorkerReport waiting =
        new WorkerReport(
            1,
            null,
            20,
            20,
            30,
            10,
            0,
            3.0,
            null,
            null,
            Map.of(),
            "executor_h_1",
            new WorkerTimes(0.1, 0.2, 1.5, 0.5, 0.3, BEGAN + 500, BEGAN + 3_000),
            of.gpu());
    RoundMetrics round = record(4, report(0, 0.5, 1_500), waiting);
    RoundTimes.Phases phases = round.times().phases();
    assertThat(phases.waited()).isEqualTo(1.5);
    assertThat(phases.compute()).isEqualTo(0.5);
    assertThat(phases.launch()).isEqualTo(0.4, within(1e-9));
    // Taking turns is neither a slow worker nor what averaging costs.
    assertThat(round.times().straggler().ratio()).isEqualTo(1);
    assertThat(round.overhead()).isEqualTo(0.5, within(1e-9));
    assertThat(round.times().workers().get(1).waited()).isEqualTo(1.5);
  }

  /** A worker whose round was rejected may have a gradient that is no number. */
  @Test
  void aLineIsJsonWhateverItsGradientsAre() throws Exception {
    WorkerReport rejected =
        new WorkerReport(
            0,
            null,
            20,
            0,
            0,
            0,
            10,
            null,
            "its loss is not finite",
            new GradientStats(3, 2, Double.NaN, Double.POSITIVE_INFINITY),
            Map.of(),
            "executor_h_0",
            new WorkerTimes(0.1, 0.2, 0, 1, 0.3, BEGAN + 500, BEGAN + 2_000),
            null);
    RoundMetrics round = record(4, rejected, report(1, 2, 3_000));
    String line = Json.line(round);
    assertThat(line)
        .contains("\"mean-norm\":null,\"max-norm\":null")
        .doesNotContain("NaN", "Infinity");
    assertThat(Json.mapper().readValue(line, RoundMetrics.class)).isEqualTo(round);
    WorkerMetrics.Gradients old =
        Json.mapper()
            .readValue(
                "{\"updates\":3,\"clipped\":2,\"mean-norm\":\"NaN\",\"max-norm\":1.5}",
                WorkerMetrics.Gradients.class);
    assertThat(old).isEqualTo(new WorkerMetrics.Gradients(3, 2, Double.NaN, 1.5));
  }

  @Test
  void aHostWhoseClockIsWrongMakesNoTimeOutOfNothing() {
    RoundTimes.Phases ahead = record(4, report(0, 1, 90_000)).times().phases();
    assertThat(ahead.average()).isZero();
    assertThat(ahead.launch()).isEqualTo(4 - 1.6, within(1e-9));
    RoundTimes.Phases behind = record(4, report(0, 1, -90_000)).times().phases();
    assertThat(behind.launch()).isZero();
    assertThat(behind.average()).isEqualTo(4 - 1.6, within(1e-9));
  }

  /**
   * Begun 1 s before the one before it was over: the last worker's task took 2.6 s and ended after
   * 1.5 s; its average came 0.25 s later. Another ended before anybody waited for this round.
   */
  @Test
  void aRoundThatBeganAheadIsNoLongerThanWhatWasWaitedFor() {
    var delayed = settings(AveragingMode.PARAMETERS, Averaging.Overlap.ONE_ROUND);
    RoundMetrics round = record(delayed, 1.75, report(0, 2, 1_500), report(1, 1, -500));
    RoundTimes.Phases phases = round.times().phases();
    assertThat(phases.compute()).isEqualTo(2);
    assertThat(phases.launch()).isZero();
    assertThat(phases.average()).isEqualTo(0.25, within(1e-9));
    assertThat(phases.idle()).isEqualTo(2, within(1e-9));
    assertThat(round.times().workers().get(1).idle()).isEqualTo(2, within(1e-9));
    // It computed for longer than anybody waited.
    assertThat(round.overhead()).isZero();
    assertThat(record(delayed, 5, report(0, 2, 3_000)).overhead()).isEqualTo(0.6, within(1e-9));
    // All had ended: what was waited for is the average.
    RoundTimes.Phases over = record(delayed, 0.5, report(0, 2, -200)).times().phases();
    assertThat(over.average()).isEqualTo(0.5);
    assertThat(over.launch()).isZero();
  }

  /** The mean gradient is (3, -4, 0), by value (1, -1, 0), of norm √2 below 2. */
  @Test
  void whereGradientsAreAveragedTheDriversOneIsTold() {
    var synchronous = settings(AveragingMode.GRADIENTS, Averaging.Overlap.NONE);
    RoundMetrics round = record(synchronous, 4, report(0, 1, 2_000), report(1, 2, 3_000));
    assertThat(round.update())
        .isEqualTo(new WorkerMetrics.Gradients(1, 0, Math.sqrt(2), Math.sqrt(2)));
    assertThat(round.clippedShare()).isZero();
    assertThat(round.drift()).isNull();
    assertThat(round.workers()).allMatch(worker -> worker.drift() == null);
    // No worker clips what it sends.
    assertThat(round.workers().get(0).gradients())
        .isEqualTo(new WorkerMetrics.Gradients(20, 0, 1.5, 9));
    assertThat(record(4, report(0, 1, 2_000)).update()).isNull();
    assertThat(record(4, report(0, 1, 2_000)).clippedShare()).isEqualTo(0.25);
  }

  @Test
  void oneWorkerHasNoStragglerAndManyAreNotListed() {
    assertThat(record(4, report(0, 1, 2_000)).times().straggler()).isNull();
    RoundTimes.Straggler ofTwo =
        record(4, report(0, 1, 2_000), report(1, 2, 3_000)).times().straggler();
    assertThat(ofTwo).isEqualTo(new RoundTimes.Straggler(1, 2));
    RoundMetrics many =
        record(
            4,
            IntStream.range(0, RoundMetrics.MOST_WORKERS + 1)
                .mapToObj(k -> report(k, 1, 2_000))
                .toArray(WorkerReport[]::new));
    assertThat(many.workers()).isEmpty();
    assertThat(many.times().workers()).isEmpty();
    assertThat(many.times().straggler().ratio()).isEqualTo(1);
  }

  @Test
  void aLineIsReadAsItWasWrittenAndAnOldOneToo() throws Exception {
    RoundMetrics round = record(4, report(0, 1, 2_000), report(1, 2, 3_000));
    assertThat(Json.mapper().readValue(Json.line(round), RoundMetrics.class)).isEqualTo(round);
    String old =
        "{\"round\":3,\"epoch\":0.1,\"steps\":60,\"tokens\":960,\"loss\":2.5,"
            + "\"learning-rate\":0.016,\"seconds\":1.5}";
    RoundMetrics read = Json.mapper().readValue(old, RoundMetrics.class);
    assertThat(read)
        .isEqualTo(new RoundMetrics(3, 0.1, 60, 960, 2.5, 0.016, 1.5, null, null, null, null));
    assertThat(read.clippedShare()).isNaN();
    RoundTimes times =
        Json.mapper()
            .readValue(
                "{\"checkpoint\":null,\"slots\":2,\"phases\":{\"launch\":1,\"broadcast\":0,"
                    + "\"read\":0,\"compute\":2,\"write\":0,\"average\":0,\"idle\":0},"
                    + "\"straggler\":null,\"workers\":[]}",
                RoundTimes.class);
    assertThat(times.phases()).isEqualTo(new RoundTimes.Phases(1, 0, 0, 0.0, 2, 0, 0, 0));
    assertThat(times.elapsed()).isNull();
  }
}
