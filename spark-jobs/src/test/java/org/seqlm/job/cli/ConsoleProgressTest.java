package org.seqlm.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {
  @Test
  void whatAnEarlierProcessDidIsInNoRate() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ConsoleProgress progress =
        ConsoleProgress.create(new PrintStream(out, true, StandardCharsets.UTF_8));
    progress.stage("train", 1_000_000, 2_000_000, "tokens");
    progress.end();
    progress.stage("train", 2_000_000, "tokens");
    progress.update(2_000_000, "");
    progress.end();
    assertThat(out.toString(StandardCharsets.UTF_8).lines().toList())
        .satisfiesExactly(
            resumed -> assertThat(resumed).matches("train: 1,000,000/2,000,000 tokens, [0-9.]+ s"),
            whole ->
                assertThat(whole)
                    .matches("train: 2,000,000/2,000,000 tokens, [0-9,]+ tokens/s, [0-9.]+ s"));
  }

  @Test
  void aRateBelowOneIsLeftOut() throws InterruptedException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ConsoleProgress progress =
        ConsoleProgress.create(new PrintStream(out, true, StandardCharsets.UTF_8));
    progress.stage("compare", 5, "trainings");
    Thread.sleep(1100);
    progress.update(1, "");
    progress.end();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .startsWith("compare: 1/5 trainings, ")
        .endsWith(" s\n")
        .doesNotContain("trainings/s");
  }

  /** What a training says in the end is by its own clock, and so is the last line above it. */
  @Test
  void aJobWithAClockEndsByIt() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ConsoleProgress progress =
        ConsoleProgress.create(new PrintStream(out, true, StandardCharsets.UTF_8));
    progress.stage("train", 1_000_000, 2_000_000, "tokens");
    progress.update(2_000_000, 80.0, "loss 1");
    progress.stage("evaluate", 1, "models");
    progress.end();
    assertThat(out.toString(StandardCharsets.UTF_8).lines().toList().get(0))
        .isEqualTo("train: 2,000,000/2,000,000 tokens, 25,000 tokens/s, loss 1, 80.0 s");
    assertThat(out.toString(StandardCharsets.UTF_8).lines().toList().get(1))
        .startsWith("evaluate: 0/1 models, 0.0 s");
  }
}
