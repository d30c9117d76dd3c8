package org.seqlm.job;

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
    EndedSession.watch(() -> true, 600_000).close();
    EndedSession.limit(600).close();
    Thread.sleep(50);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
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
