package org.seqlm.corpus.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ExitCode;
import org.seqlm.UserException;

class CorpusPlanTest {
  @TempDir Path folder;

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void inputsThatAreNone() throws IOException {
    assertThatThrownBy(
            () -> CorpusPlan.of(new Configuration(), CorpusSource.of(List.of(folder + "/no"))))
        .hasMessage("input " + folder + "/no does not exist");
    assertThatThrownBy(
            () -> CorpusPlan.of(new Configuration(), CorpusSource.of(List.of(folder + "/*.txt"))))
        .hasMessage("input " + folder + "/*.txt matches no file");
    assertThatThrownBy(
            () -> CorpusPlan.of(new Configuration(), CorpusSource.of(List.of(folder.toString()))))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessageContaining("holds no files");
  }

  @Test
  void globsAndDuplicates() throws IOException {
    write("x/a1.txt", "a one\n");
    write("x/a2.log", "no\n");
    write("y/a1.txt", "y one\n");
    CorpusSource source =
        CorpusSource.of(List.of(folder + "/*/a?.txt", folder + "/y", folder + "/x/a1.txt"));
    CorpusPlan plan = CorpusPlan.of(new Configuration(), source);
    assertThat(
            plan.ranges().get(0).pieces().stream().map(piece -> piece.file().relative()).toList())
        .containsExactly("x/a1.txt", "y/a1.txt");
    assertThat(plan.describe()).contains("2 files").contains("a1.txt");
  }
}
