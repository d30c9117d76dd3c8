package org.seqlm.job.train;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.Problems;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.train.config.IdleKeys;
import org.seqlm.neural.files.ModelArtifact;
import org.seqlm.neural.files.RunFolder;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.VocabularyGrowth;
import org.seqlm.neural.plain.RecurrentLanguageModel;
import org.seqlm.registry.RegistryPath;
import org.seqlm.spark.feed.Feed;
import org.seqlm.spark.training.Engines;
import org.seqlm.spark.training.NetworkTraining;
import org.seqlm.spark.training.WorkerReport;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;

/**
 * A language model that trains on a text.
 *
 * @param config of the run
 * @param dataset to train on
 * @param text of that, with old text where some is replayed
 * @param network over its vocabulary
 * @param vocabulary of the dataset
 * @param start whose parameters to begin with; null for random ones
 * @param run what the run is known by
 */
record TextJob(
    TrainConfig config,
    Dataset dataset,
    TrainText text,
    LanguageNetwork network,
    Vocabulary vocabulary,
    ModelArtifact start,
    RunFolder.Identity run)
    implements TrainJob {
  static TextJob of(TrainConfig config, Configuration hadoop) throws IOException {
    Dataset dataset = Dataset.open(hadoop, config.input());
    Map<String, String> inputs = new TreeMap<>(Map.of("dataset", dataset.fingerprint()));
    TrainText text = TrainText.of(config, hadoop, dataset);
    text.nameIn(inputs);
    LanguageNetwork spec = config.network().spec(dataset.details().vocabularySize());
    ModelArtifact start = null;
    if (config.startFrom() != null) {
      start = ModelArtifact.load(hadoop, RegistryPath.model(hadoop, config.startFrom()));
      spec = config.network().spec(spec.vocabulary(), start.model().spec());
      checkStart(config.startFrom(), start.model(), spec, dataset);
      inputs.put("start-from", start.manifest().fingerprint());
    }
    return new TextJob(
        config, dataset, text, spec, dataset.vocabulary(), start, TrainStart.job(config, inputs));
  }

  @Override
  public ModelArtifact.Content content() {
    return new ModelArtifact.Content(
        new ModelArtifact.NetworkFile(network, dataset.details().rules()), vocabulary);
  }

  @Override
  public Feed feed(Configuration hadoop) {
    return text.feed(config, hadoop);
  }

  @Override
  public long units() {
    return text.tokens();
  }

  @Override
  public String unit() {
    return "tokens";
  }

  @Override
  public String target() {
    return "token";
  }

  @Override
  public String fingerprint() {
    return vocabulary.fingerprint();
  }

  @Override
  public NetworkTraining.Settings settings() {
    return config.settings();
  }

  @Override
  public TrainLooks.ModelLook look(JobContext context, TrainMetrics metrics) {
    return new TextLook(this, context, metrics);
  }

  @Override
  public Integer vocabularySize() {
    return network.vocabulary();
  }

  @Override
  public boolean replays() {
    return text.replay() != null;
  }

  @Override
  public long replayed(List<WorkerReport> reports, long first, long end) {
    return text.replayed(reports, config, first, end);
  }

  @Override
  public float[] initialParameters() {
    return start == null
        ? InitialParameters.create(network, config.seed())
        : VocabularyGrowth.grow(
            start.model().spec(), start.model().parameters(), network.vocabulary());
  }

  @Override
  public List<String> startNotes() {
    if (start == null) {
      return List.of();
    }
    List<String> notes = new ArrayList<>();
    NetworkTraining.Settings settings = config.settings();
    long total = settings.totalSteps(text.tokens());
    long warm = settings.start().steps(settings.schedule(), total);
    notes.add(
        String.format(
            Locale.ROOT,
            "begins with the parameters of %s: learning rates of %.4g (start.rate-factor) times"
                + " %.4g%s",
            config.startFrom(),
            settings.start().rateFactor(),
            settings.learningRate(),
            warm == 0
                ? ""
                : String.format(
                    Locale.ROOT,
                    ", risen to over the first %,d of %,d steps (start.rewarm)",
                    warm,
                    total)));
    int known = start.model().spec().vocabulary();
    if (known != network.vocabulary()) {
      notes.add(
          String.format(
              Locale.ROOT,
              "begins with %s: its %,d tokens as it learned them, %,d new ones behind them",
              config.startFrom(),
              known,
              network.vocabulary() - known));
    }
    return notes;
  }

  private static void checkStart(
      String path, RecurrentLanguageModel model, LanguageNetwork spec, Dataset dataset)
      throws IOException {
    Vocabulary tokens = dataset.vocabulary();
    boolean extended = Vocabularies.beginsWith(tokens, model.vocabulary());
    String otherTokens = extended ? "" : Vocabularies.difference(model.vocabulary(), tokens);
    List<String> differences = spec.differences(model.spec());
    String what = "start-from: the model in " + path;
    new Problems()
        .require(
            otherTokens.isEmpty(),
            what
                + " "
                + otherTokens
                + ": prepare the dataset with --vocabulary-from "
                + path
                + ", which keeps the model's tokens and appends the text's new ones, or start from"
                + " a model with its vocabulary, or from none")
        .require(
            differences.isEmpty(),
            what
                + " is another network: "
                + String.join("; ", differences)
                + ": set these keys to the model's values")
        .throwIfAny();
  }

  @Override
  public void check() throws IOException {
    // Whether every worker can fill a window.
    config.settings().stepsOfPass(text.tokens());
    Engines.named(config.engine()).check(network, config.settings().recipe(), config.execution());
    TrainJob.checkLooks(this, dataset.tokens(Split.VALID) > 0);
  }

  @Override
  public List<String> warnings() {
    List<String> warnings = TrainWarnings.of(this, IdleKeys.ofText(Json.tree(config)));
    if (config.replay().share() == 0 && !config.replay().inputs().isEmpty()) {
      warnings.add("warning: replay.inputs has no effect where replay.share is 0");
    }
    if (text.replay() != null && text.replay().turns() > 1) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "warning: replay.share %s reads the old text %.1f times in each pass: a smaller"
                  + " share, or more datasets in replay.inputs, repeat less",
              config.replay().share(),
              text.replay().turns()));
    }
    return warnings;
  }

  @Override
  public List<String> notes() {
    return text.replay() == null ? List.of() : List.of(text.text());
  }

  @Override
  public TrainCost cost() {
    return TrainCost.of(network, config.settings(), vocabulary::count, text.tokens());
  }
}
