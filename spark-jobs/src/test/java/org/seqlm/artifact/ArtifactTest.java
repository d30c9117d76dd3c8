package org.seqlm.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ExitCode;
import org.seqlm.UserException;

class ArtifactTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;
  private Path target;

  @BeforeEach
  void name() {
    target = folder.resolve("out");
  }

  private Manifest manifest(String text) {
    return Manifest.of(ArtifactKind.EVALUATION, Map.of("a", "1"), Map.of("key", text), 7, Map.of());
  }

  private void publish(String text, Overwrite overwrite) throws IOException {
    try (ArtifactWriter out = ArtifactWriter.create(HADOOP, target.toString(), overwrite)) {
      out.write("sub/file.txt", text);
      out.publish(manifest(text));
    }
  }

  @Test
  void whatIsPublishedReadsBackAndNothingElseIsLeft() throws IOException {
    publish("hello", Overwrite.REFUSE);
    ArtifactReader reader = ArtifactReader.open(HADOOP, target.toString(), ArtifactKind.EVALUATION);
    assertThat(new String(reader.readVerified("sub/file.txt"), StandardCharsets.UTF_8))
        .isEqualTo("hello");
    assertThat(reader.manifest().seed()).isEqualTo(7);
    try (var entries = Files.list(folder)) {
      assertThat(entries).containsExactly(target);
    }
  }

  @Test
  void equalContentGivesEqualFingerprints() throws IOException {
    publish("hello", Overwrite.REFUSE);
    String first = ArtifactReader.open(HADOOP, target.toString()).manifest().fingerprint();
    publish("hello", Overwrite.REPLACE);
    assertThat(ArtifactReader.open(HADOOP, target.toString()).manifest().fingerprint())
        .isEqualTo(first);
    publish("other", Overwrite.REPLACE);
    assertThat(ArtifactReader.open(HADOOP, target.toString()).manifest().fingerprint())
        .isNotEqualTo(first);
  }

  @Test
  void aFailureLeavesTheOldArtifactAlone() throws IOException {
    publish("old", Overwrite.REFUSE);
    assertThatThrownBy(
            () -> {
              try (ArtifactWriter out =
                  ArtifactWriter.create(HADOOP, target.toString(), Overwrite.REPLACE)) {
                out.write("sub/file.txt", "new");
                throw new IllegalStateException("halfway");
              }
            })
        .hasMessage("halfway");
    assertThat(ArtifactReader.open(HADOOP, target.toString()).readVerified("sub/file.txt"))
        .asString()
        .isEqualTo("old");
    try (var entries = Files.list(folder)) {
      assertThat(entries).containsExactly(target);
    }
  }

  @Test
  void aCompleteOutputAndAStrangersFolderAreRefused() throws IOException {
    publish("old", Overwrite.REFUSE);
    assertThatThrownBy(() -> publish("new", Overwrite.REFUSE))
        .isInstanceOfSatisfying(
            UserException.class,
            e -> {
              assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
              assertThat(e).hasMessageContaining("--overwrite");
            });
    target = folder.resolve("mine");
    Files.createDirectories(target);
    Files.writeString(target.resolve("precious.txt"), "x");
    assertThatThrownBy(() -> publish("new", Overwrite.REPLACE))
        .hasMessageContaining("is no artifact of ours");
    assertThat(target.resolve("precious.txt")).exists();
  }

  @Test
  void readersRefuseWhatTheyDoNotKnow() throws IOException {
    publish("hello", Overwrite.REFUSE);
    assertThatThrownBy(() -> ArtifactReader.open(HADOOP, target.toString(), ArtifactKind.DATASET))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("is of kind evaluation");
    Files.writeString(target.resolve("sub/file.txt"), "hellp");
    Files.deleteIfExists(target.resolve("sub/.file.txt.crc"));
    assertThatThrownBy(
            () -> ArtifactReader.open(HADOOP, target.toString()).readVerified("sub/file.txt"))
        .hasMessageContaining("damaged");
    Path manifest = target.resolve(Manifest.FILE_NAME);
    Files.writeString(
        manifest,
        Files.readString(manifest).replace("\"format-version\" : 1", "\"format-version\" : 9"));
    Files.deleteIfExists(target.resolve("." + Manifest.FILE_NAME + ".crc"));
    assertThatThrownBy(() -> ArtifactReader.open(HADOOP, target.toString()))
        .hasMessageContaining("format version 9");
    assertThatThrownBy(() -> ArtifactReader.open(HADOOP, folder.resolve("none").toString()))
        .hasMessageContaining("does not exist");
  }
}
