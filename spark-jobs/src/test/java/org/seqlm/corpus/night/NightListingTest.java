package org.seqlm.corpus.night;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NightListingTest {
  @TempDir private Path folder;

  private void file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @BeforeEach
  void write() throws IOException {
    file("news/dt=2026-03-01/a.txt", "one");
    file("news/dt=2026-03-01/deep/b.txt", "two two");
    file("news/dt=2026-03-02/_SUCCESS", "");
    file("news/dt=2026-13-02/a.txt", "no date");
    file("news/loose.txt", "x");
    file("news/en/dt=2026-03-01/c.txt", "three");
  }

  private List<InputPartition> list(String... inputs) throws IOException {
    return NightListing.of(
        new Configuration(),
        List.of(inputs).stream().map(name -> folder.resolve(name).toString()).toList(),
        "dt");
  }

  private static List<String> told(List<InputPartition> partitions) {
    return partitions.stream()
        .map(one -> one.name() + " " + one.date() + " " + one.files() + " " + one.bytes())
        .toList();
  }

  @Test
  void findsDatedFoldersEmptyOnesAndFiles() throws IOException {
    assertThat(told(list("news")))
        .containsExactly(
            "news/dt=2026-03-01 2026-03-01 2 10",
            "news/dt=2026-03-02 2026-03-02 0 0",
            "news/dt=2026-13-02/a.txt null 1 7",
            "news/en/dt=2026-03-01 2026-03-01 1 5",
            "news/loose.txt null 1 1");
    // However one gets there, a partition has one name and one hash.
    InputPartition day = list("news").get(0);
    assertThat(list("news/dt=2026-03-01")).containsExactly(day);
    assertThat(list("news/dt=2026-*-01")).containsExactly(day);
    assertThat(list("news", "news/dt=2026-03-01")).isEqualTo(list("news"));
    assertThat(day.path()).endsWith("/news/dt=2026-03-01");
  }

  @Test
  void theHashIsOfNamesAndLengths() throws IOException {
    InputPartition day = list("news").get(0);
    file("news/dt=2026-03-01/a.txt", "ONE");
    assertThat(list("news").get(0)).isEqualTo(day);
    file("news/dt=2026-03-01/a.txt", "four");
    assertThat(list("news").get(0).listing()).isNotEqualTo(day.listing());
    file("news/dt=2026-03-01/a.txt", "one");
    Files.move(
        folder.resolve("news/dt=2026-03-01/a.txt"), folder.resolve("news/dt=2026-03-01/z.txt"));
    assertThat(list("news").get(0).listing()).isNotEqualTo(day.listing());
  }

  @Test
  void twoInputsOfOneNameAreRefused() throws IOException {
    file("other/news/dt=2026-03-01/a.txt", "one");
    assertThatThrownBy(() -> list("news", "other/news"))
        .hasMessageContaining("--input leads to two partitions news/dt=2026-03-01")
        .hasMessageContaining("give paths whose last parts differ");
    assertThatThrownBy(() -> list("nothing")).hasMessageContaining("does not exist");
  }
}
