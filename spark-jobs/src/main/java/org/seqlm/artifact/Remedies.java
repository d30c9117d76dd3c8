package org.seqlm.artifact;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

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
    if (fs.exists(new Path(folder, RunLayout.FILE))) {
      return "remove that file and start the same seqlm train again, which writes it, or name "
          + new Path(folder, RunLayout.MODEL)
          + " in the run's place";
    }
    Path path = fs.makeQualified(folder);
    Path parent = path.getParent();
    if (parent == null) {
      return REMAKE;
    }
    boolean checkpoint = parent.getName().equals(RunLayout.CHECKPOINTS);
    Path run = checkpoint ? parent.getParent() : parent;
    if (run == null || !fs.exists(new Path(run, RunLayout.FILE))) {
      return REMAKE;
    }
    if (checkpoint) {
      return "use another checkpoint of the run, or the run itself for its best model";
    }
    if (!path.getName().equals(RunLayout.MODEL)) {
      return REMAKE;
    }
    var rounds = RunLayout.rounds(fs, new Path(run, RunLayout.CHECKPOINTS));
    // Named as the user named the model.
    Path checkpoints = new Path(Paths.of(name).getParent(), RunLayout.CHECKPOINTS);
    return (rounds.isEmpty()
            ? ""
            : "use "
                + new Path(checkpoints, rounds.last().toString())
                + ", the run's last checkpoint, in its place, or ")
        + "train the run anew with --overwrite";
  }
}
