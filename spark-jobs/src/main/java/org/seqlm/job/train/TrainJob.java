package org.seqlm.job.train;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.job.cli.BuiltInExample;
import org.seqlm.job.cli.Counted;
import org.seqlm.job.cli.JobContext;
import org.seqlm.neural.files.ModelContent;
import org.seqlm.neural.files.RunFolder;
import org.seqlm.neural.network.Network;
import org.seqlm.neural.optimizer.Schedule;
import org.seqlm.spark.feed.Feed;
import org.seqlm.spark.training.NetworkTraining;
import org.seqlm.spark.training.WorkerReport;

/**
 * What a run trains, and on what: all that decides its result beside the configuration, and what of
 * the two together cannot be, or has less effect than it seems. A language model trains on a text;
 * the run, its rounds and its files know of neither.
 */
sealed interface TrainJob permits TextJob, ExampleJob {

  /**
   * What a configuration trains: by its input.
   *
   * @throws UserException with exit code 2 if that is to be prepared first
   */
  static TrainJob of(TrainConfig config, Configuration hadoop) throws IOException {
    BuiltInExample built = BuiltInExample.find(hadoop, List.of(config.input()));
    if (built != null) {
      throw built.unprepared("train on DATA");
    }
    return ArtifactReader.isOf(hadoop, config.input(), ArtifactKind.EXAMPLES)
        ? ExampleJob.of(config, hadoop)
        : TextJob.of(config, hadoop);
  }

  /** The configuration, with what the input decides of it. */
  TrainConfig config();

  /** What is trained. */
  Network network();

  /** What its models' folders hold. */
  ModelContent content();

  /** What the run is known by. */
  RunFolder.Identity run();

  /** What it is fed with. */
  Feed feed(Configuration hadoop);

  /** Units of a pass. */
  long units();

  /** What a unit is, in the plural: {@code tokens}, for instance. */
  String unit();

  /** What a loss is of, in the singular: {@code token}, for instance. */
  String target();

  /** Of what the network's numbers stand for: a vocabulary's, for instance. */
  String fingerprint();

  /** How it trains. */
  NetworkTraining.Settings settings();

  /** The parameters before the first step. */
  float[] initialParameters();

  /** What is told of a run that begins with another model; empty if there is nothing to tell. */
  List<String> startNotes();

  /**
   * Checks what the configuration and the data decide together.
   *
   * @throws UserException with exit code 2 or 3
   */
  void check() throws IOException;

  /** What has no effect, or less than it seems, on so much data. */
  List<String> warnings();

  /** What it reads, where that needs telling. */
  List<String> notes();

  /** What it will cost. */
  TrainCost cost() throws IOException;

  /** How its models are looked at on the way. */
  TrainLooks.ModelLook look(JobContext context, TrainMetrics metrics) throws IOException;

  /** Size of the vocabulary that it predicts; null of a network that predicts no text. */
  Integer vocabularySize();

  /** Whether old data is read again among the new. */
  boolean replays();

  /**
   * Units of old data that workers trained in a round.
   *
   * @param first step of the round
   * @param end one past its last step
   */
  long replayed(List<WorkerReport> reports, long first, long end);

  /**
   * Checks that what looks at the validation split is to decide can be seen there.
   *
   * @param held whether there is such a split
   * @throws UserException with exit code 3
   */
  static void checkLooks(TrainJob job, boolean held) {
    if (held) {
      return;
    }
    TrainConfig config = job.config();
    String empty = "the valid split of " + config.input() + " has no " + job.unit() + ", so ";
    if (config.training().schedule().kind() == Schedule.Kind.PLATEAU) {
      throw UserException.data(
          empty
              + "the rate of training.schedule.kind plateau could never fall: prepare the dataset"
              + " with such a split, or choose another kind");
    }
    if (config.validation().patience() > 0) {
      throw UserException.data(
          empty
              + "validation.patience "
              + config.validation().patience()
              + " could never end the training: prepare the dataset with such a split, or set"
              + " validation.patience=0");
    }
  }

  /** Why a run ends that nothing ends on its way. */
  default String plannedEnd() {
    return switch (settings().plannedEnd(units())) {
      case EPOCHS -> "epochs: " + config().training().epochs();
      case TOKENS ->
          String.format(Locale.ROOT, "budget: %,d %s", config().budget().tokens(), unit());
      case ROUNDS -> "budget: " + Counted.of(config().budget().rounds(), "round");
    };
  }
}
