package org.seqlm.artifact;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Says what an artifact is and where it comes from. It holds no time and no host, so equal inputs
 * give equal bytes.
 *
 * @param formatVersion of the whole artifact; readers refuse another one
 * @param kind what the folder holds
 * @param producer the release that wrote it
 * @param inputs fingerprints of what it was made from, by name
 * @param config the effective configuration of the job that made it
 * @param seed of all randomness in it
 * @param details what the kind adds: counts, network, vocabulary size; a record of that kind as a
 *     tree
 * @param files every file but the manifest itself, by path
 */
public record Manifest(
    int formatVersion,
    ArtifactKind kind,
    String producer,
    Map<String, String> inputs,
    JsonNode config,
    long seed,
    JsonNode details,
    List<FileEntry> files) {

  /** The version this release writes and reads. */
  public static final int FORMAT_VERSION = 1;

  /** The file's name; it is written last. */
  public static final String FILE_NAME = "manifest.json";

  public Manifest {
    inputs = java.util.Collections.unmodifiableMap(new TreeMap<>(inputs));
    files = files.stream().sorted(Comparator.comparing(FileEntry::path)).toList();
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
        List.of());
  }

  public Manifest withFiles(List<FileEntry> entries) {
    return new Manifest(formatVersion, kind, producer, inputs, config, seed, details, entries);
  }

  /** The details as the record the kind's writer stored. */
  public <T> T details(Class<T> type) {
    return Json.mapper().convertValue(details, type);
  }

  /** What later artifacts name as their input: SHA-256 of this manifest's bytes. */
  public String fingerprint() {
    return Sha256.of(Json.pretty(this).getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}
