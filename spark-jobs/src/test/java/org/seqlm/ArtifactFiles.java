package org.seqlm;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.store.Sha256;

/**
 * What an artifact on this machine's disks holds, as its newest manifest says: read here without
 * the code under test, which has its own reader.
 */
public final class ArtifactFiles {
  private static final Pattern COMMIT = Pattern.compile("manifest(?:-(\\d+))?\\.json");
  private static final Pattern PART =
      Pattern.compile("((?:model|checkpoints/(\\d+)))/manifest(?:-\\d+)?\\.json");

  private ArtifactFiles() {}

  private static int number(Path file) {
    Matcher name = COMMIT.matcher(file.getFileName().toString());
    if (!name.matches()) {
      return 0;
    }
    return name.group(1) == null ? 1 : Integer.parseInt(name.group(1));
  }

  /** Whether a folder holds an artifact, or a run that has begun. */
  public static boolean isThere(Path folder) {
    return newest(folder) != null;
  }

  private static Path newest(Path folder) {
    if (!Files.isDirectory(folder)) {
      return null;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> number(file) > 0)
          .max(Comparator.comparingInt(ArtifactFiles::number))
          .orElse(null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The file that says what a folder holds: of a part of a run, the one that the run names. */
  public static Path manifestFile(Path folder) {
    for (Path run = folder.getParent(); run != null; run = run.getParent()) {
      String path = run.relativize(folder).toString();
      if (!PART.matcher(path + "/manifest.json").matches()) {
        continue;
      }
      Path whole = newest(run);
      if (whole != null && read(whole).kind() == ArtifactKind.RUN) {
        return read(whole).files().stream()
            .map(file -> file.path())
            .filter(file -> PART.matcher(file).matches() && file.startsWith(path + "/"))
            .findFirst()
            .map(run::resolve)
            .orElseThrow(() -> new AssertionError("the run does not list " + folder));
      }
    }
    Path newest = newest(folder);
    if (newest == null) {
      throw new AssertionError("no artifact in " + folder);
    }
    return newest;
  }

  private static Manifest read(Path file) {
    try {
      return Json.mapper().readValue(file.toFile(), Manifest.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The manifest that counts. */
  public static Manifest manifest(Path folder) {
    return read(manifestFile(folder));
  }

  /** Where the paths of an artifact's files begin. */
  public static Path data(Path folder) {
    String data = manifest(folder).data();
    return data == null ? folder : folder.resolve(data);
  }

  /**
   * A file of an artifact.
   *
   * @param path as the manifest has it, or of a folder above such ones
   */
  public static Path file(Path folder, String path) {
    return data(folder).resolve(path);
  }

  /** The files of an artifact, by the paths that the manifest has. */
  public static List<String> files(Path folder) {
    return manifest(folder).files().stream().map(file -> file.path()).toList();
  }

  /**
   * SHA-256 of all files in a folder, by path: those of an artifact by the paths that its manifest
   * has, and its manifest, {@code manifest.json}, but for the name of the folder of its files.
   */
  public static TreeMap<String, String> content(Path folder) throws IOException {
    TreeMap<String, String> content = new TreeMap<>();
    Path manifest = newest(folder);
    Path data = manifest == null ? folder : data(folder);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (file.equals(manifest)) {
          ObjectNode tree = (ObjectNode) Json.mapper().readTree(file.toFile());
          tree.remove("data");
          content.put(Manifest.FILE_NAME, Sha256.of(Json.pretty(tree).getBytes(UTF_8)));
        } else {
          Path from = file.startsWith(data) ? data : folder;
          content.put(from.relativize(file).toString(), Sha256.of(Files.readAllBytes(file)));
        }
      }
    }
    return content;
  }

  /**
   * The files in an artifact's folder, and in a run's, that do not belong to it: Hadoop's checksums
   * belong to what they are of.
   */
  public static List<String> strangers(Path folder) throws IOException {
    TreeSet<Path> own = new TreeSet<>();
    addOwn(folder, manifestFile(folder), own);
    List<String> strangers = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String name = file.getFileName().toString().replaceFirst("^[.](.*)[.]crc$", "$1");
        // Attempts of workers' tasks that do not count lie beside those that do.
        boolean state = own.contains(file.getParent());
        if (!state && !own.contains(file.resolveSibling(name))) {
          strangers.add(folder.relativize(file).toString());
        }
      }
    }
    return strangers;
  }

  private static void addOwn(Path folder, Path manifest, TreeSet<Path> own) throws IOException {
    own.add(manifest);
    for (String path : read(manifest).files().stream().map(file -> file.path()).toList()) {
      String data = read(manifest).data();
      Path file = (data == null ? folder : folder.resolve(data)).resolve(path);
      own.add(file);
      if (PART.matcher(path).matches()) {
        addOwn(file.getParent(), file, own);
      }
      if (path.equals("checkpoint.json")) {
        for (JsonNode state : Json.mapper().readTree(file.toFile()).path("states")) {
          Path run = folder.getParent().getParent();
          own.add(run.resolve("state").resolve(state.path("path").asText()).getParent());
        }
      }
    }
  }

  /** The rounds of a run's checkpoints that count. */
  public static TreeSet<Integer> checkpoints(Path run) {
    TreeMap<Integer, String> rounds = new TreeMap<>();
    if (isThere(run)) {
      for (String file : files(run)) {
        Matcher part = PART.matcher(file);
        if (part.matches() && part.group(2) != null) {
          rounds.put(Integer.valueOf(part.group(2)), file);
        }
      }
    }
    return new TreeSet<>(rounds.keySet());
  }

  /** Whether a run has come to its end. */
  public static boolean isComplete(Path run) {
    if (!isThere(run)) {
      return false;
    }
    Manifest manifest = manifest(run);
    return manifest.run() == null
        || manifest.run().phase().name().toLowerCase(Locale.ROOT).equals("complete");
  }

  /** Makes a finished run one that was stopped after its last checkpoint. */
  public static void unfinish(Path run) throws IOException {
    edit(
        run,
        manifest -> {
          manifest.putNull("details");
          ((ObjectNode) manifest.get("run")).put("phase", "training");
        });
  }

  /** Changes the manifest that counts. */
  public static void edit(Path folder, Consumer<ObjectNode> change) throws IOException {
    Path file = manifestFile(folder);
    ObjectNode manifest = (ObjectNode) Json.mapper().readTree(file.toFile());
    change.accept(manifest);
    Files.writeString(file, Json.pretty(manifest));
  }
}
