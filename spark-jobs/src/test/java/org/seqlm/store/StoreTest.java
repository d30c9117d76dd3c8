package org.seqlm.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.files.TestStore;

/** What is asked of a file system before anything is published there. */
class StoreTest {
  @TempDir java.nio.file.Path folder;

  /** An account of Azure's with a hierarchical namespace or without one. */
  private static final class Azure extends RawLocalFileSystem {
    private final boolean hierarchical;

    Azure(boolean hierarchical) {
      this.hierarchical = hierarchical;
    }

    @Override
    public URI getUri() {
      return URI.create("abfs://container@account");
    }

    @Override
    public boolean hasPathCapability(Path path, String capability) {
      return capability.equals(CommonPathCapabilities.FS_ACLS) && hierarchical;
    }
  }

  @Test
  void azureRenamesWhereItHasFolders() throws IOException {
    Path path = new Path("abfs://container@account/a");
    assertThat(Store.of(new Azure(true), path)).isEqualTo(Store.RENAMES);
    assertThat(Store.of(new Azure(false), path)).isEqualTo(Store.LOOKS);
  }

  private static FileSystem view(TestStore store) throws IOException {
    store.conf().set("fs.viewfs.mounttable.default.link./mounted", store.name("real"));
    store.conf().setBoolean("fs.viewfs.impl.disable.cache", true);
    return FileSystem.get(URI.create("viewfs:///"), store.conf());
  }

  @ParameterizedTest
  @CsvSource({
    "HDFS, RENAMES",
    "GOOGLE, CREATES",
    "S3, LOOKS",
    "S3_CONDITIONAL, LOOKS",
    "DISK, LOOKS"
  })
  void aViewDoesWhatIsMountedDoes(TestStore.Kind kind, Store expected) throws IOException {
    try (TestStore store = TestStore.make(kind, folder)) {
      Path real = new Path(store.name("real"));
      real.getFileSystem(store.conf()).mkdirs(real);
      FileSystem view = view(store);
      assertThat(Store.of(view, new Path("/mounted/yet/to/be/made"))).isEqualTo(expected);
      // Nothing is made beside what is mounted.
      assertThat(Store.of(view, new Path("/elsewhere"))).isEqualTo(Store.LOOKS);
    }
  }

  /** Whatever it is: the second who comes has not written. */
  @ParameterizedTest
  @EnumSource(TestStore.Kind.class)
  void aFileIsMadeOnceBehindAView(TestStore.Kind kind) throws IOException {
    try (TestStore store = TestStore.make(kind, folder)) {
      Path real = new Path(store.name("real"));
      real.getFileSystem(store.conf()).mkdirs(real);
      FileSystem view = view(store);
      Path file = new Path("/mounted/file");
      byte[] first = "first".getBytes(StandardCharsets.UTF_8);
      assertThat(ExclusiveFile.write(view, file, first, "x")).isTrue();
      assertThat(ExclusiveFile.write(view, file, new byte[] {1}, "y")).isFalse();
      assertThat(store.content().get("/real/file")).isEqualTo(first);
    }
  }

  /** Files of a disk are there though the power fails: it takes time, and is to change nothing. */
  @Test
  void whatIsKeptOnDiskIsTheSame() throws IOException {
    FileSystem disk = FileSystem.getLocal(new Configuration());
    Path target = new Path(folder.toString());
    FileEntry entry = HashedFile.replace(disk, target, "a", out -> out.write(new byte[] {1, 2}));
    assertThat(entry.bytes()).isEqualTo(2);
    assertThat(folder.resolve("a")).hasBinaryContent(new byte[] {1, 2});
    Durable.names(folder.resolve("none")); // what cannot be kept is no failure
    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("a", ".a.crc");
    }
  }
}
