package org.seqlm.job.ngrams;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.OutputCheck;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.ConfigText;
import org.seqlm.job.cli.CorpusOptions;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.evaluate.ScoringInputs;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.spark.task.JobCosts;
import org.seqlm.spark.tokens.TokenizedCorpus;
import org.seqlm.text.TextRules;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Counts n-grams and estimates a model from the counts. */
@Command(
    name = "ngrams",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  seqlm ngrams --input corpus/ --output out/ngrams --order 3 --tokenizer word --lowercase",
      "  seqlm ngrams --input data/words --output out/ngrams --order 5     (a dataset of prepare)",
      "  seqlm ngrams --input text.gz --output out/lm --tokenizer whitespace --arpa out/lm.arpa.gz",
      "  seqlm ngrams --input logs/today --add out/yesterday --output out/today"
    },
    description = {
      "Counts all n-grams of orders 1 to N exactly and estimates a language model from the counts:"
          + " interpolated modified Kneser-Ney, equal to KenLM's, or another estimator.",
      "",
      "The output holds top.tsv (order, rank, n-gram, count), counts-of-counts.tsv, zipf.tsv,"
          + " statistics.json, and the counts and the model, which evaluate, generate and score"
          + " read.",
      ""
    })
public final class NgramsCommand extends JobCommand<NgramsConfig, NgramsResult> {
  @Mixin private CorpusOptions corpus = new CorpusOptions();

  @Option(names = "--output", paramLabel = "DIR", description = "Folder for the result.")
  String output;

  @Option(
      names = "--add",
      paramLabel = "DIR",
      description =
          "Counts of an earlier text, to which those of this one are added: of the same tokeniser,"
              + " order and boundary (line or document), and of every word.")
  String add;

  @Option(
      names = "--order",
      paramLabel = "N",
      description = "Longest n-gram, 1 to 16 (default: 3).")
  Integer order;

  @Option(
      names = "--boundary",
      paramLabel = "line|document|stream",
      description = "How far an n-gram may reach (default: line).")
  String boundary;

  @Option(
      names = "--top",
      paramLabel = "K",
      description = "Rows an order in top.tsv (default: 10).")
  Integer top;

  @Option(
      names = "--split",
      paramLabel = "train|valid|test",
      description = "The split of a dataset to count (default: train).")
  String split;

  @Option(
      names = "--estimator",
      paramLabel = "NAME",
      description =
          "The model to estimate: kneser-ney (default), absolute-discounting, witten-bell,"
              + " jelinek-mercer, katz, stupid-backoff, mle or add-k.")
  String estimator;

  @Option(
      names = "--add-k",
      paramLabel = "K",
      description = "k of the add-k models (default: 0.01).")
  Double addK;

  @Option(
      names = "--discount-fallback",
      paramLabel = "fallback|fail",
      description =
          "What to do where counts of counts give no discounts (default: fallback, fixed ones).")
  String discountFallback;

  @Option(
      names = "--prune",
      paramLabel = "N",
      split = ",",
      description =
          "Leave n-grams that appear at most N times out of the model; a number an order, as 0,1,1,"
              + " the last for all higher ones (default: 0).")
  List<Long> prune;

  @Option(
      names = "--limit-vocabulary",
      paramLabel = "FILE",
      description =
          "Leave n-grams with words that FILE does not hold out of the model (words in UTF-8 with"
              + " white space between them, packed or not).")
  String limitVocabulary;

  @Option(
      names = "--arpa",
      paramLabel = "FILE",
      description = "Also write the model as an ARPA file, packed if named .gz, .bz2, .zst or .xz.")
  String arpa;

  @Option(
      names = "--parquet",
      paramLabel = "DIR",
      description = "Also write counts and model as Parquet, for Spark, DuckDB, pandas, Hive.")
  String parquet;

  @Option(
      names = "--tsv",
      paramLabel = "DIR",
      description = "Also write the counts as text, laid out as Google's n-grams.")
  String tsv;

