package org.seqlm.artifact;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.store.Paths;

/** How the folder of a training run is laid out, by which artifacts in it are known. */
public final class RunLayout {
  /** The file that made a folder a run in format version 1. */
  public static final String FILE = "run.json";

  /** The folder of the best model so far. */
  public static final String MODEL = "model";

  /** The folder of the checkpoints, each of which is named after its round. */
  public static final String CHECKPOINTS = "checkpoints";

  /** The file of a checkpoint that tells what a training needs to go on from it. */
  public static final String CHECKPOINT = "checkpoint.json";

  /** The folder of the files of its metrics. */
  public static final String METRICS = "metrics";

  /** The folder of its workers' states. */
  public static final String STATES = "state";

  private RunLayout() {}

  /** Whether a folder holds a run, finished or not, or what is left of one. */
  public static boolean isRun(FileSystem fs, Path folder) throws IOException {
    if (fs.exists(new Path(folder, FILE))) {
      return true;
    }
    try {
      ArtifactReader.Newest newest =
          ArtifactReader.newest(fs.getConf(), folder.toString(), SmallFile.Remedy.NONE);
      return newest != null && newest.manifest().kind() == ArtifactKind.RUN;
    } catch (UserException e) {
      // A manifest that is damaged: of what, its neighbours tell.
      return fs.exists(new Path(folder, CHECKPOINTS));
    }
  }

  /**
   * The folders of the workers' states that a checkpoint names.
   *
   * @param manifest of the checkpoint, or of another part of the run, which names none
   * @return none if nobody can tell
   */
  static Set<Path> states(FileSystem fs, Path run, Path manifest) {
    Path states = new Path(run, STATES);
    Set<Path> folders = new TreeSet<>();
    try {
      String data =
          SmallFile.object(fs, manifest, manifest.toString(), SmallFile.Remedy.NONE)
              .path("data")
              .asText();
      Path folder = manifest.getParent();
      Path file = new Path(data.isEmpty() ? folder : new Path(folder, data), CHECKPOINT);
      if (!fs.exists(file)) {
        return folders;
      }
      for (JsonNode state :
          SmallFile.object(fs, file, file.toString(), SmallFile.Remedy.NONE).path("states")) {
        Path each = Paths.below(states, state.path("path").asText()).getParent();
        if (Paths.within(each, states) && !each.equals(states)) {
          folders.add(each);
        }
      }
    } catch (IOException | UserException | IllegalArgumentException e) {
      return folders;
    }
    return folders;
  }

  /** Rounds that have a checkpoint, whether it counts or not. */
  static TreeSet<Integer> rounds(FileSystem fs, Path checkpoints) throws IOException {
    TreeSet<Integer> rounds = new TreeSet<>();
    try {
      for (FileStatus status : fs.listStatus(checkpoints)) {
        String name = status.getPath().getName();
        if (name.matches("\\d+") && ArtifactReader.isArtifact(fs, status.getPath())) {
          rounds.add(Integer.parseInt(name));
        }
      }
    } catch (FileNotFoundException e) {
      // None yet.
    }
    return rounds;
  }
}
