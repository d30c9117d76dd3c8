package org.seqlm.neural.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.store.FileEntry;

class MetricFilesTest {
  private static final int LINES = 300;

  @TempDir Path folder;
  private FileSystem fs;
  private org.apache.hadoop.fs.Path run;

  @BeforeEach
  void open() throws IOException {
    fs = FileSystem.getLocal(new Configuration());
    run = new org.apache.hadoop.fs.Path(folder.toUri());
  }

  private static String line(int round) {
    return "{\"round\":%d,\"loss\":%d}".formatted(round, 100_000_000 + round);
  }

  private static List<String> lines(int from, int to) {
    return IntStream.range(from, to).mapToObj(MetricFilesTest::line).toList();
  }

  private List<FileEntry> written(int rounds) throws IOException {
    List<FileEntry> files = List.of();
    for (int round = 0; round < rounds; round++) {
      files = MetricFiles.with(fs, run, files, round, List.of(line(round)));
    }
    return files;
  }

  private List<String> read(List<FileEntry> files) throws IOException {
    List<String> lines = new ArrayList<>();
    for (FileEntry file : RunView.metricFiles(files)) {
      lines.addAll(Files.readAllLines(folder.resolve(file.path())));
    }
    return lines;
  }

  @Test
  void thereAreNoMoreThanTheLogarithmOfTheLines() throws IOException {
    List<FileEntry> files = List.of();
    long bytes = 0;
    for (int round = 0; round < LINES; round++) {
      List<FileEntry> before = files;
      files = MetricFiles.with(fs, run, files, round, List.of(line(round)));
      int most = 32 - Integer.numberOfLeadingZeros(round + 1);
      assertThat(files).hasSizeLessThanOrEqualTo(most);
      assertThat(RunView.round(files.get(files.size() - 1).path())).isEqualTo(round);
      bytes += files.stream().filter(s -> !before.contains(s)).mapToLong(FileEntry::bytes).sum();
    }
    assertThat(read(files)).isEqualTo(lines(0, LINES));
    // Each line is written again once a level.
    assertThat(bytes).isLessThan((long) LINES * (line(LINES).length() + 1) * 9);
    List<FileEntry> one = MetricFiles.asOne(fs, run, files);
    assertThat(one).hasSize(1);
    assertThat(read(one)).isEqualTo(lines(0, LINES));
    assertThat(MetricFiles.asOne(fs, run, one)).isEqualTo(one);
  }

  /** A run may go on from a round in the middle of one. */
  @Test
  void whatWasToldOfLaterRoundsIsForgotten() throws IOException {
    for (int written : new int[] {1, 7, 8, 9}) {
      List<FileEntry> files = written(written);
      for (int round = -1; round <= written; round++) {
        List<FileEntry> kept = MetricFiles.until(fs, run, files, round);
        assertThat(read(kept)).isEqualTo(lines(0, Math.min(round + 1, written)));
        assertThat(kept).allMatch(file -> RunView.round(file.path()) < written);
      }
      assertThat(read(files)).isEqualTo(lines(0, written));
    }
  }

  /** No model needs them: what is gone, or damaged, is in nobody's way and damages nothing else. */
  @Test
  void whatIsDamagedStaysWhatItIs() throws IOException {
    List<FileEntry> files = written(7); // 4, 2 and 1
    assertThat(files).hasSize(3);
    Files.writeString(folder.resolve(files.get(1).path()), "{\"round\":4,\"lo");
    Files.delete(folder.resolve(files.get(0).path()));
    List<FileEntry> more = MetricFiles.with(fs, run, files, 7, List.of(line(7)));
    List<FileEntry> one = MetricFiles.asOne(fs, run, more);
    assertThat(one).hasSize(3).contains(files.get(0), files.get(1));
    assertThat(Files.readAllLines(folder.resolve(one.get(2).path()))).isEqualTo(lines(6, 8));
    assertThat(MetricFiles.until(fs, run, one, 6)).hasSize(3);
    assertThat(MetricFiles.until(fs, run, one, 2)).isEmpty();
  }
}
