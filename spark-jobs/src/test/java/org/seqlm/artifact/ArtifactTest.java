package org.seqlm.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.kernels.Processor;
import org.seqlm.neural.files.ResumeRules;
import org.seqlm.neural.files.RunFolder;
import org.seqlm.store.HashedFile;

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
  void whatKilledTasksLeftIsNotPublished() throws IOException {
    try (ArtifactWriter out = ArtifactWriter.create(HADOOP, target.toString(), Overwrite.REFUSE)) {
      out.write("part/a.bin", "whole");
      Path part = Path.of(out.folder().toUri()).resolve("part");
      Files.writeString(part.resolve(".a.bin.6.tmp"), "who");
      out.publish(manifest("x"));
    }
    try (var files = Files.list(ArtifactFiles.file(target, "part"))) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactly("a.bin");
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

  /** After the new one's files are written, and before they count. */
  @Test
  void aProcessThatDiesWhileReplacingLosesNothing() throws IOException {
    publish("old", Overwrite.REFUSE);
    ArtifactWriter killed = ArtifactWriter.create(HADOOP, target.toString(), Overwrite.REPLACE);
    killed.write("sub/file.txt", "new");
    assertThat(ArtifactReader.open(HADOOP, target.toString()).readVerified("sub/file.txt"))
        .asString()
        .isEqualTo("old");
    // Who comes after it is in nobody's way, and removes only what it replaces.
    publish("newer", Overwrite.REPLACE);
    assertThat(ArtifactReader.open(HADOOP, target.toString()).readVerified("sub/file.txt"))
        .asString()
        .isEqualTo("newer");
    assertThat(Path.of(killed.folder().toUri()).resolve("sub/file.txt")).hasContent("new");
    try (var entries = Files.list(target)) {
      assertThat(entries)
          .containsExactlyInAnyOrder(
              ArtifactFiles.manifestFile(target),
              ArtifactFiles.data(target),
              Path.of(killed.folder().toUri()));
    }
  }

  @Test
  void processorIsNamedByItsModelAndExtensions() {
    List<String> intel =
        List.of(
            "processor : 0", "model name\t: Some CPU @ 2 GHz", "flags\t\t: fpu avx2 fma amx_tile");
    assertThat(Processor.kind("amd64", intel))
        .isEqualTo("amd64 Some CPU @ 2 GHz avx2 fma amx_tile");
    assertThat(Processor.kind("aarch64", List.of("processor\t: 0"))).isEqualTo("aarch64");
    assertThat(Processor.kind()).isNotBlank();
  }

  @Test
  void keysThatDifferAreNamedWithBothValues() {
    ResumeRules rules = new ResumeRules(List.of("output", "group"), List.of("length"));
    var was = Json.tree(Map.of("output", "a", "length", 1, "seed", 1, "group", Map.of("x", 1)));
    var is = Json.tree(Map.of("output", "b", "length", 2, "seed", 1L, "group", Map.of("x", 2)));
    assertThat(rules.conflicts(was, is, RunFolder.Resume.REQUIRED)).isEmpty();
    assertThat(rules.conflicts(was, is, RunFolder.Resume.IF_POSSIBLE))
        .containsExactly("length was 1, now is 2");
    assertThat(rules.onlyExtends(was, is)).isTrue();
    assertThat(rules.decisive(was)).isEqualTo(rules.decisive(is)).containsOnlyKeys("seed");
    var more = Json.tree(Map.of("seed", 1, "grouped", 1));
    assertThat(rules.conflicts(was, more, RunFolder.Resume.REQUIRED))
        .containsExactly("grouped was unknown, now is 1");
  }

  /** A key that came later: runs without it go on, by the value that they went by. */
  @Test
  void runsOfEarlierReleasesGoOn() {
    ResumeRules rules = new ResumeRules(List.of(), List.of(), Map.of("group.kind", "plain"));
    var was = Json.tree(Map.of("seed", 1));
    var same = Json.tree(Map.of("seed", 1, "group", Map.of("kind", "plain")));
    var other = Json.tree(Map.of("seed", 1, "group", Map.of("kind", "new")));
    assertThat(rules.conflicts(was, same, RunFolder.Resume.REQUIRED)).isEmpty();
    assertThat(rules.conflicts(same, was, RunFolder.Resume.REQUIRED)).isEmpty();
    assertThat(rules.decisive(same)).isEqualTo(rules.decisive(was)).containsOnlyKeys("seed");
    assertThat(rules.conflicts(was, other, RunFolder.Resume.REQUIRED))
        .containsExactly("group.kind was plain, now is new");
    assertThat(rules.decisive(other)).containsOnlyKeys("seed", "group.kind");
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

  /** A task that still runs while an interrupted driver removes what it began. */
  @Test
  void whoComesAfterTheEndMakesNoFolderAgain() throws IOException {
    ArtifactWriter out = ArtifactWriter.create(HADOOP, target.toString(), Overwrite.REFUSE);
    org.apache.hadoop.fs.Path staging = out.folder();
    out.close();
    assertThatThrownBy(
            () ->
                HashedFile.write(
                    staging.getFileSystem(HADOOP), staging, "part/a", 7, to -> to.write(1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is gone");
    try (var entries = Files.list(folder)) {
      assertThat(entries).isEmpty();
    }
  }

  @Test
  void whereNothingCanBeWrittenIsToldBeforeAnyWork() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    target = file.resolve("sub/out");
    assertThatThrownBy(() -> OutputCheck.folder(HADOOP, target.toString(), Overwrite.REFUSE))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("output " + target + " cannot be written");
    // What can be written is only tried.
    target = folder.resolve("new/sub/out");
    OutputCheck.folder(HADOOP, target.toString(), Overwrite.REFUSE);
    try (var entries = Files.list(folder)) {
      assertThat(entries).containsExactly(file);
    }
  }

  @Test
  void aManifestThatIsNoneIsDamaged() throws IOException {
    publish("hello", Overwrite.REFUSE);
    Path manifest = target.resolve(Manifest.FILE_NAME);
    String whole = Files.readString(manifest);
    record Case(String content, String why) {}
    for (Case c :
        List.of(
            new Case("", "it is empty"),
            new Case("\0\0\0\0\0\0\0\0", "it is no JSON"),
            new Case(whole.substring(0, whole.length() / 2), "it is no JSON"),
            new Case("null", "it is no JSON object"),
            new Case("[]", "it is no JSON object"),
            new Case("{}", "it tells no format-version"),
            new Case(whole.replace("\"files\"", "\"fils\""), "a part of it is missing"),
            new Case(whole.replace("\"seed\" : 7", "\"seed\" : \"x\""), "\"x\""))) {
      Files.writeString(manifest, c.content);
      Files.deleteIfExists(target.resolve("." + Manifest.FILE_NAME + ".crc"));
      assertThatThrownBy(() -> ArtifactReader.open(HADOOP, target.toString()))
          .isInstanceOfSatisfying(
              UserException.class,
              e -> {
                assertThat(e.exitCode()).as(c.why).isEqualTo(ExitCode.DATA);
                assertThat(e.problems()).hasSize(1);
                assertThat(e).hasMessageStartingWith(manifest + " is damaged: ");
                assertThat(e).hasMessageContaining(c.why);
                assertThat(e).hasMessageEndingWith("; make the artifact again");
              });
    }
    // Making it again is what works.
    publish("again", Overwrite.REPLACE);
    assertThat(ArtifactReader.open(HADOOP, target.toString()).readVerified("sub/file.txt"))
        .asString()
        .isEqualTo("again");
  }

  @Test
  void readersRefuseWhatTheyDoNotKnow() throws IOException {
    publish("hello", Overwrite.REFUSE);
    assertThatThrownBy(() -> ArtifactReader.open(HADOOP, target.toString(), ArtifactKind.DATASET))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("is of kind evaluation");
    Files.writeString(ArtifactFiles.file(target, "sub/file.txt"), "hellp");
    Files.deleteIfExists(ArtifactFiles.file(target, "sub/.file.txt.crc"));
    assertThatThrownBy(
            () -> ArtifactReader.open(HADOOP, target.toString()).readVerified("sub/file.txt"))
        .hasMessageContaining("damaged");
    Path manifest = target.resolve(Manifest.FILE_NAME);
    Files.writeString(
        manifest,
        Files.readString(manifest).replace("\"format-version\" : 2", "\"format-version\" : 9"));
    Files.deleteIfExists(target.resolve("." + Manifest.FILE_NAME + ".crc"));
    assertThatThrownBy(() -> ArtifactReader.open(HADOOP, target.toString()))
        .hasMessageContaining("format version 9");
    assertThatThrownBy(() -> ArtifactReader.open(HADOOP, folder.resolve("none").toString()))
        .hasMessageContaining("does not exist");
  }
}
