package org.seqlm;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.RunState;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Sha256;

/**
 * Makes artifacts what the release before wrote, of format version 1: the files lie beside {@code
 * manifest.json}; a run begins with {@code run.json}, and has a manifest only at its end. What one
 * was made from is named by its manifest's fingerprint: that one is to be converted before.
 */
public final class FormatOne {
  private FormatOne() {}

  /** Converts an artifact of any kind, a run with its parts. */
  public static void convert(Path folder) throws IOException {
    if (ArtifactFiles.manifest(folder).kind() == ArtifactKind.RUN) {
      convertRun(folder);
    } else {
      convertFiles(folder);
    }
  }

  private static ObjectNode tree(Path manifest) throws IOException {
    ObjectNode tree = (ObjectNode) Json.mapper().readTree(manifest.toFile());
    tree.put("format-version", 1);
    tree.remove("data");
    tree.remove("run");
    return tree;
  }

  /** Moves the files of an artifact beside its manifest, and removes what does not count. */
  private static void convertFiles(Path folder) throws IOException {
    Path manifest = ArtifactFiles.manifestFile(folder);
    Path data = ArtifactFiles.data(folder);
    ObjectNode tree = tree(manifest);
    for (Path child : children(folder)) {
      String name = child.getFileName().toString();
      if (!child.equals(data) && name.matches("manifest.*|data-.*")) {
        delete(child);
      }
    }
    if (!data.equals(folder)) {
      for (Path child : children(data)) {
        Files.move(child, folder.resolve(child.getFileName()));
      }
      Files.delete(data);
    }
    write(folder.resolve(Manifest.FILE_NAME), Json.pretty(tree));
  }

  private static void convertRun(Path run) throws IOException {
    Manifest manifest = ArtifactFiles.manifest(run);
    RunState state = manifest.run();
    ObjectNode tree = tree(ArtifactFiles.manifestFile(run));
    List<String> lines = new ArrayList<>();
    manifest.files().stream()
        .map(FileEntry::path)
        .filter(path -> path.startsWith("metrics/"))
        .sorted(Comparator.comparing(path -> path.substring(0, "metrics/00000000".length())))
        .forEach(path -> lines.addAll(lines(run.resolve(path))));
    if (manifest.files().stream().anyMatch(file -> file.path().startsWith("model/"))) {
      convertFiles(run.resolve("model"));
    }
    Path states = run.resolve("state");
    Path converted = run.resolve("state of format 1");
    var rounds = ArtifactFiles.checkpoints(run);
    if (Files.exists(run.resolve("checkpoints"))) {
      for (Path child : children(run.resolve("checkpoints"))) {
        if (rounds.contains(Integer.valueOf(child.getFileName().toString()))) {
          convertCheckpoint(child, states, converted);
        } else {
          delete(child);
        }
      }
    }
    for (Path child : children(run)) {
      if (child.getFileName().toString().matches("manifest.*|state|metrics")) {
        delete(child);
      }
    }
    if (Files.exists(converted)) {
      Files.move(converted, states);
    }
    writeMetrics(run, lines, manifest.config());
    ObjectNode begun = Json.mapper().createObjectNode().put("format-version", 1);
    begun.put("producer", manifest.producer()).put("job", state.job());
    begun.set("inputs", tree.get("inputs"));
    begun.set("config", tree.get("config"));
    begun.put("seed", manifest.seed());
    write(run.resolve("run.json"), Json.pretty(begun));
    if (state.phase() == RunState.Phase.COMPLETE) {
      tree.set("files", Json.tree(files(run)));
      write(run.resolve(Manifest.FILE_NAME), Json.pretty(tree));
    }
  }

  /** The states of its workers lie by round alone, and it says so. */
  private static void convertCheckpoint(Path folder, Path states, Path to) throws IOException {
    convertFiles(folder);
    Path file = folder.resolve("checkpoint.json");
    ObjectNode checkpoint = (ObjectNode) Json.mapper().readTree(file.toFile());
    for (JsonNode state : checkpoint.withArray("states")) {
      String path = state.path("path").asText();
      String plain = path.substring(path.indexOf('/') + 1);
      for (String name : List.of(plain, crc(plain))) {
        Path from = states.resolve(path.substring(0, path.indexOf('/') + 1) + name);
        if (Files.exists(from)) {
          Files.createDirectories(to.resolve(name).getParent());
          Files.copy(from, to.resolve(name));
        }
      }
      ((ObjectNode) state).put("path", plain);
    }
    String content = Json.pretty(checkpoint);
    Files.writeString(file, content);
    Path manifest = folder.resolve(Manifest.FILE_NAME);
    ObjectNode tree = (ObjectNode) Json.mapper().readTree(manifest.toFile());
    ArrayNode files = tree.withArray("files");
    for (int i = 0; i < files.size(); i++) {
      if (files.get(i).path("path").asText().equals("checkpoint.json")) {
        files.set(i, Json.tree(entry("checkpoint.json", content.getBytes(UTF_8))));
      }
    }
    write(manifest, Json.pretty(tree));
  }

  private static String crc(String path) {
    int slash = path.lastIndexOf('/') + 1;
    return path.substring(0, slash) + "." + path.substring(slash) + ".crc";
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** A file a checkpoint, and one of what ended in a divergence. */
  private static void writeMetrics(Path run, List<String> lines, JsonNode config)
      throws IOException {
    int every = Math.max(1, config.at("/checkpoints/every").asInt());
    int last = 0;
    for (String line : lines) {
      last = Math.max(last, Json.mapper().readTree(line).path("round").asInt());
    }
    TreeMap<Integer, StringBuilder> segments = new TreeMap<>();
    for (String line : lines) {
      JsonNode told = Json.mapper().readTree(line);
      int round = told.path("round").asInt();
      int until =
          told.path("type").asText().equals("divergence")
              ? round
              : Math.min(last, (round + every - 1) / every * every);
      segments.computeIfAbsent(until, key -> new StringBuilder()).append(line).append('\n');
    }
    for (var segment : segments.entrySet()) {
      String name = String.format(Locale.ROOT, "metrics/%08d.jsonl", segment.getKey());
      write(run.resolve(name), segment.getValue().toString());
    }
  }

  /** Every file of a run but its states; Hadoop does not show its checksums. */
  private static List<FileEntry> files(Path run) throws IOException {
    List<FileEntry> entries = new ArrayList<>();
    try (Stream<Path> all = Files.walk(run)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        String path = run.relativize(file).toString();
        if (!path.startsWith("state/") && !path.endsWith(".crc")) {
          entries.add(entry(path, Files.readAllBytes(file)));
        }
      }
    }
    entries.sort(Comparator.comparing(FileEntry::path));
    return entries;
  }

  private static FileEntry entry(String path, byte[] content) {
    return new FileEntry(path, content.length, Sha256.of(content));
  }

  /** With Hadoop's checksum beside it. */
  private static void write(Path file, String content) throws IOException {
    try (var out =
        FileSystem.getLocal(new Configuration())
            .create(new org.apache.hadoop.fs.Path(file.toUri()), true)) {
      out.write(content.getBytes(UTF_8));
    }
  }

  private static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static void delete(Path path) throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
