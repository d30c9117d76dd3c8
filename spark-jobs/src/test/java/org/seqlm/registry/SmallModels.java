package org.seqlm.registry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Overwrite;
import org.seqlm.store.FileEntry;

/** Models that are none but in name, for registries that only keep them. */
final class SmallModels {
  /** Later than any file is written, so that every orphan is old. */
  static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2100-11-28T03:12:00Z"));

  static final Grounds USER = Grounds.user("why not");

  private SmallModels() {}

  /**
   * Writes one.
   *
   * @param start fingerprint of what it was trained from; null for nothing
   */
  static ArtifactReader write(Configuration conf, String folder, String name, String start)
      throws IOException {
    return write(conf, folder, name, ArtifactKind.MODEL, start);
  }

  /** The same of another kind. */
  static ArtifactReader write(
      Configuration conf, String folder, String name, ArtifactKind kind, String start)
      throws IOException {
    Map<String, String> inputs =
        start == null ? Map.of("dataset", "d1") : Map.of("dataset", "d2", "start-from", start);
    try (ArtifactWriter writer = ArtifactWriter.create(conf, folder, Overwrite.REPLACE)) {
      writer.write("network.json", "network of " + name);
      writer.write("parameters.safetensors", "x".repeat(100) + name);
      writer.publish(Manifest.of(kind, inputs, Map.of("name", name), 1, Map.of()));
    }
    return ArtifactReader.open(conf, folder);
  }

  /** A draft of one, with a document. */
  static VersionDraft draft(ArtifactReader model) {
    return VersionDraft.of(model, model.manifest().config().path("name").asText())
        .figure("loss", 2.5, Figure.Better.LOWER)
        .document(Role.SAMPLES, "The cat sat.\n");
  }

  /** A registry whose time stands still. */
  static Registry registry(Configuration conf, String folder) throws IOException {
    return Registry.openOrBegin(conf, folder).with(CLOCK);
  }

  /**
   * Writes models {@code model 1} and on, each trained from the one before.
   *
   * @param sources a folder for them
   */
  static List<ArtifactReader> line(Configuration conf, String sources, int models)
      throws IOException {
    List<ArtifactReader> line = new ArrayList<>();
    String start = null;
    for (int i = 1; i <= models; i++) {
      line.add(write(conf, sources + "/" + i, "model " + i, start));
      start = line.get(i - 1).manifest().fingerprint();
    }
    return line;
  }

  /** Adds them. */
  static void add(Registry registry, List<ArtifactReader> models) throws IOException {
    for (ArtifactReader model : models) {
      registry.add(draft(model), USER);
    }
  }

  /** What a state says, but for the names of folders. */
  static String told(RegistryState state) {
    StringBuilder text = new StringBuilder("champion " + state.champion());
    for (ModelVersion one : state.versions()) {
      text.append("; ").append(one.number()).append(' ').append(Json.name(one.status()));
      text.append(' ').append(one.name()).append(" of ").append(one.parent());
      text.append(", ").append(state.files(one).size()).append(" files");
    }
    for (Decision one : state.history()) {
      text.append("; ").append(Json.name(one.what())).append(' ').append(one.version());
    }
    return text.toString();
  }

  /**
   * Reads all of a registry.
   *
   * @return what it says; "nothing" where there is none
   * @throws AssertionError if a file that counts is not what it was
   */
  static String read(Configuration conf, String folder) throws IOException {
    if (!ArtifactReader.isArtifact(conf, folder)) {
      return "nothing";
    }
    Registry registry = Registry.open(conf, folder);
    RegistryState state = registry.state();
    for (ModelVersion one : state.versions()) {
      if (one.status() != VersionStatus.PRUNED) {
        whole(registry, one);
      }
    }
    return told(state);
  }

  private static void whole(Registry registry, ModelVersion one) throws IOException {
    ArtifactReader model = registry.model(one.number());
    if (!model.manifest().fingerprint().equals(one.fingerprint())) {
      throw new AssertionError("version " + one.number() + " is another model");
    }
    for (FileEntry file : model.manifest().files()) {
      model.readVerified(file.path());
    }
    String sample =
        new String(
            registry.document(one.number(), Role.SAMPLES).orElseThrow(), StandardCharsets.UTF_8);
    if (!sample.equals("The cat sat.\n")) {
      throw new AssertionError("version " + one.number() + " has another sample");
    }
  }

  /** The paths of the files that a registry's manifest lists, and its own. */
  static TreeSet<String> counted(Configuration conf, String folder) throws IOException {
    ArtifactReader reader = ArtifactReader.open(conf, folder);
    TreeSet<String> paths = new TreeSet<>(List.of(reader.file()));
    reader.manifest().files().forEach(file -> paths.add(file.path()));
    return paths;
  }
}
