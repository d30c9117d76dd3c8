package org.seqlm.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.ExitCode;
import org.seqlm.ObjectStore;
import org.seqlm.UserException;
import org.seqlm.neural.files.ResumeRules;
import org.seqlm.neural.files.RunFolder;

/** Artifacts where nothing is renamed into place: only what is known to be ours is removed. */
class ObjectStoreTest {
  private static final Configuration HADOOP = ObjectStore.configuration();
  private static final ResumeRules RULES = new ResumeRules(List.of(), List.of());

  @TempDir Path folder;
  private Path target;
  private String name;

  @BeforeEach
  void name() {
    target = folder.resolve("data");
    name = ObjectStore.name(target);
  }

  private ArtifactWriter create(Overwrite overwrite) throws IOException {
    return ArtifactWriter.create(HADOOP, name, overwrite);
  }

  private static void publish(ArtifactWriter out) throws IOException {
    out.publish(Manifest.of(ArtifactKind.EVALUATION, Map.of(), Map.of(), 7, Map.of()));
  }

  private RunFolder open(Overwrite overwrite) throws IOException {
    RunFolder folder =
        RunFolder.find(
            HADOOP,
            name,
            RunFolder.Identity.of("job", Map.of(), Map.of(), 7),
            RULES,
            overwrite,
            RunFolder.Resume.IF_POSSIBLE);
    folder.begin(-1);
    return folder;
  }

  private static void refused(ThrowingCallable attempt) {
    assertThatThrownBy(attempt)
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
        .hasMessageContaining("is no artifact of ours");
  }

  private List<String> files() throws IOException {
    try (var files = Files.walk(target)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> target.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @EnumSource(Overwrite.class)
  void aStrangersFolderStays(Overwrite overwrite) throws IOException {
    Files.createDirectory(target);
    Files.writeString(target.resolve("precious.txt"), "x");
    refused(() -> create(overwrite));
    refused(() -> OutputCheck.folder(HADOOP, name, overwrite));
    refused(() -> open(overwrite));
    assertThat(files()).containsExactly("precious.txt");
  }

  @ParameterizedTest
  @EnumSource(Overwrite.class)
  void aStrangersFileStays(Overwrite overwrite) throws IOException {
    Files.writeString(target, "x");
    refused(() -> create(overwrite));
    refused(() -> open(overwrite));
    assertThat(target).hasContent("x");
  }

  @Test
  void whatIsPublishedIsAllThatIsThere() throws IOException {
    Files.createDirectory(target);
    try (ArtifactWriter out = create(Overwrite.REFUSE)) {
      out.write("sub/a", "1");
      publish(out);
    }
    assertThat(files()).containsExactly("manifest.json", "sub/a");
    try (ArtifactWriter out = create(Overwrite.REPLACE)) {
      out.write("b", "2");
      publish(out);
    }
    assertThat(files()).containsExactly("b", "manifest.json");
  }

  @Test
  void aFailureLeavesNothing() throws IOException {
    try (ArtifactWriter out = create(Overwrite.REFUSE)) {
      out.write("sub/a", "1");
    }
    assertThat(target).doesNotExist();
  }

  /** Neither the one that began nor the one that replaced a whole one. */
  @Test
  void whoStartsOverFindsNothingOfOneThatWasKilled() throws IOException {
    create(Overwrite.REFUSE).write("sub/a", "1");
    try (ArtifactWriter out = create(Overwrite.REFUSE)) {
      out.write("b", "2");
      publish(out);
    }
    assertThat(files()).containsExactly("b", "manifest.json");
    create(Overwrite.REPLACE).write("c", "3");
    try (ArtifactWriter out = create(Overwrite.REFUSE)) {
      out.write("d", "4");
      publish(out);
    }
    assertThat(files()).containsExactly("d", "manifest.json");
  }

  @Test
  void aRunGoesOnInItsFolder() throws IOException {
    assertThat(open(Overwrite.REFUSE).found()).isEqualTo(RunFolder.Found.NOTHING);
    assertThat(files()).containsExactly("run.json");
    RunFolder run = open(Overwrite.REFUSE);
    assertThat(run.found()).isEqualTo(RunFolder.Found.UNFINISHED);
    run.writeMetrics(1, List.of("{}"));
    run.complete(Map.of());
    assertThat(files()).containsExactly("manifest.json", "metrics/00000001.jsonl", "run.json");
    assertThat(open(Overwrite.REPLACE).found()).isEqualTo(RunFolder.Found.NOTHING);
    assertThat(files()).containsExactly("run.json");
  }
}
