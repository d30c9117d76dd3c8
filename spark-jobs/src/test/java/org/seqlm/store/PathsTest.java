package org.seqlm.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Overwrite;

class PathsTest {
  private static final Configuration CONF = new Configuration();

  @TempDir private Path folder;

  @Test
  void aColonMakesAScheme() {
    String here = "file:" + Path.of("").toAbsolutePath() + "/";
    for (String name : new String[] {"10:00.txt", "a:b", "1a:/b", "a b:/c", "x:y/z"}) {
      assertThat(Paths.of(name)).asString().isEqualTo(here + name);
    }
    for (String path :
        new String[] {
          "/a/10:00.txt", "x/10:00", "hdfs://host/a:b", "s3a://b/c", "file:/x", "plain"
        }) {
      assertThat(Paths.of(path)).asString().isEqualTo(path);
    }
    assertThatThrownBy(() -> Paths.of(""))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION));
  }

  @Test
  void artifactsMayHaveColonsInTheirNames() throws IOException {
    String name = folder.resolve("at 10:00").toString();
    for (Overwrite overwrite : Overwrite.values()) {
      try (ArtifactWriter out = ArtifactWriter.create(CONF, name, overwrite)) {
        out.write("sub/file.txt", overwrite.name());
        out.publish(Manifest.of(ArtifactKind.EVALUATION, Map.of(), Map.of(), 1, Map.of()));
      }
      ArtifactReader reader = ArtifactReader.open(CONF, name);
      assertThat(reader.readVerified("sub/file.txt")).asString().isEqualTo(overwrite.name());
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(Path.of(name));
    }
  }

  @Test
  void whatIsRemovedLeavesNoChecksum() throws IOException {
    org.apache.hadoop.fs.Path file = Paths.of(folder.resolve("x").toString());
    FileSystem local = file.getFileSystem(CONF);
    local.create(file).close();
    assertThat(folder.resolve(".x.crc")).exists();
    Paths.remove(Paths.plain(local), file);
    Paths.plain(local).create(file).close();
    Paths.remove(Paths.plain(local), file);
    assertThat(folder).isEmptyDirectory();
  }
}
