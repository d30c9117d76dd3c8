package org.seqlm.neural.files;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Commits;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.OutputCheck;
import org.seqlm.artifact.Overwrite;
import org.seqlm.artifact.RunLayout;
import org.seqlm.artifact.SmallFile;
import org.seqlm.neural.files.RunFolder.Found;
import org.seqlm.neural.files.RunFolder.Identity;
import org.seqlm.neural.files.RunFolder.Resume;
import org.seqlm.store.Paths;

/** Looks at the folder that a run is to be written to: whether one goes on there, or begins. */
public final class RunFinder {
  private RunFinder() {}

  /**
   * Finds what lies in a folder that a run is to be written to, without touching it.
   *
   * @param resume whether the caller insists on going on
   * @throws UserException with exit code 2 if the folder may not be written, 3 if it holds a run
   *     that does not tell what it is
   */
  public static RunFolder find(
      Configuration conf,
      String folder,
      Identity run,
      ResumeRules rules,
      Overwrite overwrite,
      Resume resume)
      throws IOException {
    if (resume == Resume.REQUIRED && overwrite == Overwrite.REPLACE) {
      throw UserException.configuration("--resume and --overwrite exclude one another");
    }
    // Looked at first: whoever commits after it is noticed by begin.
    Path path = Paths.of(folder);
    int newest = Commits.newest(path.getFileSystem(conf), path);
    RunView view = view(conf, folder, overwrite);
    if (resume == Resume.REQUIRED && view == null) {
      throw UserException.configuration(
          "--resume: " + folder + " holds no run: leave the flag out to begin one");
    }
    if (view == null && newest > 0) {
      refuseOtherKind(conf, folder);
    }
    if (view == null) {
      try {
        OutputCheck.folder(conf, folder, overwrite);
        return new RunFolder(conf, folder, run, null, newest, Found.NOTHING, false);
      } catch (UserException e) {
        view = view(conf, folder, overwrite);
        if (view == null) {
          throw e;
        }
        // Another has begun a run since.
      }
    }
    JsonNode was = view.manifest().config();
    boolean same =
        view.manifest().inputs().equals(run.inputs())
            && rules.conflicts(was, run.config(), Resume.IF_POSSIBLE).isEmpty();
    if (overwrite == Overwrite.REPLACE && (view.isComplete() || !same)) {
      return new RunFolder(conf, folder, run, view, newest, Found.NOTHING, false);
    }
    // One that has lost its model is finished again, whether the caller insists or not.
    boolean complete = view.isComplete() && (!same || modelRound(conf, view) >= 0);
    if (complete && resume != Resume.REQUIRED) {
      throw UserException.configuration(
          "output "
              + folder
              + " exists: give --resume and more --epochs to train it further, --overwrite to"
              + " replace it, or another --output");
    }
    refuseOther(view, run, rules, resume, folder);
    return new RunFolder(
        conf, folder, run, view, newest, complete ? Found.COMPLETE : Found.UNFINISHED, !same);
  }

  /** A run is long in coming: what it would replace would be gone before it is there. */
  private static void refuseOtherKind(Configuration conf, String folder) throws IOException {
    ArtifactReader.Newest there;
    try {
      there = ArtifactReader.newest(conf, folder, SmallFile.Remedy.NONE);
    } catch (UserException e) {
      return; // damaged: nobody knows what it was
    }
    if (there != null && there.manifest().kind() != ArtifactKind.RUN) {
      throw UserException.configuration(
          "output "
              + folder
              + " holds what is of kind "
              + Json.name(there.manifest().kind())
              + ", not a run: give another --output, or remove it yourself");
    }
  }

  private static RunView view(Configuration conf, String folder, Overwrite overwrite)
      throws IOException {
    try {
      return RunView.find(conf, folder, () -> anew(conf, folder));
    } catch (UserException e) {
      if (overwrite == Overwrite.REPLACE) {
        return null;
      }
      throw e;
    }
  }

  /** The round of the run's model if that is whole, else -1. */
  static int modelRound(Configuration conf, RunView view) throws IOException {
    if (view.model() == null) {
      return -1;
    }
    try {
      ArtifactReader model = ModelArtifact.part(conf, view.name(), view.model());
      ModelArtifact.check(model);
      // Of any network: each says after which round it was taken.
      return model.manifest().details(JsonNode.class).path("round").asInt(-1);
    } catch (UserException e) {
      return -1;
    }
  }

  /** What is left to do with a run that cannot go on: the end of a message. */
  static String anew(Configuration conf, String folder) throws IOException {
    String anew = "give --overwrite to train it anew";
    String model = new Path(Paths.of(folder), RunLayout.MODEL).toString();
    try {
      ModelArtifact.read(
          conf,
          model,
          (reader, notice) -> {
            ModelArtifact.check(reader);
            return null;
          });
    } catch (UserException e) {
      return anew;
    }
    return anew + ", or --start-from " + model + " and another --output to begin with its model";
  }

  private static void refuseOther(
      RunView view, Identity is, ResumeRules rules, Resume resume, String folder) {
    if (!view.manifest().inputs().equals(is.inputs())) {
      throw UserException.configuration(
          "output "
              + folder
              + " holds a run on another input: give the same --input, --overwrite to replace the"
              + " run, or another --output");
    }
    JsonNode was = view.manifest().config();
    List<String> conflicts = rules.conflicts(was, is.config(), resume);
    if (conflicts.isEmpty()) {
      return;
    }
    String keys = String.join("; ", conflicts);
    boolean workers =
        conflicts.stream().allMatch(conflict -> conflict.startsWith("averaging.workers "));
    throw UserException.configuration(
        rules.onlyExtends(was, is.config())
            ? "output "
                + folder
                + " holds an unfinished run with another length ("
                + keys
                + "): give --resume to go on with the new one, --overwrite to replace the run, or"
                + " another --output"
            : "output "
                + folder
                + " holds a run that cannot go on with this configuration ("
                + keys
                + "): give the same values, "
                + (workers ? "--resume --change-workers to go on with others, " : "")
                + "--overwrite to replace the run, or another --output");
  }
}