  public NgramsCommand() {
    super(NgramsConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    corpus.put(overrides);
    overrides
        .put("split", split)
        .put("output", output)
        .put("add", add)
        .put("order", order)
        .put("boundary", boundary)
        .put("top", top)
        .put("model.estimator", estimator)
        .put("model.add-k", addK)
        .put("model.discount-fallback", discountFallback)
        .put("model.prune", prune)
        .put("model.limit-vocabulary", limitVocabulary)
        .put("export.arpa", arpa)
        .put("export.parquet", parquet)
        .put("export.tsv", tsv);
  }

  @Override
  public String plan(NgramsConfig config, JobContext context) throws IOException {
    Dataset dataset = open(config, context);
    String source;
    if (dataset == null) {
      source =
          CorpusPlan.of(context.hadoop(), config.input()).describe()
              + "\ncount its "
              + Json.name(config.tokenizer().kind())
              + " tokens";
    } else {
      rules(config, dataset);
      Split heldOut = heldOut(config, dataset);
      source =
          String.format(
              Locale.ROOT,
              "count the %,d tokens of %s%s",
              dataset.tokens(config.split()),
              NgramsText.name(dataset, config.split()),
              heldOut == null ? "" : "; score the models on its " + Json.name(heldOut) + " split");
    }
    NgramArtifact before = before(config, dataset, context);
    return source
        + "\ncount the n-grams of orders 1 to "
        + config.order()
        + ", boundary "
        + Json.name(config.boundary())
        + (before == null ? "" : "\nadd them to " + CountedInputs.describe(List.of(before)))
        + "\nwrite "
        + config.output()
        + NgramOutputs.describe(config.export(), ", ");
  }

  @Override
  public NgramsResult run(NgramsConfig config, JobContext context) throws IOException {
    long start = System.nanoTime();
    Dataset dataset = open(config, context);
    if (dataset != null) {
      return countDataset(config, dataset, context, start);
    }
    // Before Spark starts: what can be told at once is told at once.
    CorpusPlan plan = CorpusPlan.of(context.hadoop(), config.input());
    NgramArtifact before = before(config, null, context);
    JavaSparkContext spark = context.sparkContext();
    try (JobCosts costs = new JobCosts(spark);
        TokenizedCorpus corpus =
            TokenizedCorpus.read(
                spark,
                plan,
                config.input(),
                config.tokenizer(),
                config.vocabulary(),
                context.progress())) {
      NgramsText.Texts texts = NgramsText.Texts.of(NgramsText.of(corpus, config), null);
      return NgramsJob.run(
          config,
          folder -> texts.addedTo(spark, before, folder, context.progress()),
          context,
          costs,
          start);
    }
  }

  /** Checks what can be told before any work, and opens the dataset, null where it is text. */
  private static Dataset open(NgramsConfig config, JobContext context) throws IOException {
    OutputCheck.folder(context.hadoop(), config.output(), context.overwrite());
    Dataset dataset = ScoringInputs.dataset(context.hadoop(), config.input());
    NgramOutputs.check(
        config.export(),
        dataset == null ? config.tokenizer().kind() : dataset.details().rules().kind(),
        context);
    NgramsJob.checkLimit(config, context.hadoop());
    return dataset;
  }

  /** The counts that those of the text are added to; null for none. */
  private NgramArtifact before(NgramsConfig config, Dataset dataset, JobContext context)
      throws IOException {
    if (config.add() == null) {
      return null;
    }
    if (dataset == null) {
      return CountedInputs.before(context.hadoop(), config, config.tokenizer());
    }
    NgramArtifact before = CountedInputs.before(context.hadoop(), config, rules(config, dataset));
    long unknown = dataset.details().splits().get(config.split()).unknown();
    if (unknown > 0) {
      throw UserException.data(
          String.format(
              Locale.ROOT,
              "%s has %,d unknown tokens, whose words are not known any more, but counts that are"
                  + " added up keep every word: prepare it without vocabulary.max-size and"
                  + " vocabulary.min-count, or give its text as --input",
              NgramsText.name(dataset, config.split()),
              unknown));
    }
    return before;
  }

  private NgramsResult countDataset(
      NgramsConfig config, Dataset dataset, JobContext context, long start) throws IOException {
    TextRules rules = rules(config, dataset);
    long tokens = dataset.tokens(config.split());
    if (tokens == 0) {
      throw UserException.data(
          NgramsText.name(dataset, config.split())
              + " has no tokens: count another --split, or prepare it again");
    }
    Split heldOut = heldOut(config, dataset);
    NgramArtifact before = before(config, dataset, context);
    JavaSparkContext spark = context.sparkContext();
    NgramsText.Texts texts =
        NgramsText.Texts.of(
            NgramsText.of(spark, dataset, config.split(), config),
            heldOut == null ? null : NgramsText.HeldOut.of(spark, dataset, heldOut, config));
    try (JobCosts costs = new JobCosts(spark)) {
      return NgramsJob.run(
          config.with(rules),
          folder -> texts.addedTo(spark, before, folder, context.progress()),
          context,
          costs,
          start);
    }
  }

  /** The split to score the models on: one that was not counted, or null. */
  private static Split heldOut(NgramsConfig config, Dataset dataset) {
    for (Split candidate : List.of(Split.VALID, Split.TEST)) {
      if (candidate != config.split() && dataset.tokens(candidate) > 0) {
        return candidate;
      }
    }
    return null;
  }

  /**
   * The rules of a dataset.
   *
   * @throws UserException with exit code 2 if the configuration asks for others
   */
  private TextRules rules(NgramsConfig config, Dataset dataset) {
    List<String> problems = new ArrayList<>();
    JsonNode asked = Json.tree(config.tokenizer());
    JsonNode theirs = Json.tree(dataset.details().rules());
    JsonNode untouched = ConfigLoader.defaults("ngrams").path("tokenizer");
    for (Iterator<String> keys = asked.fieldNames(); keys.hasNext(); ) {
      String key = keys.next();
      // A file may repeat the defaults; a flag or --set that does is meant.
      boolean meant =
          !asked.get(key).equals(untouched.get(key))
              || corpus.givesTokenizer(key)
              || sets.stream().anyMatch(set -> set.startsWith("tokenizer." + key + "="));
      if (meant && !asked.get(key).equals(theirs.get(key))) {
        problems.add(
            "tokenizer."
                + key
                + " is "
                + ConfigText.shown(asked.get(key))
                + ", but "
                + dataset.artifact().name()
                + " was prepared with "
                + ConfigText.shown(theirs.path(key))
                + ": leave it out, or prepare the text again");
      }
    }
    String prepared = " does not apply to a dataset: leave it out";
    corpus.fileFlags().forEach(flag -> problems.add(flag + prepared));
    if (!problems.isEmpty()) {
      throw UserException.configuration(problems);
    }
    return dataset.details().rules();
  }

  @Override
  public String summary(NgramsConfig config, NgramsResult result) {
    return NgramsSummary.of(config.export(), config.model(), result);
  }
}
