package org.seqlm.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.seqlm.ArtifactFiles;
import org.seqlm.ExitCode;
import org.seqlm.UserException;

/** Whoever wrote a manifest, nothing outside of its folder is read, written or removed by it. */
class HostileManifestTest {
  private static final Configuration CONF = new Configuration();
  private static final String SECRET = "what only its owner may read";

  @TempDir Path folder;
  private Path artifact;
  private Path secret;

  @BeforeEach
  void write() throws IOException {
    artifact = folder.resolve("artifact");
    SmallArtifact.write(CONF, artifact.toString(), "w", Overwrite.REFUSE);
    secret = Files.writeString(folder.resolve("secret"), SECRET);
  }

  static List<String> names() {
    return List.of(
        "../../secret",
        "part/../../../secret",
        "..",
        ".",
        "",
        "/etc/passwd",
        "//host/share",
        "file:/etc/passwd",
        "file:///etc/passwd",
        "hdfs://nodes/secret",
        "s3a://bucket/secret",
        "part//0",
        "part/0/",
        "C:/secret",
        "..\\..\\secret",
        "part/0\n");
  }

  private void assertRefused(String name) {
    assertThatThrownBy(() -> ArtifactReader.open(CONF, artifact.toString()))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessageContaining("manifest.json is damaged")
        .hasMessageContaining(name)
        .message()
        .hasLineCount(1);
  }

  @ParameterizedTest
  @MethodSource("names")
  void aNameThatLeavesTheFolderIsRefused(String name) throws IOException {
    ArtifactFiles.edit(
        artifact, tree -> ((ObjectNode) tree.path("files").path(0)).put("path", name));
    assertRefused(name.strip());
    assertThatThrownBy(() -> SmallArtifact.write(CONF, artifact.toString(), "x", Overwrite.REFUSE))
        .isInstanceOf(UserException.class);
    assertThat(secret).hasContent(SECRET);
  }

  @ParameterizedTest
  @MethodSource("names")
  void aFolderOfFilesThatIsNoneOfOursIsRefused(String name) throws IOException {
    ArtifactFiles.edit(artifact, tree -> tree.put("data", name));
    assertRefused("data is no folder of an artifact's files: " + name.strip());
  }

  @Test
  void whatAReplacedManifestNamedOutsideStays() throws IOException {
    ArtifactFiles.edit(
        artifact, tree -> ((ObjectNode) tree.path("files").path(0)).put("path", "../../secret"));
    try {
      SmallArtifact.write(CONF, artifact.toString(), "x", Overwrite.REPLACE);
    } catch (UserException e) {
      assertThat(e).hasMessageContaining("damaged");
    }
    assertThat(secret).hasContent(SECRET);
  }

  @Test
  void detailsOfAnotherTypeAreRefusedInOneLine() throws IOException {
    ArtifactFiles.edit(artifact, tree -> tree.put("details", "no object"));
    ArtifactReader reader = ArtifactReader.open(CONF, artifact.toString());
    assertThatThrownBy(() -> reader.details(RunState.class))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("manifest.json is damaged")
        .message()
        .hasLineCount(1);
  }
}
