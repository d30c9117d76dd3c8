package org.seqlm.artifact;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.seqlm.store.DataFolder;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Sha256;

/**
 * Says what an artifact is and where it comes from. It holds no time and no host: equal inputs give
 * equal bytes, but for the name of the folder of its files.
 *
 * @param formatVersion of the whole artifact; readers refuse a later one than theirs
 * @param kind what the folder holds
 * @param producer the release that wrote it
 * @param inputs fingerprints of what it was made from, by name
 * @param config the effective configuration of the job that made it
 * @param seed of all randomness in it
 * @param details what the kind adds: counts, network, vocabulary size; a record of that kind as a
 *     tree
 * @param files every file but the manifest itself, by path
 * @param data the folder of these files, below the artifact's; null means the artifact's own, as in
 *     format version 1 and in runs
 * @param run where a training run is; null of all other kinds
 */
public record Manifest(
    int formatVersion,
    ArtifactKind kind,
    String producer,
    Map<String, String> inputs,
    JsonNode config,
    long seed,
    JsonNode details,
    List<FileEntry> files,
    @JsonInclude(JsonInclude.Include.NON_NULL) String data,
    @JsonInclude(JsonInclude.Include.NON_NULL) RunState run) {

  /** The version this release writes; it reads this one and all before. */
  public static final int FORMAT_VERSION = 2;

  /** The name of an artifact's first; it is written last. */
  public static final String FILE_NAME = "manifest.json";

  public Manifest {
    inputs = java.util.Collections.unmodifiableMap(new TreeMap<>(inputs));
    files = files.stream().sorted(Comparator.comparing(FileEntry::path)).toList();
    if (data != null && !DataFolder.isOne(data)) {
      throw new IllegalArgumentException("data is no folder of an artifact's files: " + data);
    }
  }

  /** A manifest without files yet. */
  public static Manifest of(
      ArtifactKind kind, Map<String, String> inputs, Object config, long seed, Object details) {
    return new Manifest(
        FORMAT_VERSION,
        kind,
        Version.current(),
        inputs,
        Json.tree(config),
        seed,
        Json.tree(details),
        List.of(),
        null,
        null);
  }

  /** The same with files in a folder. */
  public Manifest withFiles(List<FileEntry> entries, String folder) {
    return new Manifest(
        formatVersion, kind, producer, inputs, config, seed, details, entries, folder, run);
  }

  /** The same of a run at a point. */
  public Manifest withRun(RunState state) {
    return new Manifest(
        formatVersion, kind, producer, inputs, config, seed, details, files, data, state);
  }

  /** The details as the record the kind's writer stored. */
  public <T> T details(Class<T> type) {
    return Json.mapper().convertValue(details, type);
  }

  /**
   * What later artifacts name as their input: SHA-256 of this manifest but for where its files lie
   * and by which writer.
   */
  public String fingerprint() {
    ObjectNode tree = (ObjectNode) Json.tree(this);
    tree.remove("data");
    tree.remove("run");
    return Sha256.of(Json.pretty(tree).getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}
