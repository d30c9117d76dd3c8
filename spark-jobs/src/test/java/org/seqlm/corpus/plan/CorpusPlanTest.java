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
        .hasMessage("input " + folder + "/no does not exist: give another --input");
    assertThatThrownBy(
            () -> CorpusPlan.of(new Configuration(), CorpusSource.of(List.of(folder + "/*.txt"))))
        .hasMessage("input " + folder + "/*.txt matches no file: give another pattern, in quotes");
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

  /**
   * Text anywhere, so that ranges are full; what can be cut at its parts only where it is larger
   * than a range; the rest never.
   */
  @Test
  void namesAndLengthsTellWhereFilesAreCut() throws IOException {
    String[] names = {"a.txt", "b.bz2", "c.gz", "d.parquet", "e.xz", "f.zst", "g.txt", "h.bz2"};
    int[] lengths = {1500, 2500, 1000, 1001, 2500, 900, 250, 90};
    for (int i = 0; i < names.length; i++) {
      Files.write(folder.resolve(names[i]), new byte[lengths[i]]);
    }
    CorpusPlan plan =
        CorpusPlan.of(new Configuration(), CorpusSource.of(List.of(folder.toString())), 1000);
    assertThat(
            plan.ranges().stream()
                .map(
                    range ->
                        range.pieces().stream()
                            .map(
                                piece ->
                                    piece.file().relative() + " " + piece.from() + "-" + piece.to())
                            .toList()
                            .toString()))
        .containsExactly(
            "[a.txt 0-1000]",
            "[a.txt 1000-1500]",
            "[b.bz2 0-1000]",
            "[b.bz2 1000-2000]",
            "[b.bz2 2000-2500]",
            "[c.gz 0-1000]",
            "[d.parquet 0-1000]",
            "[d.parquet 1000-1001]",
            "[e.xz 0-2500]",
            "[f.zst 0-900, g.txt 0-100]",
            "[g.txt 100-250, h.bz2 0-90]");
    assertThat(plan.packedParts().ranges()).hasSize(3);
    assertThat(plan.textFits(1L << 40)).isFalse();
  }
}
