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
import org.seqlm.ArtifactFiles;
import org.seqlm.ExitCode;
import org.seqlm.ObjectStore;
import org.seqlm.UserException;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.files.ModelArtifact;
import org.seqlm.neural.files.ResumeRules;
import org.seqlm.neural.files.RunFinder;
import org.seqlm.neural.files.RunFolder;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.plain.Letters;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.Vocabulary;

/** Artifacts where nothing is renamed into place: only what is known to be ours is removed. */
class ObjectStoreTest {
  private static final Configuration HADOOP = ObjectStore.configuration();
  private static final ResumeRules RULES = new ResumeRules(List.of(), List.of());
  private static final ModelArtifact.NetworkFile NETWORK =
      new ModelArtifact.NetworkFile(
          new LanguageNetwork(InputKind.EMBEDDING, 3, CellKind.LSTM, 1, 2, 4, 0, 1),
          TextRules.of(TokenizerKind.CHAR));
  private static final Vocabulary VOCABULARY = Letters.vocabulary(4);

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
    RunFolder run =
        RunFinder.find(
            HADOOP,
            name,
            RunFolder.Identity.of("job", Map.of(), Map.of(), 7),
            RULES,
            overwrite,
            RunFolder.Resume.IF_POSSIBLE);
    run.checkpoints(new ModelArtifact.Content(NETWORK, VOCABULARY));
    run.begin(-1);
    return run;
  }

  private static void refused(ThrowingCallable attempt) {
    assertThatThrownBy(attempt)
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
        .hasMessageContaining("is no artifact of ours");
  }

  /** Those of the artifact by its manifest, and whatever else there is. */
  private List<String> files() throws IOException {
    return List.copyOf(ArtifactFiles.content(target).keySet());
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

  /** Neither the one that began nor the one that was to replace a whole one is in the way. */
  @Test
  void whoStartsOverIsNotHinderedByOneThatWasKilled() throws IOException {
    ArtifactWriter first = create(Overwrite.REFUSE);
    first.write("sub/a", "1");
    String left = first.folder().getName() + "/sub/a";
    try (ArtifactWriter out = create(Overwrite.REFUSE)) {
      out.write("b", "2");
      publish(out);
    }
    assertThat(files()).containsExactlyInAnyOrder("b", "manifest.json", left);
    ArtifactWriter second = create(Overwrite.REPLACE);
    second.write("c", "3");
    String more = second.folder().getName() + "/c";
    // The whole one is still there.
    assertThatThrownBy(() -> create(Overwrite.REFUSE)).hasMessageContaining("give --overwrite");
    assertThat(files()).containsExactlyInAnyOrder("b", "manifest.json", left, more);
    try (ArtifactWriter out = create(Overwrite.REPLACE)) {
      out.write("d", "4");
      publish(out);
    }
    // What they left belongs to nobody, and nobody removes it by guess.
    assertThat(files()).containsExactlyInAnyOrder("d", "manifest.json", left, more);
  }

  @Test
  void aRunGoesOnInItsFolder() throws IOException {
    assertThat(open(Overwrite.REFUSE).found()).isEqualTo(RunFolder.Found.NOTHING);
    assertThat(files()).containsExactly("manifest.json");
    RunFolder run = open(Overwrite.REFUSE);
    assertThat(run.found()).isEqualTo(RunFolder.Found.UNFINISHED);
    assertThat(ArtifactFiles.manifest(target).run().term()).isEqualTo(2);
    run.writeMetrics(1, List.of("{}"));
    run.complete(Map.of());
    assertThat(ArtifactFiles.isComplete(target)).isTrue();
    String metrics = ArtifactFiles.files(target).get(0);
    assertThat(metrics).matches("metrics/00000001-[0-9a-f]{12}\\.jsonl");
    assertThat(files()).containsExactly("manifest.json", metrics);
    // The old one stays until the new one has come to its end.
    RunFolder anew = open(Overwrite.REPLACE);
    assertThat(anew.found()).isEqualTo(RunFolder.Found.NOTHING);
    assertThat(files()).containsExactly("manifest.json", metrics);
    assertThat(ArtifactFiles.files(target)).isEmpty();
    anew.complete(Map.of());
    assertThat(files()).containsExactly("manifest.json");
    assertThat(ArtifactFiles.manifest(target).run().term()).isEqualTo(3);
  }
}
