package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TogetherTest {
  @Test
  @Timeout(30)
  void nobodyGoesOnBeforeAllAreReady() throws Exception {
    AtomicInteger ready = new AtomicInteger();
    List<Together.Task<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int number = i;
      tasks.add(
          line -> {
            ready.incrementAndGet();
            line.run();
            return 10 * ready.get() + number;
          });
    }
    assertThat(Together.run(tasks)).containsExactly(40, 41, 42, 43);
  }

  /** Neither who waits for it already, nor who comes later, waits for one that has failed. */
  @Test
  @Timeout(30)
  void theFirstFailureEndsAllAndIsTheOneThatIsTold() {
    CountDownLatch failed = new CountDownLatch(1);
    List<Together.Task<String>> tasks =
        List.of(
            ready -> {
              try {
                ready.run();
                return "waited for nobody";
              } finally {
                failed.countDown();
              }
            },
            ready -> {
              failed.await();
              ready.run();
              return "came later";
            },
            ready -> {
              throw new IllegalArgumentException("no such network");
            });
    assertThatThrownBy(() -> Together.run(tasks))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no such network");
  }

  @Test
  @Timeout(30)
  void whoFailsAfterwardsIsToldOf() {
    List<Together.Task<String>> tasks =
        List.of(
            ready -> {
              ready.run();
              return "done";
            },
            ready -> {
              ready.run();
              throw new AssertionError("too late");
            });
    assertThatThrownBy(() -> Together.run(tasks)).cause().hasMessage("too late");
  }
}
