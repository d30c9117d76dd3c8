package org.seqlm.job.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.corpus.night.InputPartition;
import org.seqlm.corpus.night.NightListing;
import org.seqlm.job.NgramsOutcomes;

/** Mistakes in what a night is told, and text that changes under it. */
class RetrainMistakesTest {
  @TempDir Path folder;

  @Test
  void areToldBeforeAnyWork() throws IOException {
    Nights nights = Nights.of(folder, 1, 600);
    Path models = folder.resolve("mistaken");
    NgramsOutcomes.Outcome date = nights.retrain(models, "yesterday");
    assertThat(date.code()).isEqualTo(2);
    assertThat(date.errors()).contains("date must be YYYY-MM-DD");
    assertThat(nights.retrain(models, "2026-03-01", "--exit-on-kept", 3).errors())
        .contains("exit-on-kept must be 0 or 6 to 255");
    NgramsOutcomes.Outcome splits =
        nights.retrain(models, "2026-03-01", "--set", "prepare.splits.method=contiguous");
    assertThat(splits.errors()).contains("prepare.splits.method must be hashed-words");
    assertThat(models).doesNotExist();
    NgramsOutcomes.Outcome never = nights.retrain(models, "2026-03-01", "--begin", "never");
    assertThat(never.code()).isEqualTo(2);
    assertThat(never.errors()).contains("holds no registry, and begin is never");
    assertThat(nights.retrain(folder.resolve("nowhere/models"), "2026-03-01").errors())
        .contains("as there is no folder " + folder.resolve("nowhere") + ": correct the path");
    Path file = folder.resolve("text/dt=2026-03-01/a.txt");
    NgramsOutcomes.Outcome below = nights.retrain(file.resolve("models"), "2026-03-01");
    assertThat(below.code()).isEqualTo(2);
    assertThat(below.errors()).contains("cannot be a folder, as " + file + " is a file");
    assertThat(nights.retrain(models, "2026-03-01", "--work", file + "/nights").errors())
        .contains("--work " + file + "/nights cannot be a folder");
    NgramsOutcomes.Outcome future =
        nights.retrain(models, "9026-03-01", "--set", "night={future: refuse, missing: ignore}");
    assertThat(future.code()).isEqualTo(3);
    assertThat(future.errors())
        .contains("the night of 9026-03-01 is in the future")
        .contains("(night.future is refuse): give the date that is meant (--night)");
  }

  /** Of the same length, too. */
  @Test
  void textThatIsReplacedWhileItIsReadIsKnown() throws IOException {
    Path file = Files.createDirectories(folder.resolve("stamped/dt=2026-03-01")).resolve("a.txt");
    Files.writeString(file, "one\n");
    Configuration hadoop = new Configuration();
    List<InputPartition> listed =
        NightListing.of(hadoop, List.of(folder.resolve("stamped").toString()), "dt");
    Map<String, String> before = LookStep.stamps(hadoop, listed);
    assertThat(LookStep.stamps(hadoop, listed)).isEqualTo(before);
    Files.writeString(file, "two\n");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
    assertThat(LookStep.stamps(hadoop, listed)).isNotEqualTo(before);
  }
}
