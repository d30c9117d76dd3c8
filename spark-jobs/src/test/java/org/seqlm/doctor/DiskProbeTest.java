package org.seqlm.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskProbeTest {
  @TempDir Path folder;

  @Test
  void aFolderIsTriedAndLeftAsItIs() throws Exception {
    ProcessFacts.Disk disk = DiskProbe.of(folder.resolve("to/be/made"), 1 << 20);
    assertThat(disk.problem()).isEmpty();
    assertThat(disk.free()).isPositive();
    assertThat(disk.bytesPerSecond()).isPositive();
    assertThat(DiskProbe.of(folder, 0).bytesPerSecond()).isZero();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFileIsNoFolder() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThat(DiskProbe.of(file.resolve("below"), 0).problem()).isEqualTo(file + " is a file");
  }

  @Test
  void aFolderOfOthersIsNoneOfThisUsers() throws Exception {
    Path others = Files.createDirectory(folder.resolve("others"));
    assumeThat(others.toFile().setWritable(false)).isTrue();
    assumeThat(Files.isWritable(others)).as("this user may write anywhere").isFalse();
    assertThat(DiskProbe.of(others, 0).problem()).isEqualTo("this user may not write to " + others);
  }
}
