package org.seqlm.job.models;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.Examples;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.dataset.Split;
import org.seqlm.gate.PairedTest;
import org.seqlm.job.cli.BuiltInExample;
import org.seqlm.job.cli.Devices;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextTable;
import org.seqlm.metrics.Metric;
import org.seqlm.metrics.task.ExampleCost;
import org.seqlm.metrics.task.TaskScorer;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.Execution;
import org.seqlm.registry.Registry;
import org.seqlm.spark.feed.ExampleBatches;
import org.seqlm.spark.scoring.ExampleCosts;
import org.seqlm.spark.scoring.ExampleScoring;
import org.seqlm.spark.training.Engines;
import org.seqlm.task.TaskContent;
import org.seqlm.task.TaskModel;
import org.seqlm.task.predict.DecodingKeys;
import org.seqlm.task.predict.DeviceKeys;

/**
 * Two versions that are networks over examples, held against each other on the same labelled
 * examples. Targets are written as at the looks of a training, the likeliest token at each step.
 */
final class ExampleContest {
  /** The driver holds what each costs both, about 32 bytes an example. */
  private static final int MOST_EXAMPLES = 10_000_000;

  private final On on;
  private final Examples examples;
  private final TaskModel from;
  private final TaskModel to;

  private ExampleContest(On on, Examples examples, TaskModel from, TaskModel to) {
    this.on = on;
    this.examples = examples;
    this.from = from;
    this.to = to;
  }

  /**
   * What versions are held against each other on.
   *
   * @param input folder of labelled examples
   * @param split of these
   * @param gate what decides
   * @param execution where the versions predict
   */
  record On(String input, Split split, PairedTest gate, DeviceKeys execution) {}

  /**
   * What came of it.
   *
   * @param dataset folder of the examples
   * @param split of these
   * @param task for instance {@code classify}
   * @param metric that counts
   * @param direction which way is better by it
   * @param from all metrics of the one, by name, the one that counts first
   * @param to of the other
   * @param cost of an example; a gain is the one's less the other's
   * @param costTold what that is
   * @param gate what was found of the gains: whether the other is better
   */
  record Result(
      String dataset,
      Split split,
      String task,
      String metric,
      Metric.Direction direction,
      Map<String, Double> from,
      Map<String, Double> to,
      ExampleCost.Kind cost,
      String costTold,
      PairedTest.Result gate) {

    boolean isBetter() {
      return gate.finding() == PairedTest.Finding.BETTER;
    }

    /** Whether there were enough examples to tell by. */
    boolean isTested() {
      return gate.test() != null;
    }

    /** The metric of both, and how many examples it is of, in a line. */
    String figures() {
      return String.format(
          Locale.ROOT,
          "%s %s, before %s, on %,d examples of the %s split of %s",
          metric,
          number(to.get(metric)),
          number(from.get(metric)),
          gate.examples() + gate.leftOut(),
          Json.name(split),
          dataset);
    }

    /** For people. */
    String table(String one, String other) {
      TextTable metrics = new TextTable("on these examples", one, other, "difference");
      to.keySet()
          .forEach(
              name -> {
                Double before = from.get(name);
                Double now = to.get(name);
                metrics.row(
                    name,
                    number(before),
                    number(now),
                    before == null ? "" : String.format(Locale.ROOT, "%+.4f", now - before));
              });
      StringBuilder text = new StringBuilder(metrics.toString());
      text.append("an example's cost   ").append(costTold).append('\n');
      if (gate.gain() != null) {
        text.append(
            String.format(
                Locale.ROOT,
                "mean gain           %+.4f of %,d examples, each once%s%n",
                gate.gain(),
                gate.examples(),
                interval()));
      }
      text.append(isBetter() ? other + " is better: " : other + " is not shown to be better: ");
      return text.append(String.join("; ", reasons())).append('\n').toString();
    }

    private String interval() {
      Double lower = gate.interval().lower();
      Double upper = gate.interval().upper();
      return lower == null || upper == null
          ? ""
          : String.format(
              Locale.ROOT, "; at %s within %+.4f and %+.4f", gate.interval().level(), lower, upper);
    }

    /** Why it was found so. */
    List<String> reasons() {
      return gate.reasons().stream().map(reason -> reason.text()).toList();
    }

    private static String number(Double value) {
      return value == null ? "-" : String.format(Locale.ROOT, "%.4f", value);
    }
  }

