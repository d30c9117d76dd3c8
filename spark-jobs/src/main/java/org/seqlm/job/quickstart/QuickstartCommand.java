package org.seqlm.job.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Commits;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Overwrite;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.SplitStatistics;
import org.seqlm.example.Example;
import org.seqlm.example.Grammar;
import org.seqlm.example.GrammarModel;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextTable;
import org.seqlm.job.evaluate.EvaluateConfig;
import org.seqlm.job.evaluate.EvaluateJob;
import org.seqlm.job.example.ExampleCommand;
import org.seqlm.job.example.ExampleConfig;
import org.seqlm.job.ngrams.NgramsCommand;
import org.seqlm.job.ngrams.NgramsConfig;
import org.seqlm.job.prepare.PrepareCommand;
import org.seqlm.job.prepare.PrepareConfig;
import org.seqlm.job.report.ReportCommand;
import org.seqlm.job.report.ReportConfig;
import org.seqlm.job.train.TrainCommand;
import org.seqlm.job.train.TrainConfig;
import org.seqlm.lm.Score;
import org.seqlm.lm.Scorer;
import org.seqlm.metrics.Evaluation;
import org.seqlm.metrics.ModelScore;
import org.seqlm.metrics.PairScore;
import org.seqlm.store.HashedFile;
import org.seqlm.store.Paths;
import org.seqlm.vocab.TokenBlock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm quickstart}: every step of the pipeline on the built-in example. */
@Command(
    name = "quickstart",
    description = {
      "Runs the whole pipeline on the built-in example: corpus, dataset, n-grams, training,"
          + " evaluation, report.",
      "The example's entropy is known exactly, so the report shows how close each model comes to"
          + " the best possible.",
      "",
      "Example: seqlm quickstart --output quickstart"
    })
