package org.seqlm.job.predict;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.OutputCheck;
import org.seqlm.corpus.example.AskedRules;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.job.cli.BuiltInExample;
import org.seqlm.job.cli.Devices;
import org.seqlm.job.cli.JobContext;
import org.seqlm.metrics.Metric;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.network.Decoding;
import org.seqlm.neural.network.Frames;
import org.seqlm.neural.network.Network;
import org.seqlm.registry.RegistryPath;
import org.seqlm.spark.predict.RecordPredicting;
import org.seqlm.spark.training.Engines;
import org.seqlm.task.TaskModel;
import org.seqlm.task.predict.PredictionDetails;
import org.seqlm.task.predict.PredictionSchema;

/** Asks a network over examples about records. */
final class PredictJob {
  /** Kept of every record that has it. */
  private static final String ID = "id";

  private final PredictConfig config;
  private final TaskModel model;
  private final CorpusPlan listed;
  private final AskedRules rules;
  private final Decoding decoding;

  private PredictJob(
      PredictConfig config,
      TaskModel model,
      CorpusPlan listed,
      AskedRules rules,
      Decoding decoding) {
    this.config = config;
    this.model = model;
    this.listed = listed;
    this.rules = rules;
    this.decoding = decoding;
  }

  /**
   * The job of a configuration; what can be told at once is told here.
   *
   * @throws UserException with exit code 2 if a key or a column is none of the model's, 3 if there
   *     is no model of examples, or no input
   */
  static PredictJob of(PredictConfig config, JobContext context) throws IOException {
    OutputCheck.folder(context.hadoop(), config.output(), context.overwrite());
    for (String path : config.input().paths()) {
      if (!CorpusPlan.isGlob(path) && ArtifactReader.isArtifact(context.hadoop(), path)) {
        throw UserException.configuration(
            "--input "
                + path
                + " is no file of records, but of kind "
                + ArtifactReader.open(context.hadoop(), path).manifest().kind().shown()
                + ": give the records themselves; for a split of labelled examples there is seqlm"
                + " evaluate");
      }
    }
    BuiltInExample built = BuiltInExample.find(context.hadoop(), config.input().paths());
    if (built != null) {
      throw UserException.configuration(
          "--input "
              + built.input()
              + " is the folder of the built-in example "
              + built.origin().kind()
              + ": give a file of its records, for instance "
              + built.data()
              + "/test.jsonl; or prepare --input "
              + built.input()
              + ", and evaluate that");
    }
    TaskModel model =
        TaskModel.load(context.hadoop(), RegistryPath.model(context.hadoop(), config.model()));
    ExamplesDetails details = model.content().details();
    List<String> kept = new ArrayList<>(List.of(ID));
    config.keep().stream().filter(name -> !name.equals(ID)).forEach(kept::add);
    List<String> own = PredictionSchema.names(details);
    for (String name : kept) {
      if (own.contains(name)) {
        throw UserException.configuration(
            "keep "
                + name
                + ": rows have a field of that name, of what is predicted ("
                + String.join(", ", own)
                + "): leave it out, or call the column otherwise");
      }
    }
    Network network = model.content().network();
    boolean labels = AskedRules.told(details.task()) != null && own.contains("label");
    if (config.top() > 0 && !labels) {
      throw UserException.configuration(
          "top is of labels with their probabilities, and "
              + config.model()
              + " is of the task "
              + Json.name(details.task())
              + ": leave it out");
    }
    AskedRules rules =
        AskedRules.of(
            details,
            config.examples().columns(),
            network instanceof Frames frames ? frames.frames() : 0,
            kept,
            config.model());
    Decoding decoding = config.decoding().decoding(details, config.seed());
    return new PredictJob(
        config, model, CorpusPlan.ofExamples(context.hadoop(), config.input()), rules, decoding);
  }

  private ExamplesDetails details() {
    return model.content().details();
  }

  private Network network() {
    return model.content().network();
  }

  String plan(JobContext context) {
    return listed.describe()
        + "\npredicts with "
        + network().title()
        + ", task "
        + Json.name(details().task())
        + "\nwrites "
        + config.output();
  }

  PredictResult run(JobContext context) throws IOException {
    Engine<?> engine = Engines.named(Engines.OF_EXAMPLES);
    Execution execution = config.execution().execution();
    Devices.check(engine, execution, context.sparkConf());
    if (!model.notice().isEmpty()) {
      context.progress().message("note: " + model.notice());
    }
    RecordPredicting.Request request =
        new RecordPredicting.Request(
            config.input(),
            rules,
            model,
            engine,
            decoding,
            execution,
            config.top(),
            config.keep(),
            config.format(),
            config.partitions());
    var spark = context.sparkContext();
    try (ArtifactWriter writer =
            ArtifactWriter.create(context.hadoop(), config.output(), context.overwrite());
        JobContext.Awaited tasks = context.awaitTasks()) {
      RecordPredicting.Result result =
          RecordPredicting.predict(spark, listed, request, writer.folder(), context.progress());
      result.files().forEach(writer::add);
      List<String> fields = PredictionSchema.names(details(), rules.kept());
      Manifest manifest =
          writer.publish(
              Manifest.of(
                  ArtifactKind.PREDICTIONS,
                  Map.of("corpus", result.fingerprint(), "model", model.fingerprint()),
                  config.recorded(),
                  config.seed(),
                  new PredictionDetails(
                      config.model(),
                      network().title(),
                      details().task(),
                      fields,
                      config.format(),
                      result.records(),
                      result.predicted(),
                      result.bad(),
                      result.tokens(),
                      result.unknown(),
                      result.labels(),
                      details().metric(),
                      Metric.byName(result.metrics()))));
      return new PredictResult(
          config.output(),
          manifest.fingerprint(),
          config.model(),
          network().title(),
          details().task(),
          fields,
          result.records(),
          result.predicted(),
          result.bad(),
          result.told(),
          result.tokens(),
          result.unknown(),
          result.labels(),
          details().metric(),
          result.metrics().isEmpty() ? null : Metric.byName(result.metrics()));
    }
  }
}
