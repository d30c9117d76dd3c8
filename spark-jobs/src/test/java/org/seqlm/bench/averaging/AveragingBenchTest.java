package org.seqlm.bench.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Exhaustive;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.artifact.Json;

/** Each part at a tiny size: what it prints is what happened. Times are not looked at. */
class AveragingBenchTest {
  @TempDir Path folder;

  @Test
  void oursTrainsAllExamplesAndFailuresOfTheOtherAreTold() {
    MasterCase tiny = new MasterCase("tiny", MasterCase.Network.SHALLOW, 5, 4, 190, 1, 10, 5, 2, 1);
    List<MastersBench.Row> rows =
        MastersBench.run(
            TestSpark.context(), List.of(tiny), 1, 1, folder.toString(), Progress.SILENT);

    assertThat(rows)
        .extracting(MastersBench.Row::master)
        .containsExactly(MastersBench.Master.values());
    MastersBench.Row ours = rows.get(0);
    assertThat(ours.failure()).isNull();
    assertThat(ours.given()).isEqualTo(190);
    assertThat(ours.trained()).isEqualTo(190);
    assertThat(ours.trainedMost()).isEqualTo(190);
    assertThat(ours.parameters()).isEqualTo(5 * 4 + 4 + 4 * 10 + 10);
    assertThat(ours.heldOutLoss()).isBetween(1.0, 4.0);
    assertThat(ours.shuffleBytes()).isPositive();
    assertThat(ours.broadcastBytes()).isPositive();
    assertThat(ours.jobs()).isPositive();
    // The shipped master sends classes that nobody registers, which this session forbids: the bench
    // says so and goes on.
    for (MastersBench.Row shipped : rows.subList(1, 3)) {
      assertThat(shipped.failure()).isNotBlank().doesNotContain("\n");
      assertThat(shipped.trained()).isZero();
      assertThat(shipped.heldOutLoss()).isNull();
    }
    assertThat(rows.get(1).failure()).contains("Class is not registered");
  }

  @Exhaustive
  @Test
  void recurrentExamplesAreCountedOnce() {
    MasterCase tiny = new MasterCase("tiny", MasterCase.Network.LSTM, 4, 3, 12, 1, 3, 2, 2, 2);
    MastersBench.Row ours =
        MastersBench.run(
                TestSpark.context(), List.of(tiny), 1, 1, folder.toString(), Progress.SILENT)
            .get(0);
    assertThat(ours.trained()).isEqualTo(24);
    assertThat(ours.given()).isEqualTo(24);
    assertThat(ours.heldOutLoss()).isCloseTo(Math.log(4), within(0.5));
  }

  @Exhaustive
  @Test
  void roundsOfIdleWorkersAverageToWhatTheyReturned() throws Exception {
    OverheadBench.Settings settings =
        new OverheadBench.Settings(
            List.of(3000, 1000),
            List.of(1, 3),
            List.of(OverheadBench.State.values()),
            2,
            60,
            1e-4,
            10,
            1000,
            4);
    List<OverheadBench.Cell> cells =
        OverheadBench.run(TestSpark.context(), settings, 2, folder.toString(), Progress.SILENT);

    // 3 workers of 3,000 parameters and their moments are 108 kB, more than 100 kB allow.
    assertThat(cells).hasSize(10);
    assertThat(cells.get(0).parameters()).isEqualTo(1000);
    assertThat(cells)
        .allSatisfy(
            cell -> {
              assertThat(cell.rounds()).isEqualTo(2);
              assertThat(cell.tokens()).isEqualTo(2L * cell.workers());
              assertThat(cell.wrong()).isZero();
              assertThat(cell.seconds()).isPositive();
              // The parameters once as a broadcast, once a worker through the shuffle.
              assertThat(cell.movedBytes())
                  .isGreaterThan(cell.parameters() * (1L + cell.workers()));
            });
    List<ClusterModel.Fits> fits = ClusterModel.fit(cells, 1e-3);
    assertThat(fits).hasSize(3);
    // One task would have to hold 48 stripes of 4 MiB at the end; 16 are the most.
    ClusterModel.Prediction few = ClusterModel.predict(fits.get(0), settings, 50_000_000, 1);
    assertThat(few.averagingTasks()).isEqualTo(3);
    // Stripes were called so when the first results were kept.
    assertThat(Json.pretty(few)).contains("\"slice-values\" : 1048576");
    // 1,000 workers times 200 MB over 10 Gbit/s into the executors of 3 tasks.
    assertThat(few.network()).isCloseTo(1000 * 0.16 / 3, within(1e-9));
    assertThat(few.launch()).isCloseTo(1.003, within(1e-9));
    // The root of 1000 · 50M / 2^18, as far as whole stripes allow.
    // 2^18.
    assertThat(ClusterModel.predict(fits.get(0), settings).get(5).averagingTasks())
        .isBetween(430, 437);
  }

