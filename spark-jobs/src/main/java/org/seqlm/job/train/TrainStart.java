package org.seqlm.job.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.job.cli.JobContext;
import org.seqlm.neural.files.Checkpoint;
import org.seqlm.neural.files.Checkpoints;
import org.seqlm.neural.files.ResumeRules;
import org.seqlm.neural.files.RunFinder;
import org.seqlm.neural.files.RunFolder;
import org.seqlm.neural.optimizer.Schedule;
import org.seqlm.spark.training.NetworkTraining;
import org.seqlm.store.Sha256;

/**
 * Where a training begins: with the first step, or with the newest whole checkpoint of the run that
 * its output holds. All of it is found before anything is written.
 *
 * @param folder of the run
 * @param checkpoints in it
 * @param from the checkpoint to go on from; null begins the run
 * @param damaged what is wrong with later checkpoints, by round
 * @param model round of the best model if that is whole, else -1
 * @param on how the run goes on from there
 */
record TrainStart(
    RunFolder folder,
    Checkpoints checkpoints,
    Checkpoint from,
    SortedMap<Integer, String> damaged,
    int model,
    Continuation on) {

  /** What says how long a run is. */
  private static final List<String> LONGER =
      List.of("training.epochs", "budget.tokens", "budget.rounds");

  /**
   * Where a run lies, how it is cut into tasks, what is looked at and kept on the way changes no
   * bit of its parameters; more passes go on with the same ones. Engine, device and precision round
   * differently, so they count.
   */
  private static final ResumeRules RESUME =
      new ResumeRules(
          List.of(
              "input",
              "output",
              "start-from", // what it holds is an input
              "replay.inputs", // likewise
              "budget.hours",
              "budget.until",
              "budget.losses",
              "partitions",
              "tensorboard",
              "execution.workers-per-gpu",
              "averaging.on-divergence",
              "training.schedule.on-extend", // of a run that is made longer
              "validation",
              "checkpoints"),
          LONGER,
          LaterKeys.VALUES);

  /**
   * Of the looks at the validation split, what changes no bit where they steer the learning rate.
   */
  private static final List<String> FREE_OF_PLATEAU =
      List.of(
          "validation.patience",
          "validation.diagnose",
          "validation.sample-length",
          "validation.sample-temperature");

  /** What may change in a run of a configuration where its workers stay as many. */
  static ResumeRules rules(TrainConfig config) {
    List<String> free = new ArrayList<>(RESUME.free());
    if (config.training().schedule().kind() == Schedule.Kind.PLATEAU) {
      free.remove("validation");
      free.addAll(FREE_OF_PLATEAU);
    }
    if (config.startFrom() == null) {
      free.add("start"); // so runs without a model are known by what they were before it was a key
    }
    return new ResumeRules(free, RESUME.extending(), RESUME.later());
  }

  /** Of {@link #job}, which runs of all releases share. */
  private static final int JOB_VERSION = 1;

  /**
   * What a run is known by.
   *
   * @param inputs fingerprints of what it is trained on, by name
   */
  static RunFolder.Identity job(TrainConfig config, Map<String, String> inputs) {
    String decisive =
        JOB_VERSION + "\n" + inputs + "\n" + rules(config).decisive(Json.tree(config));
    return RunFolder.Identity.of(
        Sha256.of(decisive.getBytes(StandardCharsets.UTF_8)), inputs, config, config.seed());
  }

  /** The same where the user asked for other workers. */
  private static ResumeRules withOtherWorkers(ResumeRules rules) {
    List<String> extending = new ArrayList<>(LONGER);
    extending.add("averaging.workers");
    return new ResumeRules(rules.free(), extending, rules.later());
  }

  /** How a run may go on. */
  enum Workers {
    SAME,
    /** With others from the next pass on, if the configuration names another number. */
    MAY_CHANGE
  }

  /**
   * Finds it.
   *
   * @param states tells whether workers' states are whole
   * @throws UserException with exit code 2 if the output may not be written, or holds a run that
   *     this configuration does not go on with; 3 if the caller insists on going on and no
   *     checkpoint is whole
   */
  static TrainStart find(
      JobContext context,
      TrainJob job,
      RunFolder.Resume resume,
      Workers workers,
      Checkpoints.States states)
      throws IOException {
    TrainConfig config = job.config();
    RunFolder folder =
        RunFinder.find(
            context.hadoop(),
            config.output(),
            job.run(),
            workers == Workers.SAME ? rules(config) : withOtherWorkers(rules(config)),
            context.overwrite(),
            resume);
    Checkpoints checkpoints = folder.checkpoints(job.content());
    NetworkTraining.Settings settings = job.settings();
    long tokens = job.units();
    Continuation beginning = Continuation.beginning(settings, tokens);
    if (folder.found() == RunFolder.Found.NOTHING) {
      return new TrainStart(folder, checkpoints, null, Collections.emptySortedMap(), -1, beginning);
    }
    double epochs = folder.before().config().at("/training/epochs").asDouble(settings.epochs());
    int model = folder.modelRound();
    Checkpoints.Usable usable = checkpoints.usable(states, model);
    Checkpoint from = usable.newest();
    Continuation on = from == null ? beginning : Continuation.after(from, epochs, settings, tokens);
    if (folder.found() == RunFolder.Found.COMPLETE) {
      TrainResult result = folder.before().details(TrainResult.class);
      // In passes, for the workers may be others now.
      long done = Math.round(result.epochs() * settings.stepsOfPass(tokens));
      checkLonger(job, "is complete", done, result.steps(), result.epochs());
    }
    if (from == null) {
      if (resume == RunFolder.Resume.REQUIRED) {
        throw noneIsWhole(folder, usable.damaged());
      }
    } else if (folder.found() == RunFolder.Found.UNFINISHED && folder.otherLength()) {
      checkLonger(
          job, "is not finished", on.step(), from.step(), settings.epochs(tokens, on.step()));
    }
    return new TrainStart(folder, checkpoints, from, usable.damaged(), model, on);
  }

  /**
   * Checks that something is left to train.
   *
   * @param done steps in units of the configuration
   * @param steps as the run counted them
   */
  private static void checkLonger(
      TrainJob job, String state, long done, long steps, double epochs) {
    TrainConfig config = job.config();
    if (job.settings().totalSteps(job.units()) <= done) {
      throw UserException.configuration(
          String.format(
              Locale.ROOT,
              "--resume: the run in %s %s, with %d local steps (%.4g epochs): to extend it,"
                  + " training.epochs must be above that, but is %s%s",
              config.output(),
              state,
              steps,
              epochs,
              config.training().epochs(),
              allowance("tokens", config.budget().tokens())
                  + allowance("rounds", config.budget().rounds())));
    }
  }

  private static String allowance(String of, Long most) {
    return most == null ? "" : ", and budget." + of + " must allow for it, but is " + most;
  }

  /** What is to be told before it goes on. */
  List<String> notes(TrainJob job) {
    NetworkTraining.Settings settings = job.settings();
    List<String> notes = new ArrayList<>();
    String longer = on.text(settings);
    if (!longer.isEmpty()) {
      notes.add(longer);
    }
    if (on.changesWorkers(settings)) {
      notes.add(
          String.format(
              Locale.ROOT,
              "%d workers in place of %d from the next pass on: it begins at step %,d, hidden"
                  + " states with zero, moments with the mean over the workers; %,d %s that"
                  + " were left of this pass are skipped",
              settings.workers(),
              on.workersBefore(),
              on.step(),
              on.dropped(),
              job.unit()));
    }
    return notes;
  }

  /**
   * Becomes the run's writer.
   *
   * @return false if another has written meanwhile, and all must be found anew
   */
  boolean begin() throws IOException {
    int round = from == null ? -1 : from.round();
    checkpoints.forgetAfter(round);
    return folder.begin(round);
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
