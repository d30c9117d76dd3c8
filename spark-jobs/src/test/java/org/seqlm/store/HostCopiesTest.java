package org.seqlm.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.UserException;

class HostCopiesTest {
  @TempDir Path dir;
  private FileSystem fs;
  private FileStatus file;

  @BeforeEach
  void write() throws IOException {
    fs = FileSystem.getLocal(new Configuration(false)).getRawFileSystem();
    Path written = Files.writeString(dir.resolve("model"), "content");
    file = fs.getFileStatus(new org.apache.hadoop.fs.Path(written.toString()));
  }

  private Path copy(Path folder) throws IOException {
    return HostCopies.copy(fs, file, folder.resolve("copy"), part -> {});
  }

  @Test
  void theFolderIsItsUsersAlone() throws IOException {
    Path folder = dir.resolve("some/copies");
    assertThat(copy(folder)).hasContent("content");
    assertThat(copy(folder)).hasContent("content");
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void aLinkIsRefused() throws IOException {
    Path folder = Files.createDirectory(dir.resolve("theirs"));
    Files.writeString(folder.resolve("copy"), "planted");
    Path link = Files.createSymbolicLink(dir.resolve("link"), folder);
    assertThatThrownBy(() -> copy(link))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("folder " + link + " for copies of models is a link")
        .hasMessageContaining("seqlm.compiled.copies");
  }

  @Test
  void anotherUsersFolderIsRefused() throws IOException {
    Path theirs = Path.of("/");
    if (Files.getOwner(theirs).equals(Files.getOwner(dir))) { // as root
      theirs = Files.createDirectory(dir.resolve("theirs"));
      Files.setOwner(
          theirs, dir.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("1"));
    }
    Path given = theirs;
    String owner = Files.getOwner(theirs).getName();
    assertThatThrownBy(() -> copy(given)).hasMessageContaining("belongs to " + owner);
  }

  @Test
  void whatIsNotWhatItShouldBeLeavesNothing() {
    Path folder = dir.resolve("copies");
    assertThatThrownBy(
            () ->
                HostCopies.copy(
                    fs,
                    file,
                    folder.resolve("copy"),
                    part -> {
                      throw new IOException("damaged");
                    }))
        .hasMessage("damaged");
    assertThat(folder.resolve("copy")).doesNotExist();
    assertThat(folder.toFile().list()).containsExactly("copy.lock");
  }
}
