package org.seqlm.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ExitCode;

/** Only what trains speaks of training runs. */
class InterruptionTest {
  @TempDir Path folder;

  @Test
  void onlyATrainingRunGoesOn() {
    assertThat(Interruption.startedAgain(new String[] {"train", "--input", "ngrams"}))
        .isEqualTo("an unfinished training run goes on when started again");
    assertThat(Interruption.startedAgain(new String[] {"ngrams", "--input", "train"}))
        .isEqualTo("started again, ngrams begins anew");
    assertThat(Interruption.startedAgain(new String[] {"bench", "ngrams"}))
        .isEqualTo("started again, bench begins anew");
    assertThat(Interruption.startedAgain(new String[] {}))
        .isEqualTo("started again, it begins anew");
  }

  /** No file system of that name: what the platform lacks. */
  @Test
  void whatThePlatformBreaksSpeaksOfCheckpointsWhereThereAreSome() {
    NgramsRuns.Outcome ngrams = NgramsRuns.ngrams(Path.of("nowhere:/text"), folder.resolve("n"));
    assertThat(ngrams.errors()).endsWith("the log has the details\n");
    assertThat(ngrams.code()).isEqualTo(ExitCode.PLATFORM.code());
    NgramsRuns.Outcome train =
        NgramsRuns.run("train", "--input", "nowhere:/data", "--output", folder.resolve("t"));
    assertThat(train.errors())
        .endsWith("the log has the details; a run that keeps checkpoints goes on with --resume\n");
    assertThat(train.code()).isEqualTo(ExitCode.PLATFORM.code());
  }
}
