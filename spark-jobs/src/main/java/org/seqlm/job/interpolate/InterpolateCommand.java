package org.seqlm.job.interpolate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.OutputCheck;
import org.seqlm.dataset.Dataset;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextTable;
import org.seqlm.job.evaluate.ScoringInputs;
import org.seqlm.lm.MixtureWeights;
import org.seqlm.lm.Score;
import org.seqlm.lm.files.MixtureArtifact;
import org.seqlm.spark.models.PathModel;
import org.seqlm.spark.scoring.MixtureStep;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm interpolate}. */
@Command(
    name = "interpolate",
    description = {
      "Mixes models: each token's probability is the weighted mean of theirs. The weights that"
          + " make a held-out split likeliest are found by expectation maximisation.",
      "",
      "Example: seqlm interpolate --model ngrams --model run --input dataset --split valid"
          + " --output mixture"
    })
public final class InterpolateCommand extends JobCommand<InterpolateConfig, InterpolateResult> {
  @Option(
      names = "--model",
      paramLabel = "PATH",
      description =
          "A model as seqlm evaluate takes it: a RUN, its model or a checkpoint of it, an n-gram"
              + " folder, an ARPA file, a compiled model, a KenLM binary, a mixture. Give two or"
              + " more.")
  List<String> models;

  @Option(
      names = "--input",
      paramLabel = "DATASET",
      description = "Folder written by seqlm prepare.")
  String input;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "What the weights are tuned on: train, valid or test (default: valid).")
  String split;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Keep the mixture there; evaluate and generate take it as a model.")
  String output;

  @Option(
      names = "--weights",
      paramLabel = "W",
      split = ",",
      description = "Use these weights, for instance 0.3,0.7, and tune nothing.")
  List<Double> weights;

  @Option(
      names = "--tolerance",
      paramLabel = "X",
      description =
          "Stop where the log-likelihood improves by less than this fraction (default: 1e-6).")
  Double tolerance;

  @Option(
      names = "--max-iterations",
      paramLabel = "N",
      description = "Change the weights at most so often (default: 100).")
  Integer maxIterations;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Use only the first N tokens of the split (default: all).")
  Long maxTokens;

  InterpolateCommand() {
    super(InterpolateConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("models", models)
        .put("input", input)
        .put("split", split)
        .put("output", output)
        .put("weights", weights)
        .put("tolerance", tolerance)
        .put("max-iterations", maxIterations)
        .put("max-tokens", maxTokens);
  }

  @Override
  public String plan(InterpolateConfig config, JobContext context) throws IOException {
    if (config.output() != null) {
      OutputCheck.folder(context.hadoop(), config.output(), context.overwrite());
    }
    Dataset dataset = open(config, context.hadoop()).dataset();
    return (config.weights().isEmpty() ? "tune" : "score")
        + " a mixture of "
        + config.models().size()
        + " models on the "
        + Json.name(config.split())
        + " split of "
        + dataset.artifact().name();
  }

  @Override
  public InterpolateResult run(InterpolateConfig config, JobContext context) throws IOException {
    Configuration hadoop = context.hadoop();
    if (config.output() != null) {
      OutputCheck.folder(hadoop, config.output(), context.overwrite());
    }
    ScoringInputs.OnSplit on = open(config, hadoop);
    Dataset dataset = on.dataset();
    List<PathModel> opened = on.models();
    opened.forEach(model -> model.tell(context.progress()));
    long tokens = on.tokens();

    context.progress().stage("score", tokens * opened.size(), "tokens");
    List<Score> alone;
    MixtureWeights.Fit fit;
    try (MixtureStep step =
        MixtureStep.score(
            context.sparkContext(),
            dataset,
            config.split(),
            tokens,
            config.models(),
            opened,
            config.partitions())) {
      alone = step.alone();
      context.progress().update(tokens * opened.size(), "");
      context.progress().stage("tune", config.rules().maxIterations(), "iterations");
      fit =
          MixtureWeights.fit(
              config.start(),
              config.rules(),
              step::expectation,
              iteration ->
                  context
                      .progress()
                      .update(
                          iteration.iteration(),
                          iteration.perplexity() == null
                              ? ""
                              : String.format(
                                  Locale.ROOT, "perplexity %.4f", iteration.perplexity())));
    }
    InterpolateResult result = result(config, opened, alone, fit, notes(opened, alone, fit));
    if (config.output() != null) {
      write(config, context, dataset, result);
    }
    return result;
  }

  /** Opens every model before the first is scored: a typo in the last costs nothing. */
  private static ScoringInputs.OnSplit open(InterpolateConfig config, Configuration hadoop)
      throws IOException {
    ScoringInputs.OnSplit opened =
        ScoringInputs.onSplit(
            hadoop,
            Dataset.open(hadoop, config.input()),
            config.split(),
            config.maxTokens(),
            config.models(),
            "mix models of one tokeniser on a dataset prepared with it");
    for (int i = 0; i < opened.models().size(); i++) {
      opened.models().get(i).checkMixable(config.models().get(i));
    }
    return opened;
  }

  private static InterpolateResult result(
      InterpolateConfig config,
      List<PathModel> models,
      List<Score> alone,
      MixtureWeights.Fit fit,
      List<String> notes) {
    List<InterpolateResult.Component> components = new ArrayList<>();
    List<String> title = new ArrayList<>();
    for (int i = 0; i < models.size(); i++) {
      Score score = alone.get(i);
      boolean finite = score.zeroProbability() == 0;
      double weight = fit.best().weights().get(i);
      components.add(
          new InterpolateResult.Component(
              config.models().get(i),
              models.get(i).kind(),
              models.get(i).fingerprint(),
              weight,
              score.unknown(),
              score.zeroProbability(),
              finite ? score.natsPerToken() : null,
              finite ? score.perplexity() : null));
      title.add(String.format(Locale.ROOT, "%.3f of %s", weight, models.get(i).kind()));
    }
    double logLikelihood = fit.best().logLikelihood();
    return new InterpolateResult(
        config.input(),
        Json.name(config.split()),
        fit.tokens(),
        components,
        new InterpolateResult.Mixed(
            String.join(", ", title),
            fit.zeroProbability(),
            logLikelihood,
            fit.zeroProbability() == 0 ? -logLikelihood / fit.tokens() : null,
            fit.best().perplexity()),
        config.weights().isEmpty() ? fit.ending() : null,
        fit.iterations(),
        config.output(),
        notes);
  }

  private static List<String> notes(
      List<PathModel> models, List<Score> alone, MixtureWeights.Fit fit) {
    List<String> notes = new ArrayList<>();
    boolean sameVocabulary =
        models.stream().map(model -> model.vocabulary().fingerprint()).distinct().count() == 1;
    if (!sameVocabulary) {
      notes.add(
          "The models have different vocabularies: a token gets probability 0 in the mixture from"
              + " a model that lacks it, but alone each scores what it lacks as its <unk>. Do not"
              + " compare these perplexities.");
    }
    if (models.stream().map(PathModel::rules).distinct().count() > 1) {
      notes.add(
          "The models cut or normalise text by different rules; new text is read by those of the"
              + " first model that is no file of others.");
    }
    if (fit.zeroProbability() > 0) {
      notes.add(
          "Every model excludes "
              + String.format(Locale.ROOT, "%,d", fit.zeroProbability())
              + " of the tokens: the mixture's perplexity is infinite, and the weights are tuned on"
              + " the others.");
    } else if (alone.stream().anyMatch(score -> score.zeroProbability() > 0)) {
      notes.add("A model that gives some token the probability zero has an infinite perplexity.");
    }
    if (fit.ending() == MixtureWeights.Ending.ITERATIONS_SPENT && fit.iterations().size() > 1) {
      notes.add("The weights had not converged yet: give a larger --max-iterations.");
    }
    return notes;
  }

  private static void write(
      InterpolateConfig config, JobContext context, Dataset dataset, InterpolateResult result)
      throws IOException {
    Map<String, String> inputs = new HashMap<>();
    inputs.put("dataset", dataset.fingerprint());
    List<MixtureArtifact.Component> components = new ArrayList<>();
    for (InterpolateResult.Component model : result.models()) {
      inputs.put("model " + model.path(), model.fingerprint());
      components.add(
          new MixtureArtifact.Component(
              MixtureArtifact.reference(context.hadoop(), config.output(), model.path()),
              model.fingerprint(),
              model.weight()));
    }
    MixtureArtifact.write(
        context.hadoop(),
        config.output(),
        context.overwrite(),
        inputs,
        config,
        config.seed(),
        new MixtureArtifact.MixtureDetails(
            result.mixture().title(),
            components,
            result.split(),
            result.tokens(),
            result.mixture().perplexity()));
  }

  @Override
  public String summary(InterpolateConfig config, InterpolateResult result) {
    TextTable table = new TextTable("model", "kind", "weight", "oov", "perplexity");
    for (InterpolateResult.Component model : result.models()) {
      table.row(
          model.path(),
          model.kind(),
          String.format(Locale.ROOT, "%.6f", model.weight()),
          String.format(Locale.ROOT, "%.2f%%", 100.0 * model.unknown() / result.tokens()),
          perplexity(model.perplexity(), model.zeroProbability()));
    }
    table.row(
        "mixture",
        "",
        "",
        "",
        perplexity(result.mixture().perplexity(), result.mixture().zeroProbability()));
    StringBuilder text = new StringBuilder(table.toString());
    if (result.ending() != null) {
      text.append(
          String.format(
              Locale.ROOT,
              "iterations: %d, %s; tuned on %,d tokens of the %s split%n",
              result.iterations().size() - 1,
              result.ending() == MixtureWeights.Ending.CONVERGED ? "converged" : "not converged",
              result.tokens(),
              result.split()));
    } else {
      text.append(
          String.format(
              Locale.ROOT,
              "weights as given; scored on %,d tokens of the %s split%n",
              result.tokens(),
              result.split()));
    }
    result.notes().forEach(note -> text.append("note: ").append(note).append('\n'));
    if (result.output() != null) {
      text.append("mixture: ").append(result.output()).append('\n');
    }
    return text.toString();
  }

  private static String perplexity(Double value, long zeroProbability) {
    return value == null
        ? "infinite (" + String.format(Locale.ROOT, "%,d", zeroProbability) + " excluded)"
        : String.format(Locale.ROOT, "%.4f", value);
  }
}
