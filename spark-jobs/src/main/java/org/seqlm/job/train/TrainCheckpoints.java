package org.seqlm.job.train;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.seqlm.job.cli.JobContext;
import org.seqlm.neural.files.Checkpoint;
import org.seqlm.neural.files.Checkpoints;
import org.seqlm.neural.files.StateFile;
import org.seqlm.spark.task.Platform;
import org.seqlm.spark.training.Averaging;
import org.seqlm.spark.training.SharedModel;
import org.seqlm.spark.training.WorkerStates;

/**
 * The checkpoints of one run: the one it goes on from, and those it writes. After each the folder
 * holds all that is needed to go on as if nothing had happened.
 */
final class TrainCheckpoints {
  private final TrainConfig config;
  private final JobContext context;
  private final TrainStart start;
  private WorkerStates states;
  private final TrainMetrics metrics;
  private final Checkpoints checkpoints;
  private final Map<Integer, List<StateFile>> kept = new TreeMap<>(); // by round
  private List<StateFile> handed = List.of(); // by the writers before
  private int lastWritten;

  TrainCheckpoints(TrainConfig config, JobContext context, TrainStart start, TrainMetrics metrics) {
    this.config = config;
    this.context = context;
    this.start = start;
    this.metrics = metrics;
    this.checkpoints = start.checkpoints();
    lastWritten = start.from() == null ? -1 : start.from().round();
  }

  /** Says which checkpoints count no more, for they are damaged. */
  void tellDamaged() {
    for (Map.Entry<Integer, String> damaged : start.damaged().entrySet()) {
      context
          .progress()
          .message(
              "the checkpoint of round "
                  + damaged.getKey()
                  + " is of no use and counts no more (it stays where it is until seqlm files"
                  + " --remove-orphans): "
                  + damaged.getValue());
    }
    if (!start.damaged().isEmpty() && start.from() == null) {
      context.progress().message("no checkpoint of this run is of use: it starts over");
    }
  }

  /**
   * Takes note of the states that the checkpoints refer to.
   *
   * @param own where this writer keeps its workers' states
   */
  void begin(WorkerStates own) throws IOException {
    states = own;
    for (int round : checkpoints.rounds()) {
      kept.put(round, checkpoints.states(round));
    }
    handed = kept.values().stream().flatMap(List::stream).toList();
  }

  /** Where the checkpoint that the run goes on from left the training. */
  Averaging.Position load() throws IOException {
    Checkpoint from = start.from();
    Checkpoints.Loaded loaded = checkpoints.load(from.round());
    tellPlatform(from);
    return new Averaging.Position(
        from.round(),
        new SharedModel(loaded.next(), loaded.moments(), from.updates()),
        loaded.outerState(),
        from.states(),
        loaded.parameters(),
        loaded.base(),
        from.interval());
  }

  /** The checkpoint of the best model's round, which is that model. */
  Checkpoints.Loaded model(int round) throws IOException {
    return checkpoints.load(round);
  }

  /**
   * The same bits are promised by the same versions only. The processor does not count, but what
   * libraries chose for it; that is known after a round.
   */
  private void tellPlatform(Checkpoint from) {
    Map<String, String> now = Platform.describe(context.sparkContext());
    List<String> changes =
        now.entrySet().stream()
            .filter(entry -> !entry.getKey().equals(Platform.PROCESSOR))
            .filter(entry -> !entry.getValue().equals(from.platform().get(entry.getKey())))
            .map(
                entry ->
                    entry.getKey()
                        + " was "
                        + from.platform().get(entry.getKey())
                        + ", now is "
                        + entry.getValue())
            .toList();
    if (!changes.isEmpty()) {
      context
          .progress()
          .message(
              "this run goes on elsewhere than it began, so its last bits may differ from an"
                  + " undisturbed one's: "
                  + String.join("; ", changes));
    }
  }

  /** Whether a checkpoint follows a round on the way. */
  boolean isDue(int round) {
    return round % config.checkpoints().every() == 0;
  }

  /**
   * How to go on after a divergence: at the last checkpoint, unless that is only where the run
   * began.
   */
  String afterDivergence() {
    return lastWritten == 0
        ? "start the same command again with the key changed and --overwrite"
        : "begin another run at the last good checkpoint, by the same command with the key changed"
            + " and --start-from "
            + checkpoints.path(lastWritten)
            + " --output ANOTHER";
  }

  /**
   * Writes the metrics so far and the checkpoint, lets them and the best model count, and then
   * removes what is now too old.
   *
   * @param checkpoint of this position
   * @param atWork a later round that writes states already, 0 if none does
   */
  void write(Checkpoint checkpoint, Averaging.Position position, int atWork) throws IOException {
    metrics.write(checkpoint.round());
    checkpoints.write(
        new Checkpoints.Loaded(
            checkpoint,
            position.published(),
            position.model().parameters(),
            position.base(),
            position.outerState(),
            position.model().moments()),
        config.seed());
    lastWritten = checkpoint.round();
    kept.put(checkpoint.round(), checkpoint.states());
    checkpoints.keep(config.checkpoints().keep(), checkpoint.bestRound());
    start.folder().commit();
    kept.keySet().retainAll(checkpoints.rounds());
    states.deleteExcept(handed, kept.values().stream().flatMap(List::stream).toList(), atWork);
  }
}
