package org.seqlm.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ExitCode;
import org.seqlm.UserException;

/** A name that the locale cannot hold would be another file's, or nobody's. */
class LocalNamesTest {
  @TempDir Path folder;

  /** What {@code File.list} gives where names cannot be read. */
  private File listing(String... names) {
    return new File(folder.toString()) {
      private static final long serialVersionUID = 1L;

      @Override
      public String[] list() {
        return names;
      }
    };
  }

  @Test
  void whatCannotBeWrittenIsRefused() {
    LocalNames.requireWritable("/data/what?.txt", StandardCharsets.US_ASCII);
    LocalNames.requireWritable("/data/dépôt", StandardCharsets.UTF_8);
    LocalNames.requireWritable("/data/dépôt", StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> LocalNames.requireWritable("/data/dépôt", StandardCharsets.US_ASCII))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
        .hasMessageContaining("US-ASCII")
        .hasMessageContaining("LC_ALL=C.UTF-8");
  }

  @Test
  void whatCannotBeReadIsNotLeftOut() throws Exception {
    Files.createFile(folder.resolve("what?.txt"));
    LocalNames.requireReadable(listing("what?.txt", "gone.txt"), StandardCharsets.US_ASCII);
    LocalNames.requireReadable(folder.resolve("what?.txt").toFile(), StandardCharsets.US_ASCII);
    // Gone since it was listed; and a link that leads nowhere.
    LocalNames.requireReadable(listing("gone?.txt"), StandardCharsets.UTF_8);
    Files.createSymbolicLink(folder.resolve("link?"), folder.resolve("nowhere"));
    LocalNames.requireReadable(folder.toFile(), StandardCharsets.UTF_8);
    LocalNames.requireReadable(folder.toFile(), StandardCharsets.US_ASCII);
    assertThatThrownBy(
            () -> LocalNames.requireReadable(listing("d??p??t"), StandardCharsets.US_ASCII))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("d??p??t cannot be read");
    assertThatThrownBy(
            () -> LocalNames.requireReadable(listing("d\ufffdp"), StandardCharsets.UTF_8))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessageContaining("d?p is no UTF-8: rename it");
  }
}
