package org.seqlm.corpus.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.CountingStore;
import org.seqlm.ExitCode;
import org.seqlm.UserException;

/** Where each call takes its time, it is their number that counts. */
class PlanningTest {
  private static final int FOLDERS = 10;
  private static final int FILES = 2100;

  @TempDir private Path folder;

  @BeforeEach
  void write() throws IOException {
    for (int i = 0; i < FILES; i++) {
      Path file = folder.resolve("d" + i % FOLDERS + (i % 2 == 0 ? "" : "/deep"));
      Files.createDirectories(file);
      Files.createFile(file.resolve("f" + i + ".txt"));
    }
    for (String hidden : List.of("_SUCCESS", ".d/f.txt", "d0/_temporary/0/f.txt", "d1/.x.txt")) {
      Files.createDirectories(folder.resolve(hidden).getParent());
      Files.createFile(folder.resolve(hidden));
    }
  }

  private static List<String> relative(Configuration conf, String input) throws IOException {
    return CorpusPlan.of(conf, CorpusSource.of(List.of(input)), 1 << 20).ranges().stream()
        .flatMap(range -> range.pieces().stream())
        .map(piece -> piece.file().relative())
        .toList();
  }

  /** Finds what is found on a local disk, in so many calls. */
  private void finds(Class<? extends CountingStore> kind, String glob, int calls)
      throws IOException {
    Configuration conf = CountingStore.start(kind, 0);
    String input = CountingStore.name(folder) + glob;
    List<String> found = relative(conf, input);
    assertThat(CountingStore.total())
        .as("%s %s %s", kind, glob, CountingStore.calls())
        .isLessThanOrEqualTo(calls);
    assertThat(found).isEqualTo(relative(conf, folder + glob));
  }

  @Test
  void aFolderIsListedOnce() throws IOException {
    // What it is, whether it is an artifact, then ten folders that are shown with one in each.
    int folders = 1 + FOLDERS + FOLDERS / 2;
    finds(CountingStore.class, "", 2 + folders);
    finds(CountingStore.Blocks.class, "", 2 + folders);
    // All names below, a thousand a call.
    finds(CountingStore.Flat.class, "", 2 + 3);
    assertThat(relative(CountingStore.start(CountingStore.Flat.class, 0), folder.toString()))
        .hasSize(FILES)
        .contains("d0/f0.txt", "d1/deep/f1.txt");
  }

  @Test
  void aGlobIsListedOnce() throws IOException {
    finds(CountingStore.Blocks.class, "/d*/*.txt", 1 + 1 + FOLDERS);
    finds(CountingStore.Blocks.class, "/d*", 1 + 1 + FOLDERS + FOLDERS / 2);
    finds(CountingStore.Flat.class, "/d*", 1 + 1 + FOLDERS);
    finds(CountingStore.class, "/{d1,d3}/deep", 1 + 1 + 2 + 2);
    // A folder without that file is asked for it, and its blocks where it has it.
    finds(CountingStore.Blocks.class, "/d*/deep/f1.txt", 1 + 1 + FOLDERS + 1);
  }

  @Test
  void whatFailsFailsAsOneCallWould() {
    Configuration conf = CountingStore.start(CountingStore.Blocks.class, 0);
    for (String input : List.of("/no", "/no*", "/.d/*x", "/d*/none.txt")) {
      assertThatThrownBy(() -> relative(conf, CountingStore.name(folder) + input))
          .isInstanceOfSatisfying(
              UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA));
    }
  }

  /** Block b, of 16 MiB, is on the hosts hb and h(b+1), and on one that is no host. */
  @Test
  void aRangeKnowsTheHostsThatHoldMostOfIt() throws IOException {
    Path large = folder.resolve("large.txt");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(5 * CountingStore.Blocks.BLOCK - 1);
    }
    for (Path input : List.of(large, folder)) {
      Configuration conf = CountingStore.start(CountingStore.Blocks.class, 0);
      CorpusPlan plan =
          CorpusPlan.of(
              conf,
              CorpusSource.of(List.of(CountingStore.name(input))),
              2 * CountingStore.Blocks.BLOCK);
      assertThat(plan.ranges()).hasSize(3);
      assertThat(plan.hosts(0)).containsExactly("h1", "h0", "h2");
      assertThat(plan.hosts(1)).containsExactly("h3", "h2", "h4");
      assertThat(plan.hosts(2)).containsExactly("h4", "h5");
    }
    Configuration conf = CountingStore.start(CountingStore.Flat.class, 0);
    CorpusSource source = CorpusSource.of(List.of(CountingStore.name(large)));
    assertThat(CorpusPlan.of(conf, source).hosts(0)).isEmpty();
  }
}
