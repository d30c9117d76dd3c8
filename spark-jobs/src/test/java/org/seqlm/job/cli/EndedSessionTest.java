package org.seqlm.job.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.seqlm.ExitCode;
import org.seqlm.UserException;

/** Who waits for a Spark that has ended waits no longer than a while. */
@Timeout(60)
class EndedSessionTest {
  @Test
  void whoWaitsForAnAnswerIsInterrupted() {
    AtomicBoolean ended = new AtomicBoolean();
    try (EndedSession.Watch watch = EndedSession.watch(ended::get, 1)) {
      ended.set(true);
      // As the removal of a broadcast does.
      assertThatThrownBy(() -> new CountDownLatch(1).await())
          .isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void whoStartsItIsInterruptedToo() {
    try (EndedSession.Watch watch = EndedSession.limit(0)) {
      assertThatThrownBy(() -> new CountDownLatch(1).await())
          .isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void whoIsDoneInTimeIsNot() throws InterruptedException {
    EndedSession.watch(() -> true, 100).close();
    EndedSession.limit(100).close();
    // An interrupt ends it.
    Thread.sleep(300);
  }

  /** Where both come at once the interrupt comes before, and is taken back, or not at all. */
  @Test
  void whoIsDoneAtThatMomentIsNot() throws InterruptedException {
    for (int i = 0; i < 500; i++) {
      EndedSession.limit(i % 2).close();
    }
    Thread.sleep(50);
    EndedSession.Watch watch = EndedSession.limit(0);
    while (!Thread.currentThread().isInterrupted()) {
      Thread.onSpinWait();
    }
    watch.close();
    Thread.sleep(1);
  }

  /** What others said is theirs. */
  @Test
  void anInterruptOfAnotherIsLeft() {
    EndedSession.Watch watch = EndedSession.limit(600_000);
    Thread.currentThread().interrupt();
    watch.close();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void whatFailedIsThePlatforms() {
    Thread.currentThread().interrupt();
    UserException told =
        EndedSession.explain(
            new IllegalStateException("Cannot call methods on a stopped SparkContext.\nat\nmore"));
    assertThat(told.exitCode()).isEqualTo(ExitCode.PLATFORM);
    assertThat(told.problems()).singleElement().asString().doesNotContain("\n").contains("stopped");
    assertThat(Thread.interrupted()).isFalse();
    UserException data = UserException.data("mend it");
    assertThat(EndedSession.explain(new RuntimeException(data))).isSameAs(data);
  }
}
