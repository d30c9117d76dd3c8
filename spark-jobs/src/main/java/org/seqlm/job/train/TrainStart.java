package org.seqlm.job.train;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.UserException;
import org.seqlm.dataset.Split;
import org.seqlm.job.cli.JobContext;
import org.seqlm.neural.files.Checkpoint;
import org.seqlm.neural.files.Checkpoints;
import org.seqlm.neural.files.ModelArtifact;
import org.seqlm.neural.files.ResumeRules;
import org.seqlm.neural.files.RunFolder;

/**
 * Where a training begins: with the first step, or with the newest whole checkpoint of the run that
 * its output holds. All of it is found before anything is written.
 *
 * @param folder of the run
 * @param checkpoints in it
 * @param from the checkpoint to go on from; null begins the run
 * @param damaged what is wrong with later checkpoints, by round
 */
record TrainStart(
    RunFolder folder,
    Checkpoints checkpoints,
    Checkpoint from,
    SortedMap<Integer, String> damaged) {

  /**
   * Where a run lies, how it is cut into tasks, what is looked at and kept on the way changes no
   * bit of its parameters; more passes go on with the same ones. Engine, device and precision round
   * differently, so they count.
   */
  static final ResumeRules RESUME =
      new ResumeRules(
          List.of(
              "input",
              "output",
              "start-from", // what it holds is an input
              "partitions",
              "averaging.on-divergence",
              "validation",
              "checkpoints"),
          List.of("training.epochs"));

  /**
   * Finds it.
   *
   * @param states tells whether workers' states are whole
   * @throws UserException with exit code 2 if the output may not be written, or holds a run that
   *     this configuration does not go on with; 3 if the caller insists on going on and no
   *     checkpoint is whole
   */
  static TrainStart find(
      TrainConfig config,
      JobContext context,
      TrainCommand.Job job,
      RunFolder.Resume resume,
      Checkpoints.States states)
      throws IOException {
    Configuration hadoop = context.hadoop();
    RunFolder folder =
        RunFolder.find(hadoop, config.output(), job.run(), RESUME, context.overwrite(), resume);
    Checkpoints checkpoints =
        folder.checkpoints(
            new ModelArtifact.NetworkFile(job.spec(), job.dataset().details().rules()),
            job.dataset().vocabulary());
    if (folder.found() == RunFolder.Found.NOTHING) {
      return new TrainStart(folder, checkpoints, null, Collections.emptySortedMap());
    }
    if (folder.found() == RunFolder.Found.COMPLETE) {
      TrainResult result = folder.before().details(TrainResult.class);
      checkLonger(config, job, "is complete", result.steps());
    }
    Checkpoints.Usable usable = checkpoints.usable(states, folder.modelRound());
    if (usable.newest() == null) {
      if (resume == RunFolder.Resume.REQUIRED) {
        throw noneIsWhole(folder, usable.damaged());
      }
    } else if (folder.found() == RunFolder.Found.UNFINISHED && folder.otherLength()) {
      checkLonger(config, job, "is not finished", usable.newest().step());
    }
    return new TrainStart(folder, checkpoints, usable.newest(), usable.damaged());
  }

  private static void checkLonger(
      TrainConfig config, TrainCommand.Job job, String state, long steps) {
    long tokens = job.dataset().tokens(Split.TRAIN);
    if (config.settings().totalSteps(tokens) <= steps) {
      throw UserException.configuration(
          String.format(
              Locale.ROOT,
              "--resume: the run in %s %s, with %d local steps (%.4g epochs): to extend it,"
                  + " training.epochs must be above that, but is %s",
              config.output(),
              state,
              steps,
              config.settings().epochs(tokens, steps),
              config.training().epochs()));
    }
  }

  private static UserException noneIsWhole(RunFolder folder, SortedMap<Integer, String> damaged)
      throws IOException {
    return UserException.data(
        "--resume: "
            + folder.name()
            + (damaged.isEmpty()
                ? " holds a run without a checkpoint"
                : " holds a run whose checkpoints are all damaged ("
                    + String.join("; ", damaged.values())
                    + ")")
            + ": "
            + folder.anew());
  }
}
