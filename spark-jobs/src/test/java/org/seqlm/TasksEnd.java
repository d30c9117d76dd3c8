package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A test ends when its tasks have. Spark reports a failed job while the other tasks of its stage
 * are still on their way out, and one of them may yet write to the test's temporary folder.
 */
public final class TasksEnd implements AfterEachCallback {
  private static final long ENOUGH_NANOS = TimeUnit.SECONDS.toNanos(30);

  @Override
  public void afterEach(ExtensionContext context) throws InterruptedException, TimeoutException {
    long from = System.nanoTime();
    int running;
    while ((running = TestSpark.runningTasks()) > 0 && System.nanoTime() - from < ENOUGH_NANOS) {
      Thread.sleep(5);
    }
    assertThat(running).as("tasks still running after the test").isZero();
  }
}