public final class QuickstartCommand
    extends JobCommand<QuickstartConfig, QuickstartCommand.Result> {
  /** Written first, so that an interrupted quickstart is known for what it is. */
  private static final String MARKER = "quickstart.json";

  /**
   * What a quickstart found.
   *
   * @param report file of the report
   * @param evaluation of all models on the test split
   * @param seconds of wall time by step
   */
  record Result(String report, Evaluation evaluation, Map<String, Double> seconds) {}

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Folder for everything (default: quickstart).")
  String output;

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      description = "Size of the corpus (default: 2MB).")
  String size;

  QuickstartCommand() {
    super(QuickstartConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides.put("output", output).put("size", size);
  }

  @Override
  public String plan(QuickstartConfig config, JobContext context) throws IOException {
    checkFolder(config, context);
    return String.format(
        Locale.ROOT,
        """
        write a corpus of %s to %2$s/corpus
        prepare it as %2$s/dataset, count its n-grams to %2$s/ngrams, train %2$s/run
        evaluate all models as %2$s/evaluation and draw %2$s/report.html
        """,
        config.size(),
        config.output());
  }

  @Override
  public Result run(QuickstartConfig config, JobContext context) throws Exception {
    beginFolder(config, context);
    String folder = config.output();
    Map<String, Double> seconds = new LinkedHashMap<>();
    Steps steps = new Steps(config, seconds);
    TrainConfig train =
        ConfigLoader.load(
            "train",
            TrainConfig.class,
            steps
                .keys(config.train())
                .put("input", folder + "/dataset")
                .put("output", folder + "/run")
                .tree());
    // Before Spark starts, which the first step does.
    context.pin(train.execution().kernels());
    context.collectParameters();

    steps.run(
        "example",
        () -> {
          ExampleConfig example =
              ConfigLoader.load(
                  "example",
                  ExampleConfig.class,
                  steps
                      .keys(null)
                      .put("output", folder + "/corpus")
                      .put("size", config.size())
                      .tree());
          new ExampleCommand().run(example, context.inner("example", Overwrite.REPLACE));
        });
    steps.run(
        "prepare",
        () -> {
          FlagValues keys =
              steps
                  .keys(config.prepare())
                  .put("input.paths", List.of(folder + "/corpus/corpus.txt"))
                  .put("output", folder + "/dataset");
          new PrepareCommand()
              .run(
                  ConfigLoader.load("prepare", PrepareConfig.class, keys.tree()),
                  context.inner("prepare", Overwrite.REPLACE));
        });
    steps.run(
        "ngrams",
        () -> {
          FlagValues keys =
              steps
                  .keys(config.ngrams())
                  .put("input.paths", List.of(folder + "/dataset"))
                  .put("output", folder + "/ngrams")
                  .put("order", config.order());
          new NgramsCommand()
              .run(
                  ConfigLoader.load("ngrams", NgramsConfig.class, keys.tree()),
                  context.inner("ngrams", Overwrite.REPLACE));
        });
    steps.run(
        "train",
        () -> {
          new TrainCommand().run(train, context.inner("train", Overwrite.REPLACE));
        });
    List<Evaluation> evaluations = new ArrayList<>();
    steps.run("evaluate", () -> evaluations.add(evaluate(config, context)));
    steps.run(
        "report",
        () -> {
          FlagValues keys =
              steps
                  .keys(null)
                  .put("input", folder)
                  .put("output", folder + "/report.html")
                  .put("title", "SeqLM quickstart");
          new ReportCommand()
              .run(
                  ConfigLoader.load("report", ReportConfig.class, keys.tree()),
                  context.inner("report", Overwrite.REPLACE));
        });
    finishFolder(config, context);
    return new Result(folder + "/report.html", evaluations.get(0), seconds);
  }

  private static Evaluation evaluate(QuickstartConfig config, JobContext context)
      throws IOException {
    String folder = config.output();
    List<String> models = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int order = 1; order <= config.order(); order++) {
      models.add(folder + "/ngrams#estimator=add-k,order=" + order);
      names.add(order + "-gram");
    }
    models.add(folder + "/ngrams");
    names.add(config.order() + "-gram Kneser-Ney");
    models.add(folder + "/run");
    names.add("LSTM");
    EvaluateConfig evaluate =
        ConfigLoader.load(
            "evaluate",
            EvaluateConfig.class,
            new FlagValues()
                .put("input.paths", List.of(folder + "/dataset"))
                .put("output", folder + "/evaluation")
                .put("models", models)
                .put("names", names)
                .put("pairs", folder + "/corpus/pairs.jsonl")
                .put("partitions", config.partitions())
                .put("seed", config.seed())
                .tree());
    return EvaluateJob.run(
        evaluate,
        context.inner("evaluate", Overwrite.REPLACE),
        floor(context.hadoop(), folder + "/dataset"));
  }

  /** The entropy of the grammar, and what the grammar itself makes of the test split. */
  private static Evaluation.Floor floor(Configuration hadoop, String folder) throws IOException {
    Dataset dataset = Dataset.open(hadoop, folder);
    SplitStatistics split = dataset.details().splits().get(Split.TEST);
    TokenBlock block = dataset.read(Split.TEST, 0, split.tokens(), 0);
    GrammarModel truth = GrammarModel.of(Example.grammar(), dataset.vocabulary());
    Score score = Scorer.score(truth, block.tokens(), 0, block.documentStarts());
    Grammar.Entropy entropy = Example.floor();
    return new Evaluation.Floor(
        entropy.bitsPerToken(),
        entropy.bitsPerCharacter(),
        score.bitsPerToken(),
        score.nats() / Math.log(2) / split.characters());
  }

  private static void checkFolder(QuickstartConfig config, JobContext context) throws IOException {
    Path path = Paths.of(config.output());
    FileSystem fs = path.getFileSystem(context.hadoop());
    if (!fs.exists(path)) {
      return;
    }
    boolean complete = ArtifactReader.isArtifact(context.hadoop(), config.output());
    if (complete && context.overwrite() == Overwrite.REFUSE) {
      throw UserException.configuration(
          "output "
              + config.output()
              + " exists: give --overwrite to replace it, or another --output");
    }
    boolean ours = fs.exists(new Path(path, MARKER));
    if (!ours && fs.listStatus(path).length > 0) {
      throw UserException.configuration(
          "output "
              + config.output()
              + " exists and is no quickstart of ours (it has no "
              + MARKER
              + "): give another --output, or remove it yourself");
    }
  }

  /** Nothing goes before what takes its place is there. */
  private static void beginFolder(QuickstartConfig config, JobContext context) throws IOException {
    checkFolder(config, context);
    Path path = Paths.of(config.output());
    HashedFile.replace(
        path.getFileSystem(context.hadoop()),
        path,
        MARKER,
        out -> out.write(Json.pretty(config).getBytes(StandardCharsets.UTF_8)));
  }

  private static void finishFolder(QuickstartConfig config, JobContext context) throws IOException {
    Map<String, String> inputs = new HashMap<>();
    for (String part : List.of("dataset", "ngrams", "run", "evaluation")) {
      inputs.put(
          part,
          ArtifactReader.open(context.hadoop(), config.output() + "/" + part)
              .manifest()
              .fingerprint());
    }
    Manifest manifest =
        Manifest.of(
            ArtifactKind.QUICKSTART,
            inputs,
            config,
            config.seed(),
            Map.of("report", "report.html"));
    Path path = Paths.of(config.output());
    FileSystem fs = path.getFileSystem(context.hadoop());
    if (!Commits.after(fs, path, Commits.newest(fs, path)).commit(manifest)) {
      throw UserException.platform(
          "output "
              + config.output()
              + " was written by another quickstart at the same time: look at it, or start again"
              + " with another --output");
    }
  }

  @Override
  public String summary(QuickstartConfig config, Result result) {
    StringBuilder text = new StringBuilder();
    text.append("\nAll models on the same held-out text; the last rows are the best possible.\n\n");
    text.append(EvaluateJob.table(result.evaluation())).append('\n');
    text.append(
        "How often each model prefers the verb that agrees with its subject, by the tokens between"
            + " them:\n\n");
    text.append(agreement(result.evaluation())).append('\n');
    double total = result.seconds().values().stream().mapToDouble(Double::doubleValue).sum();
    text.append(String.format(Locale.ROOT, "took %.0f s:", total));
    result
        .seconds()
        .forEach((step, time) -> text.append(String.format(Locale.ROOT, " %s %.0f", step, time)));
    text.append("\nreport: ").append(result.report()).append('\n');
    return text.toString();
  }

  private static String agreement(Evaluation evaluation) {
    List<String> groups = evaluation.pairs().stream().map(PairScore::group).distinct().toList();
    List<String> header = new ArrayList<>();
    header.add("distance");
    header.addAll(groups);
    TextTable table = new TextTable(header.toArray(String[]::new));
    for (ModelScore model : evaluation.models()) {
      List<String> row = new ArrayList<>();
      row.add(model.name());
      for (String group : groups) {
        row.add(
            evaluation.pairs().stream()
                .filter(score -> score.model().equals(model.name()) && score.group().equals(group))
                .map(
                    score ->
                        String.format(Locale.ROOT, "%.0f%%", 100 * score.right() / score.pairs()))
                .findFirst()
                .orElse("-"));
      }
      table.row(row.toArray(String[]::new));
    }
    return table.toString();
  }

  /** Runs the steps, each with its share of the configuration, and takes their times. */
  private static final class Steps {
    private final QuickstartConfig config;
    private final Map<String, Double> seconds;

    Steps(QuickstartConfig config, Map<String, Double> seconds) {
      this.config = config;
      this.seconds = seconds;
    }

    /** A step that may fail in any way. */
    @FunctionalInterface
    interface Step {
      void run() throws Exception;
    }

    void run(String name, Step step) throws Exception {
      long start = System.nanoTime();
      step.run();
      seconds.put(name, (System.nanoTime() - start) / 1e9);
    }

    FlagValues keys(JsonNode part) {
      return new FlagValues()
          .putAll(part)
          .put("seed", config.seed())
          .put("partitions", config.partitions());
    }
  }
}
