package org.seqlm.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.store.DataFolder;
import org.seqlm.store.ExclusiveFile;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Sha256;

/** Commits on this machine's disks: who comes first, and what the losers leave. */
class ManifestLogTest {
  @TempDir Path folder;
  private FileSystem fs;

  @BeforeEach
  void open() throws IOException {
    fs = FileSystem.getLocal(new Configuration());
  }

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toString());
  }

  private FileEntry commit(int number, String unique) throws IOException {
    Manifest manifest =
        Manifest.of(ArtifactKind.EVALUATION, Map.of(), Map.of(), 1, Map.of())
            .withFiles(List.of(), "data-" + unique);
    return ManifestLog.commit(fs, hadoop(folder), number, manifest, unique);
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void ofTwoWhoWriteOneFileExactlyOneDoes() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    CyclicBarrier together = new CyclicBarrier(2);
    try {
      for (int i = 0; i < 100; i++) {
        Path file = folder.resolve("file" + i);
        List<Future<Boolean>> written = new ArrayList<>();
        for (int who = 0; who < 2; who++) {
          String unique = "writer" + who;
          Callable<Boolean> write =
              () -> {
                together.await();
                byte[] content = unique.getBytes(StandardCharsets.UTF_8);
                return ExclusiveFile.write(fs, hadoop(file), content, unique);
              };
          written.add(threads.submit(write));
        }
        boolean first = written.get(0).get();
        assertThat(written.get(1).get()).isEqualTo(!first);
        assertThat(file).hasContent(first ? "writer0" : "writer1");
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(names()).hasSize(100).allMatch(name -> name.startsWith("file"));
  }

  @Test
  void whoWritesTheSameBytesAgainHasWrittenThem() throws IOException {
    byte[] content = "once".getBytes(StandardCharsets.UTF_8);
    assertThat(ExclusiveFile.write(fs, hadoop(folder.resolve("a")), content, "x")).isTrue();
    assertThat(ExclusiveFile.write(fs, hadoop(folder.resolve("a")), content, "x")).isTrue();
    assertThat(ExclusiveFile.write(fs, hadoop(folder.resolve("a")), new byte[] {1}, "y")).isFalse();
    assertThat(folder.resolve("a")).hasContent("once");
    assertThat(names()).containsExactly("a");
  }

  @Test
  void namesTellNumbers() {
    assertThat(ManifestLog.name(1)).isEqualTo("manifest.json");
    assertThat(ManifestLog.name(12)).isEqualTo("manifest-12.json");
    for (String name : List.of("manifest.json", "manifest-2.json", "manifest-999999999.json")) {
      assertThat(ManifestLog.isManifest(name)).as(name).isTrue();
    }
    for (String name :
        List.of(
            "manifest-0.json",
            "manifest-02.json",
            "manifest--1.json",
            "manifest-9999999999.json",
            ".manifest.json.0123456789ab.tmp",
            "manifest.json.crc",
            "a-manifest.json")) {
      assertThat(ManifestLog.isManifest(name)).as(name).isFalse();
    }
    Set<String> drawn = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      assertThat(DataFolder.isOne(DataFolder.name(DataFolder.unique()))).isTrue();
      drawn.add(DataFolder.unique());
    }
    assertThat(drawn).hasSize(1000);
    assertThat(DataFolder.isOne("data-0123456789AB")).isFalse();
    assertThat(DataFolder.isOne("data-0123456789ab/..")).isFalse();
  }

  @Test
  void theHighestNumberCounts() throws IOException {
    assertThat(ManifestLog.newest(fs, hadoop(folder.resolve("none")))).isNull();
    assertThat(ManifestLog.newest(fs, hadoop(folder))).isNull();
    for (String name : List.of("manifest.json", "manifest-9.json", "manifest-10.json")) {
      Files.writeString(folder.resolve(name), "{}");
    }
    Files.createDirectory(folder.resolve("manifest-11.json"));
    assertThat(ManifestLog.newest(fs, hadoop(folder)).number()).isEqualTo(10);
    assertThat(ManifestLog.all(fs, hadoop(folder)))
        .extracting(ManifestLog.Entry::number)
        .containsExactly(1, 9, 10);
  }

  @Test
  void aCommitIsForThoseWhoSawTheOneBefore() throws IOException {
    FileEntry first = commit(1, "000000000001");
    assertThat(first.path()).isEqualTo("manifest.json");
    assertThat(first.bytes()).isEqualTo(Files.size(folder.resolve("manifest.json")));
    assertThat(first.sha256())
        .isEqualTo(Sha256.of(Files.readAllBytes(folder.resolve("manifest.json"))));
    assertThat(commit(1, "000000000002")).isNull();
    assertThat(commit(2, "000000000003").path()).isEqualTo("manifest-2.json");
    assertThat(commit(2, "000000000004")).isNull();
    assertThat(names()).containsExactly("manifest-2.json", "manifest.json");
  }

  /** On disks without hard links a file is there before it is whole. */
  @Test
  void whatIsBeingWrittenDoesNotCountYet() throws IOException {
    commit(1, "000000000001");
    Path next = folder.resolve("manifest-2.json");
    for (String part : List.of("", "{\"format-version\" : 2, \"ki", "\0\0\0\0\0\0\0\0")) {
      Files.writeString(next, part);
      ArtifactReader.Newest newest = newest();
      assertThat(newest.number()).as(part).isEqualTo(1);
      assertThat(newest.manifest().data()).isEqualTo("data-000000000001");
    }
    // Damage of another kind is none of being written.
    Files.writeString(next, "{}");
    assertThatThrownBy(this::newest).hasMessageContaining("manifest-2.json is damaged");
    Files.delete(next);
    commit(2, "000000000002");
    assertThat(newest().number()).isEqualTo(2);
    // Nor is there an older one that could count instead.
    Files.delete(folder.resolve("manifest.json"));
    Files.writeString(next, "");
    assertThatThrownBy(this::newest).hasMessageContaining("manifest-2.json is damaged");
  }

  private ArtifactReader.Newest newest() throws IOException {
    return ArtifactReader.newest(new Configuration(), folder.toString(), SmallFile.Remedy.NONE);
  }

  /** The number that it saw has been swept away by those who came later. */
  @Test
  void aWriterWhoSleptThroughSeveralCommitsLoses() throws IOException {
    commit(1, "000000000001");
    commit(2, "000000000002");
    commit(3, "000000000003");
    Files.delete(folder.resolve("manifest.json"));
    Files.delete(folder.resolve("manifest-2.json"));
    assertThat(commit(2, "00000000000a")).isNull();
    assertThat(names()).containsExactly("manifest-3.json");
    assertThat(ManifestLog.newest(fs, hadoop(folder)).number()).isEqualTo(3);
  }

  @Test
  void whatAManifestNamesOutsideOfItsFolderStays() throws IOException {
    Path inside = Files.createDirectories(folder.resolve("artifact"));
    Path precious = Files.writeString(folder.resolve("precious"), "x");
    Files.createDirectories(inside.resolve("sub/deep"));
    Files.writeString(inside.resolve("sub/deep/own"), "x");
    Files.writeString(inside.resolve("sub/stranger"), "x");
    List<FileEntry> files =
        List.of(new FileEntry("a/b/c", 1, ""), new FileEntry("sub/deep/own", 1, ""));
    Manifest manifest =
        Manifest.of(ArtifactKind.EVALUATION, Map.of(), Map.of(), 1, Map.of())
            .withFiles(files, null);
    for (String path :
        List.of(
            "../precious", "sub/../../precious", precious.toString(), ".", "file:" + precious)) {
      Files.writeString(
          inside.resolve("manifest.json"), Json.pretty(manifest).replace("a/b/c", path));
      Superseded.remove(fs, hadoop(inside), "manifest.json");
      assertThat(precious).exists();
      assertThat(inside.resolve("manifest.json")).exists();
      assertThat(inside.resolve("sub/deep/own")).exists();
    }
    Files.writeString(inside.resolve("manifest.json"), Json.pretty(manifest));
    Superseded.remove(fs, hadoop(inside), "manifest.json");
    assertThat(inside.resolve("manifest.json")).doesNotExist();
    assertThat(inside.resolve("sub/deep")).doesNotExist();
    assertThat(inside.resolve("sub/stranger")).exists();
    // Nor is a folder of data anywhere but in the artifact's own.
    Files.createDirectories(folder.resolve("data-0123456789ab"));
    Files.writeString(
        inside.resolve("manifest.json"),
        Json.pretty(manifest)
            .replace("\"files\"", "\"data\" : \"../data-0123456789ab\", \"files\""));
    Superseded.remove(fs, hadoop(inside), "manifest.json");
    assertThat(folder.resolve("data-0123456789ab")).exists();
    assertThat(inside.resolve("manifest.json")).exists();
  }
}
