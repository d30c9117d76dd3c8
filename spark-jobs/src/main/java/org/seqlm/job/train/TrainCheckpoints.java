package org.seqlm.job.train;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.seqlm.job.cli.JobContext;
import org.seqlm.neural.files.Checkpoint;
import org.seqlm.neural.files.Checkpoints;
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
  private final WorkerStates states;
  private final TrainMetrics metrics;
  private final Checkpoints checkpoints;
  private int lastWritten;

  TrainCheckpoints(
      TrainConfig config,
      JobContext context,
      TrainStart start,
      WorkerStates states,
      TrainMetrics metrics) {
    this.config = config;
    this.context = context;
    this.start = start;
    this.states = states;
    this.metrics = metrics;
    this.checkpoints = start.checkpoints();
    lastWritten = start.from() == null ? -1 : start.from().round();
  }

  /** Moves damaged checkpoints out of the way, and says so. */
  void setDamagedAside() throws IOException {
    for (Map.Entry<Integer, String> damaged : start.damaged().entrySet()) {
      context
          .progress()
          .message(
              "the checkpoint of round "
                  + damaged.getKey()
                  + " is of no use and is now "
                  + checkpoints.setAside(damaged.getKey())
                  + ": "
                  + damaged.getValue());
    }
    if (!start.damaged().isEmpty() && start.from() == null) {
      context.progress().message("no checkpoint of this run is whole: it starts over");
    }
  }

  /** Where the checkpoint that the run goes on from left the training. */
  Averaging.Position load() throws IOException {
    Checkpoint from = start.from();
    Checkpoints.Loaded loaded = checkpoints.load(from.round());
    tellPlatform(from);
    return new Averaging.Position(
        from.round(),
        new SharedModel(loaded.parameters(), loaded.moments(), from.updates()),
        loaded.velocity(),
        from.states());
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

  /** The folder of the last one. */
  String last() {
    return checkpoints.path(lastWritten);
  }

  /**
   * Writes the metrics so far, then the checkpoint, then deletes what is now too old.
   *
   * @param checkpoint of this position
   */
  void write(Checkpoint checkpoint, Averaging.Position position) throws IOException {
    metrics.write(checkpoint.round());
    checkpoints.write(
        new Checkpoints.Loaded(
            checkpoint,
            position.model().parameters(),
            position.velocity(),
            position.model().moments()),
        config.seed());
    lastWritten = checkpoint.round();
    checkpoints.prune(config.checkpoints().keep());
    states.deleteExcept(new HashSet<>(checkpoints.rounds()));
  }
}
