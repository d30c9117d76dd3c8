package org.seqlm.job.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.seqlm.ExitCode;

/** Only what trains speaks of training runs. */
class InterruptionTest {
  @Test
  void onlyATrainingRunGoesOn() {
    assertThat(Interruption.startedAgain(new String[] {"bench", "variants"}))
        .isEqualTo("started again, bench starts from the beginning");
    assertThat(Interruption.startedAgain(new String[] {"train", "--input", "ngrams"}))
        .isEqualTo("an unfinished training run goes on when started again");
    assertThat(Interruption.startedAgain(new String[] {"ngrams", "--input", "train"}))
        .isEqualTo("started again, ngrams starts from the beginning");
    assertThat(Interruption.startedAgain(new String[] {"bench", "ngrams"}))
        .isEqualTo("started again, bench starts from the beginning");
    assertThat(Interruption.startedAgain(new String[] {}))
        .isEqualTo("started again, it starts from the beginning");
  }

  @Test
  void aJobMaySayWhatItDoes() {
    String[] args = {"bench", "variants"};
    Interruption.startedAgain("it goes on with what is left");
    try {
      assertThat(Interruption.startedAgain(args))
          .isEqualTo("started again, it goes on with what is left");
    } finally {
      Interruption.over();
    }
    assertThat(Interruption.startedAgain(args))
        .isEqualTo("started again, bench starts from the beginning");
  }

  @Test
  void whatThePlatformBreaksSpeaksOfCheckpointsWhereThereAreSome() {
    assertThat(broken("ngrams")).endsWith("the log has the details\n");
    assertThat(broken("train"))
        .endsWith("the log has the details; a run that keeps checkpoints goes on with --resume\n");
  }

  private static String broken(String command) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    assertThat(
            Failures.report(
                new IOException("the disk is gone"),
                command,
                new PrintStream(err, true, StandardCharsets.UTF_8)))
        .isEqualTo(ExitCode.PLATFORM);
    return err.toString(StandardCharsets.UTF_8);
  }

  /** Whoever runs the command waits for such a thread for ever. */
  @Test
  @Timeout(60)
  void aThreadOfSparksWithoutMemoryEndsTheCommand() {
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    PrintStream err = new PrintStream(told, true, StandardCharsets.UTF_8);
    try {
      Interruption.watch(new String[] {"ngrams"}, err);
      Interruption.onOutOfMemory(err);
      new Thread(
              () -> {
                throw new OutOfMemoryError("Java heap space");
              })
          .start();
      assertThatThrownBy(() -> new CountDownLatch(1).await())
          .isInstanceOf(InterruptedException.class);
      assertThat(Failures.report(new InterruptedException(), "ngrams", err))
          .isEqualTo(ExitCode.PLATFORM);
      assertThat(told.toString(StandardCharsets.UTF_8))
          .containsOnlyOnce("\n")
          .startsWith("seqlm: error: out of memory (Java heap space");
    } finally {
      Interruption.over();
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }
}
