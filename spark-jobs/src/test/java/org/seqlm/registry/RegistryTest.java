package org.seqlm.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;

class RegistryTest {
  private final Configuration conf = new Configuration();
  @TempDir Path temporary;
  private String folder;
  private List<ArtifactReader> models;

  @BeforeEach
  void models() throws IOException {
    folder = temporary.resolve("registry").toString();
    models = SmallModels.line(conf, temporary.resolve("models").toString(), 3);
  }

  private Registry registry() throws IOException {
    return SmallModels.registry(conf, folder);
  }

  private static void refused(ExitCode code, String message, Work work) {
    assertThatThrownBy(work::run)
        .isInstanceOfSatisfying(UserException.class, e -> assertThat(e.exitCode()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  private interface Work {
    void run() throws IOException;
  }

  @Test
  void namesThatMayBeSlips() {
    assertThat(Beginning.isNear("models", "modles")).isTrue();
    assertThat(Beginning.isNear("models", "model")).isTrue();
    assertThat(Beginning.isNear("models-en", "models-de")).isTrue();
    assertThat(Beginning.isNear("models", "models")).isFalse();
    assertThat(Beginning.isNear("models-9", "models-10")).isFalse();
    assertThat(Beginning.isNear("en", "de")).isFalse();
    assertThat(Beginning.isNear("news", "newest")).isFalse();
  }

  @Test
  void aModelIsAddedOnceAndReadBack() throws IOException {
    SmallModels.add(registry(), models);
    Registry.Added again = registry().add(SmallModels.draft(models.get(1)), SmallModels.USER);
    assertThat(again.isNew()).isFalse();
    assertThat(again.version().number()).isEqualTo(2);
    RegistryState state = registry().state();
    assertThat(state.versions()).extracting(ModelVersion::parent).containsExactly(0, 1, 2);
    assertThat(SmallModels.read(conf, folder)).startsWith("champion 0; 1 candidate model 1 of 0");
    // The folder of its model is an artifact by itself.
    ModelVersion second = state.version(2);
    assertThat(ArtifactReader.open(conf, registry().modelFolder(second)).manifest().fingerprint())
        .isEqualTo(models.get(1).manifest().fingerprint());
    assertThat(SmallModels.counted(conf, folder)).contains(second.model() + "/manifest.json");
  }

  @Test
  void aNightHasOneVersionAndOneDecision() throws IOException {
    Registry registry = registry();
    VersionDraft draft = SmallModels.draft(models.get(0)).byNight("2026-11-28");
    Grounds grounds =
        Grounds.night(
            "2026-11-28",
            List.of("gain 0.02 above the margin"),
            Json.tree(Map.of("gain", 0.02, "documents", 2000)));
    int number = registry.add(draft, grounds).version().number();
    assertThat(registry.add(draft, grounds).isNew()).isFalse();
    refused(
        ExitCode.CONFIGURATION,
        "the night 2026-11-28 has version 1, which is another model",
        () -> registry.add(SmallModels.draft(models.get(1)).byNight("2026-11-28"), grounds));
    assertThat(registry.decisionOf("2026-11-28")).isEmpty();
    assertThat(registry.promote(number, 0, grounds).committed()).isTrue();
    assertThat(registry.promote(number, 0, grounds).committed()).isFalse();
    Decision decision = registry().decisionOf("2026-11-28").orElseThrow();
    assertThat(decision.reasons()).containsExactly("gain 0.02 above the margin");
    assertThat(decision.numbers().path("documents").asInt()).isEqualTo(2000);
    assertThat(decision.when()).isEqualTo("2100-11-28T03:12:00Z");
    assertThat(decision).isEqualTo(registry.state().history().get(1));
  }

  @Test
  void whatIsAttachedIsCopiedOrWrittenDown() throws IOException {
    String counts = temporary.resolve("counts").toString();
    ArtifactReader artifact = SmallModels.write(conf, counts, "counts", ArtifactKind.NGRAMS, null);
    registry().add(SmallModels.draft(models.get(0)).copy(Role.COUNTS, artifact), SmallModels.USER);
    registry()
        .add(
            SmallModels.draft(models.get(1))
                .reference(Role.COUNTS, artifact)
                .document(Role.METRICS, "{}"),
            SmallModels.USER);
    SmallModels.write(conf, counts, "others", ArtifactKind.NGRAMS, null);
    ArtifactReader copy = registry().artifact(1, Role.COUNTS).orElseThrow();
    assertThat(new String(copy.readVerified("network.json"), StandardCharsets.UTF_8))
        .isEqualTo("network of counts");
    refused(
        ExitCode.DATA,
        "is not what version 2 was added with",
        () -> registry().artifact(2, Role.COUNTS));
    assertThat(registry().document(2, Role.METRICS))
        .hasValue("{}".getBytes(StandardCharsets.UTF_8));
    assertThat(registry().document(1, Role.REPORT)).isEmpty();
    refused(
        ExitCode.DATA,
        "is of kind model, but counts are of kind ngrams",
        () -> SmallModels.draft(models.get(0)).copy(Role.COUNTS, models.get(1)));
    refused(
        ExitCode.DATA,
        "is of kind ngrams, but a registry takes neural models",
        () -> VersionDraft.of(artifact, "counts"));
  }

  @Test
  void aPathNamesTheChampionOrAVersion() throws IOException {
    SmallModels.add(registry(), models);
    refused(ExitCode.CONFIGURATION, "has no champion", () -> RegistryPath.model(conf, folder));
    registry().promote(3, SmallModels.USER);
    String third = registry().modelFolder(registry().state().version(3));
    assertThat(RegistryPath.model(conf, folder)).isEqualTo(third);
    assertThat(RegistryPath.model(conf, folder + "#champion")).isEqualTo(third);
    assertThat(RegistryPath.model(conf, folder + "#3")).isEqualTo(third);
    refused(
        ExitCode.CONFIGURATION,
        "#best selects nothing of the registry",
        () -> RegistryPath.model(conf, folder + "#best"));
    refused(
        ExitCode.CONFIGURATION,
        "there is no version 4",
        () -> RegistryPath.model(conf, folder + "#4"));
    String other = models.get(0).name();
    assertThat(RegistryPath.model(conf, other + "#order=2")).isEqualTo(other + "#order=2");
  }

  @Test
  void pruningRemovesFilesAndOrphansThatAreOldEnough() throws IOException {
    SmallModels.add(registry(), models);
    registry().promote(1, SmallModels.USER);
    Path orphan = temporary.resolve("registry/versions/2026-11-28-0123456789ab/model/x");
    Files.createDirectories(orphan.getParent());
    Files.writeString(orphan, "of a killed writer");
    Path stranger = Files.createDirectories(temporary.resolve("registry/versions/mine"));
    Registry now = Registry.open(conf, folder);
    Registry.Pruned pruned = now.prune(1, Duration.ofHours(1), SmallModels.USER);
    assertThat(pruned.versions()).containsExactly(2);
    assertThat(pruned.files()).isEqualTo(4);
    assertThat(orphan).exists();
    assertThat(registry().prune(1, Duration.ofHours(1), SmallModels.USER).files()).isEqualTo(1);
    assertThat(orphan).doesNotExist();
    assertThat(stranger).exists();
    refused(ExitCode.CONFIGURATION, "version 2 was pruned", () -> registry().model(2));
    // Its model may come again.
    Registry.Added again = registry().add(SmallModels.draft(models.get(1)), SmallModels.USER);
    assertThat(again.version().number()).isEqualTo(4);
    assertThat(again.version().parent()).isEqualTo(1);
  }

  @Test
  void aRegistryOfTheFirstFormatIsRead() throws IOException {
    Path stored = Path.of(getClass().getResource("/registry-1").getPath());
    copy(stored, temporary.resolve("registry"));
    assertThat(SmallModels.read(conf, folder))
        .isEqualTo(
            "champion 1; 1 champion model 1 of 0, 4 files; 2 pruned model 2 of 1, 0 files; 3"
                + " kept model 3 of 2, 4 files; added 1; added 2; added 3; promoted 1; promoted 2;"
                + " rolled-back 1; kept 3; pruned 2");
    assertThat(registry().decisionOf("2026-11-28").map(Decision::what)).contains(Outcome.KEPT);
    registry().promote(3, 1, SmallModels.USER);
    assertThat(registry().state().champion()).isEqualTo(3);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }

  @Test
  void whatIsNoRegistryIsRefused() throws IOException {
    SmallModels.add(registry(), models.subList(0, 1));
    Path manifest = temporary.resolve("registry/manifest.json");
    String text = Files.readString(manifest);
    Files.writeString(manifest, text.replace("\"format\" : 1", "\"format\" : 2"));
    refused(
        ExitCode.DATA,
        "is a registry of format 2, but this release reads 1 to 1: use the release that wrote it",
        () -> Registry.open(conf, folder));
    Files.writeString(manifest, text.replace("\"champion\" : 0", "\"champion\" : 1"));
    refused(ExitCode.DATA, "its manifest says what cannot be", () -> Registry.open(conf, folder));
    Files.writeString(manifest, text.replace("\"parent\" : 0,", ""));
    refused(ExitCode.DATA, "is damaged", () -> Registry.open(conf, folder));
    String model = models.get(0).name();
    refused(
        ExitCode.DATA,
        "is of kind model, but a registry is needed here",
        () -> Registry.open(conf, model));
    refused(ExitCode.DATA, "is of kind model", () -> Registry.openOrBegin(conf, model));
    String none = temporary.resolve("none").toString();
    refused(ExitCode.DATA, "does not exist: seqlm models add", () -> Registry.open(conf, none));
    String mine = temporary.resolve("models").toString();
    refused(
        ExitCode.CONFIGURATION,
        "exists and is no registry",
        () -> Registry.openOrBegin(conf, mine));
  }

  @Test
  void comparisonsSayWhichIsBetter() throws IOException {
    Registry registry = registry();
    registry.add(SmallModels.draft(models.get(0)), SmallModels.USER);
    registry.add(
        SmallModels.draft(models.get(1))
            .figure("loss", 2.25, Figure.Better.LOWER)
            .figure("accuracy", 0.5, Figure.Better.HIGHER),
        SmallModels.USER);
    RegistryState state = registry.state();
    VersionComparison comparison =
        VersionComparison.of(
            state.version(1),
            Json.mapper().readTree("{\"a\": {\"b\": 1, \"c\": [1]}, \"d\": null}"),
            state.version(2),
            Json.mapper().readTree("{\"a\": {\"b\": 2, \"c\": [1]}, \"e\": \"x\"}"));
    assertThat(comparison.figures())
        .containsExactly(
            new VersionComparison.Gap(
                "accuracy", null, 0.5, null, VersionComparison.Verdict.UNKNOWN),
            new VersionComparison.Gap("loss", 2.5, 2.25, -0.25, VersionComparison.Verdict.BETTER));
    assertThat(comparison.config())
        .containsExactly(
            new VersionComparison.Pair("a.b", "1", "2"),
            new VersionComparison.Pair("d", "null", null),
            new VersionComparison.Pair("e", null, "x"));
    assertThat(comparison.inputs())
        .extracting(VersionComparison.Pair::name)
        .containsExactly("dataset", "start-from");
  }

  /** Numbers that no gate may bring: the state is read at each commit. */
  @Test
  void numbersAreShort() {
    assertThatThrownBy(
            () ->
                Grounds.night(
                    "n", List.of(), Json.tree(Map.of("text", "x".repeat(Grounds.LONGEST)))))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("numbers must be at most 16384 bytes");
    assertThatThrownBy(() -> Grounds.night("../n", List.of(), null))
        .hasMessageContaining("night must be 1 to 64 letters");
  }

  /** Whoever wrote the registry, nothing outside of its folder is read or pruned by it. */
  @Test
  void whatLeavesTheRegistryIsRefused() throws IOException {
    SmallModels.add(registry(), models);
    Path manifest = ArtifactFiles.manifestFile(Path.of(folder));
    String text = Files.readString(manifest);
    String version = registry().state().version(1).folder();
    for (String hostile :
        List.of("versions/../../models", "../models", "/etc", "file:/etc", "versions")) {
      Files.writeString(manifest, text.replace(version, hostile));
      refused(ExitCode.DATA, "damaged", () -> registry().state());
    }
    assertThatThrownBy(() -> new Attachment(Role.REPORT, Attachment.Held.COPY, "../../secret", "f"))
        .hasMessage("the attachment \"../../secret\" lies outside of the registry");
  }
}
