package org.seqlm.job.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.job.NgramsOutcomes;

/** What {@code bench ngrams} refuses before it measures. */
class BenchNgramsCommandTest {
  @TempDir Path folder;

  private void assertRefused(String message, Object... more) {
    Path texts = folder.resolve("texts");
    List<Object> line =
        new ArrayList<>(List.of("bench", "ngrams", "--generate", 1000, "--folder", texts));
    line.addAll(Arrays.asList(more));
    NgramsOutcomes.Outcome outcome = NgramsOutcomes.run(line.toArray());
    assertThat(outcome.errors()).startsWith("seqlm: error: " + message).containsOnlyOnce("\n");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(Files.exists(texts)).isFalse();
  }

  @Test
  void aFileWhereAFolderIsNeededIsRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "mine\n");
    for (Path place : List.of(folder, text)) {
      NgramsOutcomes.Outcome outcome =
          NgramsOutcomes.run("bench", "ngrams", "--generate", 1000, "--folder", place);
      assertThat(outcome.errors())
          .contains("--folder needs a folder, but " + text + " is a file: give another --folder");
      assertThat(outcome.code()).isEqualTo(2);
    }
    assertThat(folder).isDirectoryContaining(text::equals);
    assertThat(text).hasContent("mine\n");
  }

  @Test
  void aFolderWithoutTheProgramsOfKenlmIsRefusedAtOnce() {
    assertRefused("case kenlm is KenLM's count_ngrams, but " + folder, "--kenlm", folder);
    assertRefused(
        "case kenlm-estimate is KenLM's lmplz, but " + folder,
        "--kenlm",
        folder,
        "--case",
        "ours",
        "--estimate");
    assertRefused("case kenlm is ", "--kenlm", folder, "--dry-run");
    assertRefused(
        "case kenlm is KenLM's count_ngrams, but nothing says where", "--case", "ours,kenlm");
  }
}
