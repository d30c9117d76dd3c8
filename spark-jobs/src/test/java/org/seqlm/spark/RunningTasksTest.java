package org.seqlm.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.seqlm.TestSpark;

class RunningTasksTest {
  private static final CountDownLatch STARTED = new CountDownLatch(1);

  /** The driver knows that the job failed. */
  private static final CountDownLatch TOLD = new CountDownLatch(1);

  private static volatile boolean over;

  @Test
  void theOtherTasksOfAJobThatFailedAreWaitedFor() {
    JavaSparkContext spark = TestSpark.context();
    try (RunningTasks tasks = new RunningTasks(spark)) {
      assertThatThrownBy(
              () ->
                  spark
                      .parallelize(List.of(0, 1), 2)
                      .foreach(
                          part -> {
                            if (part == 0) {
                              STARTED.await();
                              throw new IllegalStateException("on purpose");
                            }
                            STARTED.countDown();
                            while (TOLD.getCount() > 0) {
                              Thread.onSpinWait(); // hears nothing
                            }
                            long from = System.nanoTime();
                            while (System.nanoTime() - from < 200_000_000L) {
                              Thread.onSpinWait();
                            }
                            over = true;
                          }))
          .isInstanceOf(SparkException.class)
          .hasMessageContaining("on purpose");
      assertThat(over).isFalse();
      TOLD.countDown();
    }
    assertThat(over).isTrue();
  }

  @Test
  void whereNoneRunsNobodyWaits() {
    long from = System.nanoTime();
    new RunningTasks(TestSpark.context()).close();
    assertThat(System.nanoTime() - from).isLessThan(10_000_000_000L);
  }
}
