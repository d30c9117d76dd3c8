package org.seqlm.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkerTimesTest {
  @Test
  void waitingForAGpuIsNoComputing() throws Exception {
    WorkerTimes.Clock clock = new WorkerTimes.Clock();
    Thread.sleep(20);
    clock.compute(0.0125);
    WorkerTimes times = clock.times();
    assertThat(times.waited()).isEqualTo(0.0125);
    assertThat(times.compute()).isBetween(0.0075, 10.0);
    // Of the learner's own clock no more than the task took.
    WorkerTimes.Clock wrong = new WorkerTimes.Clock();
    wrong.compute(90);
    assertThat(wrong.times().compute()).isZero();
    assertThat(wrong.times().waited()).isLessThan(10);
  }
}
