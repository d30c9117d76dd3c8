package org.seqlm.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a file where a disk or a store fails its writer. */
class ExclusiveFileTest {
  private static final byte[] CONTENT = "{\"own\": 1}".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  private FileSystem disk;
  private org.apache.hadoop.fs.Path target;

  @BeforeEach
  void open() throws IOException {
    disk = Paths.plain(FileSystem.getLocal(new Configuration()));
    target = new org.apache.hadoop.fs.Path(folder.resolve("file").toString());
  }

  private List<Path> files() throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }

  private boolean link(ExclusiveFile.Linking linking) throws IOException {
    return ExclusiveFile.link(disk, target, CONTENT, "x", linking);
  }

  private static ExclusiveFile.Linking failing(String reason) {
    return (name, file) -> {
      throw new FileSystemException(name.toString(), file.toString(), reason);
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Operation not permitted", "Operation not supported", "Function not implemented"})
  void aDiskWithoutHardLinksGetsTheFileInPlace(String reason) throws IOException {
    assertThat(link(failing(reason))).isTrue();
    assertThat(files()).containsExactly(folder.resolve("file"));
    assertThat(folder.resolve("file")).hasBinaryContent(CONTENT);
    Files.writeString(folder.resolve("file"), "another's");
    assertThat(link(failing(reason))).isFalse();
    assertThat(folder.resolve("file")).hasContent("another's");
  }

  @ParameterizedTest
  @ValueSource(strings = {"No space left on device", "Input/output error", "Permission denied"})
  void aDiskThatFailsGetsNothing(String reason) throws IOException {
    assertThatThrownBy(() -> link(failing(reason)))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining(reason);
    assertThat(files()).isEmpty();
  }

  @Test
  void aLinkWhoseAnswerWasLostCounts() throws IOException {
    assertThat(
            link(
                (name, file) -> {
                  Files.createLink(name, file);
                  failing("Connection timed out").link(name, file);
                }))
        .isTrue();
    assertThat(files()).containsExactly(folder.resolve("file"));
  }

  /** Files of a disk as a store's: closing one publishes what was written before it failed. */
  private static final class Publishing extends RawLocalFileSystem {
    private final int written;
    private int failures;

    Publishing(int written, int failures) throws IOException {
      this.written = written;
      this.failures = failures;
      initialize(URI.create("oss://bucket"), new Configuration());
    }

    @Override
    public URI getUri() {
      return URI.create("oss://bucket");
    }

    @Override
    public FSDataOutputStream create(
        org.apache.hadoop.fs.Path file,
        boolean overwrite,
        int buffer,
        short replication,
        long block,
        org.apache.hadoop.util.Progressable progress)
        throws IOException {
      OutputStream out = super.create(file, overwrite, buffer, replication, block, progress);
      return new FSDataOutputStream(failures-- > 0 ? part(out) : out, null);
    }

    private OutputStream part(OutputStream file) {
      return new FilterOutputStream(file) {
        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
          out.write(bytes, from, written);
          throw new IOException("no space in the buffer");
        }
      };
    }
  }

  private static org.apache.hadoop.fs.Path inBucket(Path file) {
    return new org.apache.hadoop.fs.Path("oss://bucket" + file);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5})
  void aPartThatAStorePublishesGoesAgain(int written) throws IOException {
    var file = inBucket(folder.resolve("file"));
    assertThatThrownBy(() -> ExclusiveFile.write(new Publishing(written, 9), file, CONTENT, "x"))
        .isInstanceOf(ExclusiveFile.UncertainException.class)
        .hasMessageContaining("no space in the buffer");
    assertThat(folder.resolve("file")).doesNotExist();
    assertThat(ExclusiveFile.write(new Publishing(written, 1), file, CONTENT, "x")).isTrue();
    assertThat(folder.resolve("file")).hasBinaryContent(CONTENT);
  }

  @Test
  void whatIsNoPartOfItIsAnothersAndStays() throws IOException {
    Files.writeString(folder.resolve("file"), "{\"other");
    var file = inBucket(folder.resolve("file"));
    assertThat(ExclusiveFile.write(new Publishing(5, 1), file, CONTENT, "x")).isFalse();
    assertThat(folder.resolve("file")).hasContent("{\"other");
  }
}
