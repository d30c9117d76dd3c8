package org.seqlm.artifact;

import java.io.IOException;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** How the folder of a training run is laid out, by which artifacts in it are known. */
public final class RunLayout {
  /** The file that makes a folder a run; it is written first. */
  public static final String FILE = "run.json";

  /** The folder of the best model so far. */
  public static final String MODEL = "model";

  /** The folder of the checkpoints, each of which is named after its round. */
  public static final String CHECKPOINTS = "checkpoints";

  private RunLayout() {}

  /** Rounds whose checkpoints are whole. */
  public static TreeSet<Integer> rounds(FileSystem fs, Path checkpoints) throws IOException {
    TreeSet<Integer> rounds = new TreeSet<>();
    if (fs.exists(checkpoints)) {
      for (FileStatus status : fs.listStatus(checkpoints)) {
        String name = status.getPath().getName();
        if (name.matches("\\d+") && fs.exists(new Path(status.getPath(), Manifest.FILE_NAME))) {
          rounds.add(Integer.parseInt(name));
        }
      }
    }
    return rounds;
  }
}