  @Test
  void fitFindsTheCostsThatMadeTheTimes() {
    List<double[]> terms = new ArrayList<>();
    List<Double> times = new ArrayList<>();
    for (double k : new double[] {1, 2, 4, 8}) {
      for (double p : new double[] {1e5, 1e6, 5e7}) {
        terms.add(new double[] {1, k, p, k * p});
        times.add(0.05 + 0.003 * k + 2e-9 * k * p);
      }
    }
    NonNegativeFit fit =
        NonNegativeFit.of(terms, times.stream().mapToDouble(Double::doubleValue).toArray());
    assertThat(fit.coefficients()[0]).isCloseTo(0.05, within(1e-9));
    assertThat(fit.coefficients()[1]).isCloseTo(0.003, within(1e-9));
    assertThat(fit.coefficients()[2]).isCloseTo(0, within(1e-15));
    assertThat(fit.coefficients()[3]).isCloseTo(2e-9, within(1e-15));
    assertThat(fit.worstError()).isLessThan(1e-9);
    // A falling line has no better non-negative fit than a level one.
    NonNegativeFit falling =
        NonNegativeFit.of(List.of(new double[] {1, 0}, new double[] {1, 1}), new double[] {2, 1});
    assertThat(falling.coefficients()[1]).isZero();
  }

  @Exhaustive
  @Test
  void soakTrainsItsRoundsAndLooksAtTheDriver() throws Exception {
    SoakBench.Result soak =
        SoakBench.run(
            TestSpark.context(),
            new SoakBench.Settings(7, 2, 2, 4, 0),
            1,
            1,
            folder.resolve("soak").toString(),
            Progress.SILENT);
    assertThat(soak.rounds()).isEqualTo(7);
    assertThat(soak.trained()).isEqualTo(soak.tokens()).isEqualTo(7L * 2 * 2 * 4 * 8);
    assertThat(soak.lastLoss()).isPositive();
    assertThat(soak.samples())
        .extracting(SoakBench.Sample::round)
        .containsExactly(1, 2, 3, 4, 5, 6, 7);
    assertThat(soak.samples())
        .allSatisfy(
            sample -> {
              assertThat(sample.process()).isEqualTo("driver");
              assertThat(sample.heapBytes()).isPositive();
              assertThat(sample.residentBytes()).isGreaterThan(sample.heapBytes());
              assertThat(sample.nativeBuffers()).isPositive();
              assertThat(sample.threads()).isPositive();
            });
    assertThat(soak.growth()).hasSize(1);
    assertThat(folder.resolve("soak")).doesNotExist();
  }

  @Test
  void growthIsTheSlopeAfterWarmUp() {
    List<SoakBench.Sample> samples = new ArrayList<>();
    for (int i = 1; i <= 10; i++) {
      int round = 50 * i;
      // A cache fills first; then 3 bytes of heap a round, and a file in 50 rounds.
      long heap = i <= 3 ? 1000L * i : 5000 + 3L * round;
      samples.add(new SoakBench.Sample(round, "driver", heap, 7, 9, i, 1, 2, 3));
    }
    SoakBench.Growth growth = SoakBench.growth(samples).get(0);
    assertThat(growth.from()).isEqualTo(200);
    assertThat(growth.heapBytes()).isCloseTo(300, within(1e-6));
    assertThat(growth.openFiles()).isCloseTo(2, within(1e-9));
    assertThat(growth.nativeBuffers()).isZero();
  }
}
