package org.seqlm.job.train;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.ExampleOrigin;
import org.seqlm.dataset.ExampleStatistics;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.Examples;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.dataset.Split;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.train.config.IdleExampleKeys;
import org.seqlm.metrics.task.TaskScorer;
import org.seqlm.neural.files.RunFolder;
import org.seqlm.neural.learner.ExampleReading;
import org.seqlm.neural.network.Decoding;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.Network;
import org.seqlm.registry.RegistryPath;
import org.seqlm.spark.feed.ExampleFeed;
import org.seqlm.spark.feed.Feed;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.training.Engines;
import org.seqlm.spark.training.NetworkTraining;
import org.seqlm.spark.training.WorkerReport;
import org.seqlm.task.TaskContent;
import org.seqlm.task.TaskModel;
import org.seqlm.task.predict.DecodingKeys;
import org.seqlm.vocab.ExampleVocabulary;

/**
 * A network that trains on labelled examples.
 *
 * @param config of the run
 * @param examples to train on
 * @param content which network, and what its numbers stand for
 * @param start whose parameters to begin with; null for random ones
 * @param run what the run is known by
 */
record ExampleJob(
    TrainConfig config,
    Examples examples,
    TaskContent content,
    TaskModel start,
    RunFolder.Identity run)
    implements TrainJob {
  static ExampleJob of(TrainConfig config, Configuration hadoop) throws IOException {
    Examples examples = Examples.open(hadoop, config.input());
    ExamplesDetails details = examples.details();
    checkFrames(details, config.input());
    if (!config.replay().inputs().isEmpty()) {
      throw UserException.configuration(
          "replay.inputs is of text, but "
              + config.input()
              + " holds examples: prepare old and new ones together, and leave it out");
    }
    Network network = config.network().task().of(details);
    Map<String, String> inputs = new TreeMap<>(Map.of("examples", examples.fingerprint()));
    TaskModel start = null;
    if (config.startFrom() != null) {
      start = TaskModel.load(hadoop, RegistryPath.model(hadoop, config.startFrom()));
      start.checkFits(details, "the examples in " + config.input());
      List<String> differences = start.differences(network);
      if (!differences.isEmpty()) {
        throw UserException.configuration(
            "start-from: the model in "
                + config.startFrom()
                + " is another network: "
                + String.join(", ", differences)
                + ": set the keys of the group network to its values");
      }
      inputs.put("start-from", start.fingerprint());
    }
    Map<String, ExampleVocabulary> vocabularies = new TreeMap<>();
    for (String column : details.vocabularies().keySet()) {
      vocabularies.put(column, examples.vocabulary(column));
    }
    return new ExampleJob(
        config,
        examples,
        new TaskContent(network, details, vocabularies),
        start,
        TrainStart.job(config, inputs));
  }

  /** A network over frames has a number of them. */
  private static void checkFrames(ExamplesDetails details, String input) {
    if (details.task() != ExampleTask.FRAMES) {
      return;
    }
    int longest =
        details.splits().values().stream()
            .mapToInt(split -> split.longest().getOrDefault("values", 0))
            .max()
            .orElse(0);
    for (Map.Entry<Split, ExampleStatistics> split : details.splits().entrySet()) {
      long frames = split.getValue().items().getOrDefault("values", 0L);
      if (frames != split.getValue().examples() * longest) {
        throw UserException.data(
            "the examples of the "
                + Json.name(split.getKey())
                + " split of "
                + input
                + " have different numbers of frames, "
                + longest
                + " at most: cut all of them to one number");
      }
    }
  }

  @Override
  public Network network() {
    return content.network();
  }

  @Override
  public Feed feed(Configuration hadoop) {
    return new ExampleFeed(
        new SharedSettings(hadoop), examples, Split.TRAIN, reading(), config.seed());
  }

  private ExampleReading reading() {
    return new ExampleReading(config.averaging().workers(), config.training().batch());
  }

  @Override
  public long units() {
    return examples.examples(Split.TRAIN);
  }

  @Override
  public String unit() {
    return "examples";
  }

  @Override
  public String target() {
    return "target";
  }

  @Override
  public Integer vocabularySize() {
    return null;
  }

  @Override
  public String fingerprint() {
    return examples.fingerprint();
  }

  @Override
  public NetworkTraining.Settings settings() {
    return config.settings(reading());
  }

  @Override
  public float[] initialParameters() {
    return start == null
        ? InitialParameters.create(network(), config.seed())
        : start.parameters().clone();
  }

  @Override
  public List<String> startNotes() {
    return start == null
        ? List.of()
        : List.of("begins with the parameters of " + config.startFrom());
  }

  @Override
  public void check() {
    settings().stepsOfPass(units());
    Engines.named(config.engine()).check(network(), settings().recipe(), config.execution());
    TrainJob.checkLooks(this, examples.examples(Split.VALID) > 0);
  }

  @Override
  public List<String> warnings() {
    return TrainWarnings.of(this, IdleExampleKeys.of(Json.tree(config), examples.details()));
  }

  @Override
  public List<String> notes() {
    ExampleOrigin origin = examples.details().origin();
    List<String> notes = new ArrayList<>();
    if (examples.examples(Split.VALID) == 0) {
      notes.add(
          "the valid split has no examples: the last model is kept, and nothing tells how good it"
              + " is on the way: prepare them with such a split, for instance --splits"
              + " hashed:0.8,0.1,0.1");
    }
    if (origin != null && origin.description() != null) {
      notes.add(origin.kind() + ": " + origin.description());
    }
    return notes;
  }

  @Override
  public TrainCost cost() {
    return TrainCost.of(network(), settings(), examples.details());
  }

  @Override
  public TrainLooks.ModelLook look(JobContext context, TrainMetrics metrics) throws IOException {
    return new ExampleLook(this, context, metrics);
  }

  @Override
  public boolean replays() {
    return false;
  }

  @Override
  public long replayed(List<WorkerReport> reports, long first, long end) {
    return 0;
  }

  /** What scores its predictions. */
  TaskScorer scorer() {
    return TaskScorer.ofVocabularies(examples.details(), content.vocabularies());
  }

  /** How targets are written at looks; null of a task without. */
  Decoding decoding() {
    return DecodingKeys.DEFAULT.decoding(examples.details(), config.seed());
  }

  /** The best that any model can do by the task's metric, on which split; null if nobody knows. */
  ExampleOrigin.Best best() {
    ExampleOrigin origin = examples.details().origin();
    return origin == null ? null : origin.best(examples.details().metric());
  }
}
