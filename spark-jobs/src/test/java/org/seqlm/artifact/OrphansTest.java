package org.seqlm.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ObjectStore;
import org.seqlm.artifact.Orphans.Orphan;
import org.seqlm.store.FileEntry;

/** What of a folder is a writer's and counts for nothing. */
class OrphansTest {
  private static final Configuration HADOOP = ObjectStore.configuration();
  private static final String WRITER = "00000000000a";
  private static final String DATA = "data-0123456789ab";
  private static final RunState COMPLETE =
      new RunState(1, WRITER, "job", RunState.Phase.COMPLETE, null);
  private static final RunState TRAINING =
      new RunState(1, WRITER, "job", RunState.Phase.TRAINING, null);

  @TempDir Path folder;

  private void put(String... paths) throws IOException {
    for (String path : paths) {
      Path file = folder.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "four");
    }
  }

  private void manifest(String path, ArtifactKind kind, String data) throws IOException {
    put(path);
    Files.writeString(
        folder.resolve(path),
        Json.pretty(Manifest.of(kind, Map.of(), Map.of(), 1, Map.of()).withFiles(List.of(), data)));
  }

  private Map<String, Orphan> find(String name, Set<String> counted, RunState run)
      throws IOException {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(name);
    FileSystem fs = path.getFileSystem(HADOOP);
    Map<String, Orphan> found = new TreeMap<>();
    for (Orphan orphan : Orphans.find(fs, fs.makeQualified(path), counted, run)) {
      assertThat(found.put(orphan.path(), orphan)).isNull();
    }
    return found;
  }

  private Set<String> paths(RunState run, String... counted) throws IOException {
    return find(folder.toString(), Set.of(counted), run).keySet();
  }

  @Test
  void whatOnlyAWriterNamesSoIsFoundWhereHeNamesIt() throws IOException {
    manifest("manifest-3.json", ArtifactKind.RUN, null);
    manifest("model/manifest.json", ArtifactKind.MODEL, DATA);
    manifest("model/manifest-2.json", ArtifactKind.MODEL, "data-00000000000b");
    manifest("checkpoints/7/manifest.json", ArtifactKind.CHECKPOINT, DATA);
    put(
        "manifest-2.json",
        ".manifest-4.json.0123456789ab.tmp",
        "..manifest-4.json.0123456789ab.tmp.crc",
        ".seqlm.incomplete",
        DATA + "/any/name",
        "model/" + DATA + "/network.json",
        "model/data-00000000000b/network.json",
        "model/data-00000000000b/.network.json.3.tmp",
        "checkpoints/7/" + DATA + "/checkpoint.json",
        "checkpoints/8/checkpoint.json",
        "checkpoints/8/.moment-2.safetensors.0.tmp",
        "metrics/00000007-0123456789ab.jsonl",
        "metrics/00000008-0123456789ab.jsonl",
        "metrics/.00000009-0123456789ab.jsonl.0.tmp",
        "metrics/00000006.jsonl",
        "state/" + WRITER + "/7/0.3",
        "state/" + WRITER + "/7/.0.3.crc",
        "state/" + WRITER + "/8/0.4",
        "state/0e02b2c3-1234-4abc-8def-0123456789ab/1/0.0",
        "state/7/0.3",
        "state/7/.0.3.crc",
        "state/7/shared");
    assertThat(
            paths(
                COMPLETE,
                "manifest-3.json",
                "model/manifest-2.json",
                "model/data-00000000000b/network.json",
                "metrics/00000007-0123456789ab.jsonl",
                "state/" + WRITER + "/7/0.3"))
        .containsExactlyInAnyOrder(
            "manifest-2.json",
            ".manifest-4.json.0123456789ab.tmp",
            "..manifest-4.json.0123456789ab.tmp.crc",
            ".seqlm.incomplete",
            DATA,
            "model/manifest.json",
            "model/" + DATA,
            "model/data-00000000000b/.network.json.3.tmp",
            "checkpoints/7/manifest.json",
            "checkpoints/7/" + DATA,
            "checkpoints/8/checkpoint.json",
            "checkpoints/8/.moment-2.safetensors.0.tmp",
            "metrics/00000008-0123456789ab.jsonl",
            "metrics/.00000009-0123456789ab.jsonl.0.tmp",
            "metrics/00000006.jsonl",
            "state/" + WRITER + "/8",
            "state/0e02b2c3-1234-4abc-8def-0123456789ab",
            "state/7/0.3",
            "state/7/.0.3.crc",
            "state/7/shared");
  }

  @Test
  void whatOthersNameStays() throws IOException {
    manifest("manifest.json", ArtifactKind.RUN, null);
    // Artifacts of their own, within the run's parts and in their places.
    manifest("model/eval/manifest.json", ArtifactKind.EVALUATION, DATA);
    manifest("checkpoints/7/manifest.json", ArtifactKind.NGRAMS, DATA);
    put(
        "model/eval/" + DATA + "/a",
        "checkpoints/7/" + DATA + "/a",
        "notes.txt",
        ".notes.txt.swp.tmp",
        ".x.3.tmp",
        "data/a",
        "data-0123456789AB/a",
        "manifest-1.json",
        "model/README.md",
        "model/.network.tmp",
        "model/config.json",
        "model/checkpoint.json",
        "checkpoints/best/checkpoint.json",
        "checkpoints/8/notes.txt",
        "checkpoints/8/eval/" + DATA + "/a",
        "checkpoints/manifest.json",
        "metrics/plot.png",
        "metrics/2026.jsonl",
        "metrics/.plot.png.0.tmp",
        "metrics/" + DATA + "/a",
        "state/notes",
        "state/ours/7/0.3",
        "state/7/notes",
        "state/7/deep/0.3");
    assertThat(paths(COMPLETE, "manifest.json")).isEmpty();
    // A manifest of which nobody can tell whose it is.
    put("model/manifest.json", "model/" + DATA + "/network.json");
    assertThat(paths(COMPLETE, "manifest.json")).isEmpty();
    assertThat(paths(COMPLETE, "manifest.json", "model/manifest.json"))
        .containsExactly("model/" + DATA);
  }

  @Test
  void whatARunLeftIsFoundWhereSomethingElseIsNow() throws IOException {
    manifest("manifest-2.json", ArtifactKind.NGRAMS, DATA);
    manifest("model/manifest.json", ArtifactKind.MODEL, "data-00000000000b");
    put(
        DATA + "/a",
        "model/data-00000000000b/network.json",
        "checkpoints/7/data-00000000000c/checkpoint.json",
        "metrics/00000007-0123456789ab.jsonl",
        "metrics/20261129.jsonl", // a date
        "state/" + WRITER + "/7/0.3");
    assertThat(paths(null, "manifest-2.json", DATA + "/a"))
        .containsExactlyInAnyOrder(
            "model/manifest.json",
            "model/data-00000000000b",
            "checkpoints/7/data-00000000000c",
            "metrics/00000007-0123456789ab.jsonl",
            "state/" + WRITER);
  }

  @Test
  void whatARunInTrainingGoesOnByStaysWhateverItsAge() throws IOException {
    manifest("manifest-9.json", ArtifactKind.RUN, null);
    for (int number = 2; number <= 4; number++) {
      manifest(
          "model/manifest-" + number + ".json", ArtifactKind.MODEL, "data-00000000000" + number);
      put("model/data-00000000000" + number + "/network.json");
    }
    put("state/" + WRITER + "/8/0.4", "state/00000000000b/7/0.3");
    String[] counted = {
      "manifest-9.json", "model/manifest-3.json", "model/data-000000000003/network.json"
    };
    assertThat(paths(TRAINING, counted))
        .containsExactlyInAnyOrder(
            "model/manifest-2.json", "model/data-000000000002", "state/00000000000b");
    assertThat(paths(COMPLETE, counted))
        .containsExactlyInAnyOrder(
            "model/manifest-2.json",
            "model/data-000000000002",
            "model/manifest-4.json",
            "model/data-000000000004",
            "state/00000000000b",
            "state/" + WRITER);
  }

  @Test
  void aFolderIsAsOldAsTheYoungestFileInIt() throws IOException {
    put(DATA + "/old", DATA + "/deep/older");
    Files.setLastModifiedTime(folder.resolve(DATA + "/old"), FileTime.fromMillis(2_000_000));
    Files.setLastModifiedTime(folder.resolve(DATA + "/deep/older"), FileTime.fromMillis(1_000_000));
    Path empty = Files.createDirectory(folder.resolve("data-00000000000e"));
    Files.setLastModifiedTime(empty, FileTime.fromMillis(3_000_000));
    Orphan full = new Orphan(DATA, 2, 8, 2_000_000);
    assertThat(find(folder.toString(), Set.of(), null).values())
        .containsExactly(new Orphan("data-00000000000e", 0, 0, 3_000_000), full);
    // An object store has no folders, and says of what looks like one that it was modified now.
    assertThat(find(ObjectStore.name(folder), Set.of(), null).values()).containsExactly(full);
  }

  @Test
  void whatReplacesARunInTrainingRemovesTheRunBeforeItToo() throws IOException {
    manifest("model/manifest.json", ArtifactKind.MODEL, DATA);
    manifest("model/manifest-2.json", ArtifactKind.MODEL, "data-00000000000b");
    put("model/" + DATA + "/network.json", "model/data-00000000000b/network.json");
    put("metrics/00000001-0123456789ab.jsonl", "metrics/notes");
    Manifest run = Manifest.of(ArtifactKind.RUN, Map.of(), Map.of(), 1, Map.of());
    Manifest before =
        run.withFiles(
            List.of(
                new FileEntry("model/manifest.json", 1, ""),
                new FileEntry("metrics/00000001-0123456789ab.jsonl", 4, "")),
            null);
    RunState state = new RunState(2, WRITER, "job", RunState.Phase.TRAINING, before);
    put("manifest-3.json");
    Files.writeString(
        folder.resolve("manifest-3.json"),
        Json.pretty(
            run.withFiles(List.of(new FileEntry("model/manifest-2.json", 1, "")), null)
                .withRun(state)));
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(folder.toString());
    Superseded.remove(path.getFileSystem(HADOOP), path, "manifest-3.json");
    try (var left = Files.walk(folder)) {
      assertThat(left.filter(Files::isRegularFile).map(file -> folder.relativize(file).toString()))
          .containsExactly("metrics/notes");
    }
  }
}