  /**
   * Opens all of it, before anything predicts.
   *
   * @param from number of the one, the champion's where there is a champion
   * @param to of the other
   * @throws UserException with exit code 2 if the input is no labelled examples, or those of
   *     another task or vocabulary, or a version is a language model or pruned, or was trained on
   *     the split or chosen by it; 3 if the split has none, or more than can be held
   */
  static ExampleContest of(On on, JobContext context, Registry registry, int from, int to)
      throws IOException {
    String input = on.input();
    if (ArtifactReader.isArtifact(context.hadoop(), input)
        && !ArtifactReader.isOf(context.hadoop(), input, ArtifactKind.EXAMPLES)) {
      throw UserException.configuration(
          "--input "
              + input
              + " is of kind "
              + ArtifactReader.open(context.hadoop(), input).manifest().kind().shown()
              + ", but versions are held against each other on labelled examples: give a folder of"
              + " seqlm prepare --task; on text there are seqlm evaluate and seqlm retrain");
    }
    BuiltInExample built = BuiltInExample.find(context.hadoop(), List.of(input));
    if (built != null) {
      throw built.unprepared("give DATA");
    }
    Examples examples = Examples.open(context.hadoop(), input);
    if (examples.examples(on.split()) == 0) {
      throw UserException.data(
          "the "
              + Json.name(on.split())
              + " split of "
              + input
              + " has no examples: prepare them with such a split, or give another --split");
    }
    if (examples.examples(on.split()) > MOST_EXAMPLES) {
      throw UserException.data(
          String.format(
              Locale.ROOT,
              "the %s split of %s must have at most %,d examples to be compared on, but has %,d:"
                  + " prepare some of them",
              Json.name(on.split()),
              input,
              MOST_EXAMPLES,
              examples.examples(on.split())));
    }
    refuseKnown(on, examples, registry, List.of(from, to));
    TaskModel one = model(registry, from);
    TaskModel other = model(registry, to);
    for (TaskModel model : List.of(one, other)) {
      model.checkFits(examples.details(), "the examples in " + input);
    }
    return new ExampleContest(on, examples, one, other);
  }

  /** What a version was trained on, or its best round chosen by, favours it. */
  private static void refuseKnown(
      On on, Examples examples, Registry registry, List<Integer> versions) throws IOException {
    if (on.split() == Split.TEST) {
      return;
    }
    for (int version : versions) {
      if (examples
          .fingerprint()
          .equals(registry.model(version).manifest().inputs().get("examples"))) {
        throw UserException.configuration(
            "--split must be test, which neither version knows, but is "
                + Json.name(on.split())
                + ": version "
                + version
                + " was "
                + (on.split() == Split.TRAIN ? "trained on" : "chosen by")
                + " that split of "
                + on.input()
                + "; leave --split out, or give other examples");
      }
    }
  }

  private static TaskModel model(Registry registry, int version) throws IOException {
    ArtifactReader files = registry.model(version);
    if (!TaskContent.isIn(files)) {
      throw UserException.configuration(
          "version "
              + version
              + " of "
              + registry.name()
              + " is a language model, but --input holds labelled examples: give versions that were"
              + " trained on such; on text there are seqlm evaluate and seqlm retrain");
    }
    return TaskModel.read("version " + version + " of " + registry.name(), files, "");
  }

  /** Predicts with both, and holds what it costs against each other. */
  Result run(JobContext context) {
    Engine<?> engine = Engines.named(Engines.OF_EXAMPLES);
    Execution execution = on.execution().execution();
    Devices.check(engine, execution, context.sparkConf());
    long count = examples.examples(on.split());
    context.progress().stage("compare", 2 * count, "examples");
    ExampleCosts before = costs(from, engine, execution, context);
    context.progress().update(count, from.name());
    ExampleCosts now = costs(to, engine, execution, context);
    context.progress().update(2 * count, to.name());
    Metric named = now.metrics().get(0); // the one that counts
    ExampleCost.Kind kind = ExampleCost.Kind.of(named.name());
    return new Result(
        on.input(),
        on.split(),
        Json.name(examples.details().task()),
        named.name(),
        named.direction(),
        byName(before.metrics()),
        byName(now.metrics()),
        kind,
        kind.told(),
        on.gate()
            .of(
                before.costs(),
                now.costs(),
                kind.isBounded() ? PairedTest.Costs.AT_MOST_ONE : PairedTest.Costs.UNBOUNDED));
  }

  private ExampleCosts costs(
      TaskModel model, Engine<?> engine, Execution execution, JobContext context) {
    ExamplesDetails own = examples.details();
    ExamplesDetails trained = model.content().details();
    return ExampleCosts.of(
        context.sparkContext(),
        examples,
        on.split(),
        new ExampleScoring.Model(
            model.content().network(),
            model.parameters(),
            engine,
            DecodingKeys.DEFAULT.decoding(trained, 0), // nothing is drawn
            execution,
            ExampleBatches.features(trained)),
        TaskScorer.ofVocabularies(trained.withMetric(own.metric()), model.content().vocabularies()),
        ExampleCost.of(trained, own));
  }

  private static Map<String, Double> byName(List<Metric> metrics) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (Metric metric : metrics) {
      if (!Double.isNaN(metric.value())) {
        values.put(metric.name(), metric.value());
      }
    }
    return values;
  }
}
