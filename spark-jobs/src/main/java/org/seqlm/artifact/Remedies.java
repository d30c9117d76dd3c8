package org.seqlm.artifact;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.store.Paths;

/** What to do about the damage of an artifact, which depends on what lies around it. */
final class Remedies {
  private static final String REMAKE = "make the artifact again";

  private Remedies() {}

  /**
   * What to do about a damaged artifact, the end of a message: of a run, what else in it can be
   * used.
   *
   * @param name of the artifact's folder
   */
  static String ofDamage(Configuration conf, String name) throws IOException {
    Path folder = Paths.of(name);
    FileSystem fs = folder.getFileSystem(conf);
    if (RunLayout.isRun(fs, folder)) {
      return whole(fs, name);
    }
    Path path = fs.makeQualified(folder);
    Path parent = path.getParent();
    if (parent == null) {
      return REMAKE;
    }
    boolean checkpoint = parent.getName().equals(RunLayout.CHECKPOINTS);
    Path run = checkpoint ? parent.getParent() : parent;
    if (run == null || !RunLayout.isRun(fs, run)) {
      return REMAKE;
    }
    if (checkpoint) {
      return "use another checkpoint of the run, or the run itself for its best model";
    }
    if (!path.getName().equals(RunLayout.MODEL)) {
      return REMAKE;
    }
    return "start the same seqlm train again, which makes it again from a checkpoint or trains to"
        + " it";
  }

  /** Of a run whose manifest is damaged, by which its parts are known. */
  private static String whole(FileSystem fs, String name) throws IOException {
    Path folder = Paths.of(name);
    Path checkpoints = new Path(folder, RunLayout.CHECKPOINTS);
    var rounds = RunLayout.rounds(fs, checkpoints);
    String last =
        rounds.isEmpty()
            ? ""
            : " or " + new Path(checkpoints, rounds.last().toString()) + ", its last checkpoint,";
    return "name "
        + new Path(folder, RunLayout.MODEL)
        + ", its model,"
        + last
        + " in its place, or train it anew with --overwrite";
  }
}
