package org.seqlm.neural.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Orphans;
import org.seqlm.artifact.SmallFile;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Paths;
import org.seqlm.store.Sha256;

/** All that counts in a run's folder, each file of it checked. */
public final class RunContent {
  /** What differs from run to run. */
  private static final List<String> TIMES = List.of("seconds", "times");

  private RunContent() {}

  /**
   * SHA-256 by what it is, whoever wrote it; metrics without their time. What is kept of a finished
   * run until another is complete begins with {@code previous/}.
   *
   * @return empty if there is no run
   * @throws UserException with exit code 3 if any of it is missing or damaged
   */
  public static Map<String, String> of(Configuration conf, String output) throws IOException {
    RunView view = RunView.find(conf, output);
    Map<String, String> content = new TreeMap<>();
    if (view == null) {
      return content;
    }
    content.put("phase", view.state().phase().name());
    content.put("job", view.state().job());
    RunFiles.of(conf, view);
    add(conf, output, view.manifest(), "", content);
    if (view.state().previous() != null) {
      add(conf, output, view.state().previous(), "previous/", content);
    }
    if (content.keySet().stream().anyMatch(path -> path.contains("model/"))) {
      content.put(
          "served",
          Sha256.of(Json.pretty(ModelArtifact.open(conf, output).parameters()).getBytes(UTF_8)));
    }
    return content;
  }

  private static void add(
      Configuration conf,
      String output,
      Manifest manifest,
      String prefix,
      Map<String, String> content)
      throws IOException {
    Path root = Paths.of(output);
    FileSystem fs = root.getFileSystem(conf);
    StringBuilder metrics = new StringBuilder();
    for (FileEntry file : manifest.files()) {
      if (file.path().endsWith(".jsonl")) {
        byte[] bytes = bytes(fs, Paths.below(root, file.path()));
        if (!Sha256.of(bytes).equals(file.sha256())) {
          throw UserException.data(file.path() + " is damaged");
        }
        for (String line : new String(bytes, UTF_8).lines().toList()) {
          ObjectNode told = (ObjectNode) Json.mapper().readTree(line);
          metrics.append(Json.line(told.without(TIMES))).append('\n');
        }
        continue;
      }
      ArtifactReader part = ArtifactReader.openPart(conf, output, file, SmallFile.Remedy.NONE);
      String name = prefix + file.path().substring(0, file.path().lastIndexOf('/') + 1);
      for (FileEntry each : part.manifest().files()) {
        byte[] bytes = part.readVerified(each.path());
        if (!each.path().equals("checkpoint.json")) {
          content.put(name + each.path(), each.sha256());
          continue;
        }
        Checkpoint checkpoint = Json.mapper().readValue(bytes, Checkpoint.class);
        List<String> states = new ArrayList<>();
        for (StateFile state : checkpoint.states()) {
          Path path = new Path(RunFolder.states(conf, output), state.path());
          if (!Sha256.of(bytes(fs, path)).equals(state.sha256())) {
            throw UserException.data(path + " is damaged");
          }
          states.add(state.sha256());
        }
        content.put(
            name + each.path(), checkpoint.bestRound() + " " + checkpoint.step() + " " + states);
      }
    }
    content.put(prefix + "metrics", metrics.toString());
  }

  private static byte[] bytes(FileSystem fs, Path file) throws IOException {
    try (InputStream in = fs.open(file)) {
      return in.readAllBytes();
    } catch (FileNotFoundException e) {
      throw UserException.data(file + " is missing", e);
    }
  }

  /** The newest round whose checkpoint counts, -1 for none. */
  public static int round(Map<String, String> content) {
    int newest = -1;
    for (String path : content.keySet()) {
      if (path.matches("checkpoints/\\d+/checkpoint\\.json")) {
        newest = Math.max(newest, Integer.parseInt(path.split("/")[1]));
      }
    }
    return newest;
  }

  /**
   * Removes what nobody needs.
   *
   * @return paths below the run's folder of the files that count
   */
  public static Set<String> removeOrphans(Configuration conf, String output) throws IOException {
    Path root = Paths.of(output);
    FileSystem fs = root.getFileSystem(conf);
    root = fs.makeQualified(root);
    RunView view = RunView.find(conf, output);
    Set<String> counted = new TreeSet<>(RunFiles.of(conf, view).keySet());
    counted.add(ArtifactReader.open(conf, output).file());
    for (Orphans.Orphan orphan : Orphans.find(fs, root, counted, view.state())) {
      Orphans.remove(fs, root, orphan);
    }
    return counted;
  }
}
