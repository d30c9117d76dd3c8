package org.seqlm.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ObjectStore;

/** On a file system that gives no file the name of another. */
class HashedFileTest {
  @TempDir Path folder;
  private org.apache.hadoop.fs.Path target;
  private FileSystem fs;

  @BeforeEach
  void open() throws IOException {
    target = new org.apache.hadoop.fs.Path(ObjectStore.name(folder));
    fs = target.getFileSystem(ObjectStore.configuration());
  }

  private FileEntry write(long attempt, String text) throws IOException {
    return HashedFile.write(
        fs, target, "file", attempt, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  private Object identity() throws IOException {
    return Files.readAttributes(
            folder.resolve("file"), java.nio.file.attribute.BasicFileAttributes.class)
        .fileKey();
  }

  private void holds(String text) throws IOException {
    assertThat(folder.resolve("file")).hasContent(text);
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve("file"));
    }
  }

  /** The next stage may have opened what the first attempt wrote. */
  @Test
  void aLateAttemptLeavesTheFileOfTheFirst() throws IOException {
    FileEntry first = write(1, "same");
    Object file = identity();
    FileEntry late = write(2, "same");
    assertThat(late).isEqualTo(first);
    assertThat(identity()).isEqualTo(file);
    holds("same");
  }

  @Test
  void aFileOfAnotherLengthIsNoAttemptsAndIsReplaced() throws IOException {
    write(1, "half");
    write(2, "whole");
    holds("whole");
  }

  @Test
  void whoReplacesDoesSoWhateverTheLength() throws IOException {
    write(1, "old");
    HashedFile.replace(fs, target, "file", out -> out.write(new byte[] {'n', 'e', 'w'}));
    holds("new");
  }

  @Test
  void aFileWrittenBitByBitAppearsWholeOrNotAtAll() throws IOException {
    try (HashedFile.Open given = HashedFile.open(fs, target, "file", 1)) {
      given.write("half".getBytes(StandardCharsets.UTF_8));
    }
    try (var files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
    FileEntry entry;
    try (HashedFile.Open kept = HashedFile.open(fs, target, "file", 2)) {
      kept.write("sa".getBytes(StandardCharsets.UTF_8));
      kept.write("me".getBytes(StandardCharsets.UTF_8));
      entry = kept.keep();
    }
    holds("same");
    assertThat(write(3, "same")).isEqualTo(entry);
  }
}
