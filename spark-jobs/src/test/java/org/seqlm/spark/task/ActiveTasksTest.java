package org.seqlm.spark.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.seqlm.TestSpark;

class ActiveTasksTest {
  private static final CountDownLatch STARTED = new CountDownLatch(1);

  /** The driver knows that the job failed. */
  private static final CountDownLatch TOLD = new CountDownLatch(1);

  private static volatile boolean over;

  /** Hears nothing. */
  private static void spin(long mostMillis, BooleanSupplier on) {
    long from = System.nanoTime();
    while (on.getAsBoolean() && System.nanoTime() - from < mostMillis * 1_000_000) {
      Thread.onSpinWait();
    }
  }

  @Test
  void theOtherTasksOfAJobThatFailedAreWaitedFor() {
    JavaSparkContext spark = TestSpark.context();
    try (ActiveTasks tasks = new ActiveTasks(spark)) {
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
                            spin(60_000, () -> TOLD.getCount() > 0);
                            spin(200, () -> true);
                            over = true;
                          }))
          .isInstanceOf(SparkException.class)
          .hasMessageContaining("on purpose");
      assertThat(over).isFalse();
      TOLD.countDown();
    }
    assertThat(over).isTrue();
  }

  /** Of a task that began before there was anybody to hear it, and ends after. */
  @Test
  void anEndWithoutABeginningHidesNoOtherTask() throws Exception {
    JavaSparkContext spark = TestSpark.context();
    JavaFutureAction<Void> early = EARLY.start(spark);
    spark.sc().listenerBus().waitUntilEmpty();
    try (ActiveTasks tasks = new ActiveTasks(spark)) {
      EARLY.end.countDown();
      early.get();
      JavaFutureAction<Void> late = LATE.start(spark);
      // A task may be at work before Spark tells that it is.
      for (int i = 0; i < 1000 && tasks.running() != 1; i++) {
        Thread.sleep(10);
      }
      assertThat(tasks.running()).isEqualTo(1);
      LATE.end.countDown();
      late.get();
      tasks.await();
      assertThat(tasks.running()).isZero();
    } finally {
      // Whoever runs after this test needs the cores.
      EARLY.end.countDown();
      LATE.end.countDown();
    }
  }

  private static final Held EARLY = new Held();
  private static final Held LATE = new Held();

  /** A task that ends when it may. */
  private static final class Held {
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);

    JavaFutureAction<Void> start(JavaSparkContext spark) throws InterruptedException {
      boolean first = this == EARLY;
      JavaFutureAction<Void> job =
          spark.parallelize(List.of(0), 1).foreachAsync(part -> (first ? EARLY : LATE).hold());
      started.await();
      return job;
    }

    private void hold() throws InterruptedException {
      started.countDown();
      end.await();
    }
  }

  @Test
  void whereNoneRunsNobodyWaits() {
    JavaSparkContext spark = TestSpark.context();
    long from = System.nanoTime();
    new ActiveTasks(spark).close();
    assertThat(System.nanoTime() - from).isLessThan(5_000_000_000L);
  }
}
