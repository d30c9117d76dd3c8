package org.seqlm.job.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.artifact.Overwrite;

class JobContextTest {
  private static final CountDownLatch STARTED = new CountDownLatch(1);
  private static volatile boolean mayEnd;
  private static volatile boolean over;

  /** Else Spark, which is stopped then, rejects what its own tasks tell it, in stack traces. */
  @Test
  void closesWhenTheTasksOfAJobThatFailedHaveEnded() {
    TestSpark.session();
    JobContext context = new JobContext("test", null, Overwrite.REFUSE, Progress.SILENT);
    assertThatThrownBy(
            () ->
                context
                    .sparkContext()
                    .parallelize(List.of(0, 1), 2)
                    .foreach(
                        part -> {
                          if (part == 0) {
                            STARTED.await();
                            throw new IllegalStateException("on purpose");
                          }
                          STARTED.countDown();
                          while (!mayEnd) {
                            Thread.onSpinWait(); // hears nothing
                          }
                          over = true;
                        }))
        .isInstanceOf(SparkException.class);
    CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS).execute(() -> mayEnd = true);
    context.close();
    assertThat(over).isTrue();
  }
}
