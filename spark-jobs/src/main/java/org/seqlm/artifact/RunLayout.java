package org.seqlm.artifact;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;

/** How the folder of a training run is laid out, by which artifacts in it are known. */
public final class RunLayout {
  /** The file that made a folder a run in format version 1. */
  public static final String FILE = "run.json";

  /** The folder of the best model so far. */
  public static final String MODEL = "model";

  /** The folder of the checkpoints, each of which is named after its round. */
  public static final String CHECKPOINTS = "checkpoints";

  /** The folder of the segments of its metrics. */
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
