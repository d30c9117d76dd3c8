package org.seqlm.job.evaluate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.OutputCheck;
import org.seqlm.dataset.ExampleOrigin;
import org.seqlm.dataset.Examples;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.job.cli.Counted;
import org.seqlm.job.cli.Devices;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextTable;
import org.seqlm.metrics.Metric;
import org.seqlm.metrics.TaskEvaluation;
import org.seqlm.metrics.task.ConfusionScorer;
import org.seqlm.metrics.task.TaskScorer;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.Execution;
import org.seqlm.registry.RegistryPath;
import org.seqlm.spark.feed.ExampleBatches;
import org.seqlm.spark.scoring.ExampleScoring;
import org.seqlm.spark.training.Engines;
import org.seqlm.task.TaskModel;

/** Networks that predict for a split of labelled examples. */
final class EvaluateExamples {
  private final EvaluateConfig config;
  private final Examples examples;
  private final List<TaskModel> models;

  private EvaluateExamples(EvaluateConfig config, Examples examples, List<TaskModel> models) {
    this.config = config;
    this.examples = examples;
    this.models = models;
  }

  /**
   * Opens every model before the first predicts: a typo in the last costs nothing.
   *
   * @throws UserException with exit code 2 if a model is of other examples, or a key says nothing
   *     here; 3 if the split has no examples, or there is no model of examples
   */
  static EvaluateExamples of(EvaluateConfig config, JobContext context) throws IOException {
    config.checkOfExamples();
    if (config.output() != null) {
      OutputCheck.folder(context.hadoop(), config.output(), context.overwrite());
    }
    Examples examples = Examples.open(context.hadoop(), config.inputName());
    if (examples.examples(config.split()) == 0) {
      throw UserException.data(
          "the "
              + Json.name(config.split())
              + " split of "
              + config.inputName()
              + " has no examples: prepare them with such a split, or give another --split");
    }
    List<TaskModel> models = new ArrayList<>();
    for (String path : config.models()) {
      TaskModel model =
          TaskModel.load(context.hadoop(), RegistryPath.model(context.hadoop(), path));
      model.checkFits(examples.details(), "the examples in " + config.inputName());
      config.decoding().decoding(model.content().details(), config.seed()); // checks it
      models.add(config.attention() == null ? model : model.withHardAttention());
    }
    return new EvaluateExamples(config, examples, models);
  }

  String plan() {
    return "predict with "
        + Counted.of(models.size(), "model")
        + " for the "
        + Json.name(config.split())
        + " split of "
        + config.inputName();
  }

  TaskEvaluation run(JobContext context) throws IOException {
    Engine<?> engine = Engines.named(Engines.OF_EXAMPLES);
    Execution execution = config.execution().execution();
    Devices.check(engine, execution, context.sparkConf());
    ExamplesDetails details = examples.details();
    long count = examples.examples(config.split());
    Map<String, String> inputs = new TreeMap<>();
    inputs.put("examples", examples.fingerprint());
    List<TaskEvaluation.OfModel> found = new ArrayList<>();
    String metric = details.metric();
    Metric.Direction direction = null;
    context.progress().stage("evaluate", count * models.size(), "examples");
    for (int i = 0; i < models.size(); i++) {
      TaskModel model = models.get(i);
      if (!model.notice().isEmpty()) {
        context.progress().message("note: " + model.notice());
      }
      ConfusionScorer scorer = scorer(model.content().details());
      double[] sums;
      try (ExampleScoring scoring =
          new ExampleScoring(context.sparkContext(), examples, config.split(), scorer)) {
        sums =
            scoring.score(
                count,
                new ExampleScoring.Model(
                    model.content().network(),
                    model.parameters(),
                    engine,
                    config.decoding().decoding(model.content().details(), config.seed()),
                    execution,
                    ExampleBatches.features(model.content().details())));
      }
      String name = config.names().get(i);
      List<Metric> metrics = scorer.metrics(sums); // the one that counts first
      direction = metrics.get(0).direction();
      found.add(
          new TaskEvaluation.OfModel(
              name,
              model.content().network().title(),
              Metric.byName(metrics),
              scorer.confusion(sums, details)));
      inputs.put("model " + config.models().get(i), model.fingerprint());
      context.progress().update(count * (i + 1), name);
    }
    TaskEvaluation evaluation =
        new TaskEvaluation(
            config.inputName(),
            Json.name(config.split()),
            Json.name(details.task()),
            count,
            metric,
            direction,
            found.get(0).metrics(),
            floor(),
            found);
    keep(context, inputs, evaluation);
    return evaluation;
  }

  /** What the model says, in the units that it was trained with; the examples' metric counts. */
  private ConfusionScorer scorer(ExamplesDetails trained) throws IOException {
    ExamplesDetails own = examples.details();
    Map<String, org.seqlm.vocab.ExampleVocabulary> vocabularies = new TreeMap<>();
    for (String column : own.vocabularies().keySet()) {
      vocabularies.put(column, examples.vocabulary(column));
    }
    return ConfusionScorer.of(
        TaskScorer.ofVocabularies(trained.withMetric(own.metric()), vocabularies), own);
  }

  /** Of this split, by the metric that counts; null if nobody knows. */
  private Double floor() {
    ExampleOrigin origin = examples.details().origin();
    return origin == null ? null : origin.floor(config.split(), examples.details().metric());
  }

  private void keep(JobContext context, Map<String, String> inputs, TaskEvaluation evaluation)
      throws IOException {
    if (config.output() != null) {
      try (ArtifactWriter out =
          ArtifactWriter.create(context.hadoop(), config.output(), context.overwrite())) {
        out.write("task-evaluation.json", Json.pretty(evaluation));
        out.publish(
            Manifest.of(
                ArtifactKind.EVALUATION,
                inputs,
                config,
                config.seed(),
                Map.of("models", config.names(), "split", evaluation.split())));
      }
    }
  }

  /**
   * The result as the user reads it: a row a model, the best of several marked, and the best that
   * any can do in its own.
   */
  static String table(TaskEvaluation result) {
    Set<String> names = new LinkedHashSet<>();
    result.models().forEach(model -> names.addAll(model.metrics().keySet()));
    List<String> head = new ArrayList<>(List.of("model", "kind", "examples"));
    head.addAll(names);
    List<TaskEvaluation.OfModel> best = result.best();
    if (!best.isEmpty()) {
      head.add("");
    }
    TextTable table = new TextTable(head.toArray(String[]::new));
    for (TaskEvaluation.OfModel model : result.models()) {
      List<String> row =
          new ArrayList<>(
              List.of(
                  model.name(),
                  model.kind(),
                  String.format(Locale.ROOT, "%,d", result.examples())));
      names.forEach(name -> row.add(number(model.metrics().get(name))));
      if (!best.isEmpty()) {
        row.add(best.contains(model) ? "best " + result.metric() : "");
      }
      table.row(row.toArray(String[]::new));
    }
    if (result.floor() != null) {
      List<String> row = new ArrayList<>(List.of("best possible", "on this split", ""));
      names.forEach(name -> row.add(name.equals(result.metric()) ? number(result.floor()) : ""));
      if (!best.isEmpty()) {
        row.add("");
      }
      table.row(row.toArray(String[]::new));
    }
    return table.toString();
  }

  private static String number(Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%.4f", value);
  }
}
