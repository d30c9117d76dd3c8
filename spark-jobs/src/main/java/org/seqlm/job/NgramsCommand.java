package org.seqlm.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.NgramArtifact;
import org.seqlm.artifact.NgramDetails;
import org.seqlm.corpus.CorpusPlan;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.SplitStatistics;
import org.seqlm.ngram.Estimator;
import org.seqlm.ngram.NgramReport;
import org.seqlm.ngram.NgramScore;
import org.seqlm.ngram.NgramStatistics;
import org.seqlm.ngram.OrderFit;
import org.seqlm.ngram.OrderStatistics;
import org.seqlm.ngram.Pruning;
import org.seqlm.ngram.Runs;
import org.seqlm.ngram.SliceStatistics;
import org.seqlm.ngram.Smoothing;
import org.seqlm.ngram.SmoothingFit;
import org.seqlm.ngram.TopCandidates;
import org.seqlm.ngram.TopNgram;
import org.seqlm.ngram.Tuning;
import org.seqlm.ngram.ZipfFit;
import org.seqlm.report.Progress;
import org.seqlm.spark.CorpusVocabulary;
import org.seqlm.spark.DatasetTokens;
import org.seqlm.spark.JobCosts;
import org.seqlm.spark.NgramCounting;
import org.seqlm.spark.NgramEstimation;
import org.seqlm.spark.NgramExport;
import org.seqlm.spark.NgramScoring;
import org.seqlm.spark.TokenizedCorpus;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.TokenBlock;
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
      "Every key and its default: conf/ngrams.yaml"
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
final class NgramsCommand extends JobCommand<NgramsConfig, NgramsResult> {
  @Mixin private CorpusOptions corpus = new CorpusOptions();

  @Option(names = "--output", paramLabel = "DIR", description = "Folder for the result.")
  String output;

  @Option(names = "--order", paramLabel = "N", description = "Longest n-gram, 1 to 16.")
  Integer order;

  @Option(
      names = "--boundary",
      paramLabel = "line|document|stream",
      description = "How far an n-gram may reach.")
  String boundary;

  @Option(names = "--top", paramLabel = "K", description = "Rows an order in top.tsv.")
  Integer top;

  @Option(
      names = "--split",
      paramLabel = "train|valid|test",
      description = "The split of a dataset to count.")
  String split;

  @Option(
      names = "--estimator",
      paramLabel = "NAME",
      description =
          "The model to estimate: kneser-ney (default), absolute-discounting, witten-bell,"
              + " jelinek-mercer, katz, stupid-backoff, mle or add-k.")
  String estimator;

  @Option(names = "--add-k", paramLabel = "K", description = "k of the add-k models.")
  Double addK;

  @Option(
      names = "--discount-fallback",
      paramLabel = "fallback|fail",
      description = "What to do where counts of counts give no discounts.")
  String discountFallback;

  @Option(
      names = "--prune",
      paramLabel = "N",
      split = ",",
      description =
          "Leave n-grams that appear at most N times out of the model; one number an order, as"
              + " 0,1,1.")
  List<Long> prune;

  @Option(
      names = "--limit-vocabulary",
      paramLabel = "FILE",
      description = "Leave n-grams with words that FILE does not hold out of the model.")
  String limitVocabulary;

  @Option(
      names = "--arpa",
      paramLabel = "FILE",
      description = "Also write the model as an ARPA file, compressed if named .gz.")
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

  NgramsCommand() {
    super(NgramsConfig.class);
  }

  @Override
  void flags(Overrides overrides) {
    corpus.put(overrides);
    overrides
        .put("split", split)
        .put("output", output)
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
  String plan(NgramsConfig config, JobContext context) throws IOException {
    ArtifactWriter.checkTarget(context.hadoop(), config.output(), context.overwrite());
    Dataset dataset = dataset(config, context.hadoop());
    NgramOutputs.check(
        config.export(),
        config.output(),
        dataset == null ? config.tokenizer().kind() : dataset.details().rules().kind(),
        context);
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
              source(config, dataset),
              heldOut == null ? "" : "; score the models on its " + Json.name(heldOut) + " split");
    }
    return source
        + "\ncount the n-grams of orders 1 to "
        + config.order()
        + ", boundary "
        + Json.name(config.boundary())
        + "\nwrite "
        + config.output()
        + NgramOutputs.describe(config.export(), ", ");
  }

  @Override
  NgramsResult run(NgramsConfig config, JobContext context) throws IOException {
    long start = System.nanoTime();
    ArtifactWriter.checkTarget(context.hadoop(), config.output(), context.overwrite());
    Dataset dataset = dataset(config, context.hadoop());
    NgramOutputs.check(
        config.export(),
        config.output(),
        dataset == null ? config.tokenizer().kind() : dataset.details().rules().kind(),
        context);
    if (dataset != null) {
      return countDataset(config, dataset, context, start);
    }
    // Before Spark starts: what can be told at once is told at once.
    CorpusPlan.of(context.hadoop(), config.input());
    JavaSparkContext spark = context.sparkContext();
    try (JobCosts costs = new JobCosts(spark);
        TokenizedCorpus corpus =
            TokenizedCorpus.read(
                spark,
                config.input(),
                config.tokenizer(),
                config.vocabulary(),
                context.progress())) {
      Text text =
          new Text(
              String.join(", ", config.input().paths()),
              Map.of("corpus", corpus.fingerprint()),
              corpus.words(),
              corpus.blocks(TokenizedCorpus.MAX_REACH),
              corpus.tokens(),
              corpus.unknown(),
              corpus.badRecords());
      return count(config, text, null, context, costs, start);
    }
  }

  private NgramsResult countDataset(
      NgramsConfig config, Dataset dataset, JobContext context, long start) throws IOException {
    TextRules rules = rules(config, dataset);
    long tokens = dataset.tokens(config.split());
    if (tokens == 0) {
      throw UserException.data(
          source(config, dataset) + " has no tokens: count another --split, or prepare it again");
    }
    Split heldOut = heldOut(config, dataset);
    JavaSparkContext spark = context.sparkContext();
    SplitStatistics statistics = dataset.details().splits().get(config.split());
    Text text =
        new Text(
            source(config, dataset),
            Map.of("dataset", dataset.artifact().manifest().fingerprint()),
            CorpusVocabulary.of(spark, dataset.vocabulary()),
            DatasetTokens.blocks(
                spark,
                dataset,
                config.split(),
                Runs.of(config.boundary(), dataset.vocabulary()),
                config.order()),
            tokens,
            statistics.unknown(),
            Map.of());
    HeldOut scored =
        heldOut == null
            ? null
            : new HeldOut(
                "the " + Json.name(heldOut) + " split",
                DatasetTokens.blocks(
                    spark,
                    dataset,
                    heldOut,
                    Runs.of(config.boundary(), dataset.vocabulary()),
                    config.order()),
                dataset.tokens(heldOut));
    try (JobCosts costs = new JobCosts(spark)) {
      return count(config.with(rules), text, scored, context, costs, start);
    }
  }

  /** A text to count. */
  private record Text(
      String source,
      Map<String, String> inputs,
      CorpusVocabulary vocabulary,
      JavaRDD<TokenBlock> blocks,
      long tokens,
      long unknown,
      Map<String, Long> badRecords) {}

  /** A text to score. */
  private record HeldOut(String name, JavaRDD<TokenBlock> blocks, long tokens) {}

  private static NgramsResult count(
      NgramsConfig config,
      Text text,
      HeldOut heldOut,
      JobContext context,
      JobCosts costs,
      long start)
      throws IOException {
    JavaSparkContext spark = context.sparkContext();
    Progress progress = context.progress();
    CorpusVocabulary vocabulary = text.vocabulary();
    if (text.tokens() < Math.max(2, config.order())) {
      throw UserException.data(
          text.source()
              + " has "
              + text.tokens()
              + (text.tokens() == 1 ? " token" : " tokens")
              + ", but n-grams of order "
              + config.order()
              + " need at least "
              + Math.max(2, config.order())
              + ": give more text, or a lower --order");
    }
    Runs runs = Runs.of(config.boundary(), vocabulary);
    if (!runs.knowsLineEnds() && text.unknown() > 0) {
      throw UserException.configuration(
          "boundary line needs the line feed in the vocabulary, which leaves it out: raise"
              + " vocabulary.max-size, or give --boundary document or stream");
    }
    int slices = config.slices(text.tokens());
    boolean backsOff = config.model().estimator().backsOff();
    Pruning pruning = pruning(config, vocabulary, context.hadoop());
    try (ArtifactWriter writer =
            ArtifactWriter.create(context.hadoop(), config.output(), context.overwrite());
        NgramOutputs outputs = NgramOutputs.create(config.export(), context)) {
      NgramCounting counting =
          NgramCounting.count(
              spark,
              text.blocks(),
              text.tokens(),
              vocabulary,
              runs,
              new NgramCounting.Plan(
                  config.order(),
                  slices,
                  config.top(),
                  config.countsOfCounts(),
                  config.partitions()),
              writer.folder(),
              progress);
      counting.files().forEach(writer::add);
      NgramStatistics statistics =
          NgramStatistics.of(
              counting.statistics(),
              counting.zipf(),
              counting.top(),
              vocabulary.tokens(ids(counting.top())),
              config.order());

      NgramScoring scoring =
          heldOut == null
              ? null
              : new NgramScoring(
                  spark, heldOut.blocks(), heldOut.tokens(), runs, counting, writer.folder());
      List<OrderFit> fits = List.of();
      List<Long> ngrams = List.of();
      Tuning tuning = null;
      NgramExport.Source written =
          new NgramExport.Source(
              writer.folder().toString(),
              config.order(),
              counting.slices().count(),
              backsOff ? NgramExport.Model.BACKS_OFF : NgramExport.Model.NONE);
      try (NgramExport export = NgramExport.of(written, outputs.targets(), vocabulary, runs)) {
        if (backsOff) {
          SmoothingFit fit = fit(config, counting);
          if (config.model().estimator() == Estimator.JELINEK_MERCER && scoring != null) {
            progress.stage("tune", heldOut.tokens(), "tokens");
            NgramScoring.Tuned tuned = scoring.tune(pruning, config.model().lambda());
            fit = SmoothingFit.of(tuned.smoothing());
            tuning = tuned.tuning();
            progress.update(heldOut.tokens(), "");
          }
          if (config.model().estimator() == Estimator.JELINEK_MERCER) {
            progress.message(tuningLine(config, heldOut == null ? null : heldOut.name(), tuning));
          }
          fits = fit.orders();
          fit.fallbacks().forEach(line -> progress.message("warning: " + line));
          progress.stage("estimate", text.tokens(), "tokens");
          NgramEstimation.Estimated estimated =
              NgramEstimation.estimate(
                  spark,
                  counting,
                  vocabulary,
                  runs,
                  new NgramEstimation.Plan(config.order(), fit.smoothing(), pruning),
                  writer.folder(),
                  export);
          estimated.files().forEach(writer::add);
          ngrams = Arrays.stream(estimated.ngrams()).boxed().toList();
          outputs.add(estimated.exported());
          progress.update(text.tokens(), "");
        }
        outputs.add(export.writeCounts(spark));
        outputs.join(ngrams, counting.slices().count());
      }
      NgramReport report = report(config, statistics, heldOut, scoring, tuning, progress);
      NgramArtifact.write(writer, vocabulary::write, report);
      NgramDetails details =
          new NgramDetails(
              config.order(),
              config.boundary(),
              config.tokenizer(),
              vocabulary.size(),
              vocabulary.fingerprint(),
              text.tokens(),
              text.unknown(),
              counting.slices().count(),
              config.selector(),
              config.model().prune(),
              ngrams,
              fits);
      Manifest manifest =
          writer.publish(
              Manifest.of(
                  ArtifactKind.NGRAMS, text.inputs(), config.recorded(), config.seed(), details));
      outputs.publish(manifest);
      return new NgramsResult(
          config.output(),
          manifest.fingerprint(),
          text.source(),
          details,
          text.badRecords(),
          report,
          (System.nanoTime() - start) / 1e9,
          costs.cpuSeconds(),
          costs.shuffleBytes());
    }
  }

  /** Scores the held-out text, if there is one. */
  private static NgramReport report(
      NgramsConfig config,
      NgramStatistics statistics,
      HeldOut heldOut,
      NgramScoring scoring,
      Tuning tuning,
      Progress progress)
      throws IOException {
    if (heldOut == null) {
      return new NgramReport(statistics, null, 0, 0, List.of(), tuning);
    }
    progress.stage("score", heldOut.tokens(), "tokens");
    NgramScoring.Scores scores = scoring.score(config.selector());
    progress.update(heldOut.tokens(), "");
    return new NgramReport(
        statistics, heldOut.name(), scores.tokens(), scores.unknown(), scores.models(), tuning);
  }

  private static String tuningLine(NgramsConfig config, String heldOut, Tuning tuning) {
    return tuning == null
        ? String.format(
            Locale.ROOT,
            "jelinek-mercer: every lambda is %s, as no split is held out to tune them on",
            config.model().lambda())
        : String.format(
            Locale.ROOT,
            "jelinek-mercer: lambdas tuned on %,d tokens of %s in %d steps, perplexity %.4f to"
                + " %.4f",
            tuning.tokens(),
            heldOut,
            tuning.steps(),
            tuning.before(),
            tuning.after());
  }

  private static SmoothingFit fit(NgramsConfig config, NgramCounting counting) {
    int order = config.order();
    return SmoothingFit.of(
        config.model().smoothing(),
        SliceStatistics.countsOfCounts(counting.statistics(), Smoothing.Counts.RAW)
            .subList(0, order),
        SliceStatistics.countsOfCounts(counting.statistics(), Smoothing.Counts.ADJUSTED)
            .subList(0, order));
  }

  private static Pruning pruning(
      NgramsConfig config, CorpusVocabulary vocabulary, Configuration hadoop) throws IOException {
    long[] thresholds = config.model().prune().stream().mapToLong(Long::longValue).toArray();
    String limit = config.model().limitVocabulary();
    if (limit == null) {
      return Pruning.of(thresholds, null);
    }
    Path path = new Path(limit);
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(path.getFileSystem(hadoop).open(path), StandardCharsets.UTF_8))) {
      Iterator<String> words =
          in.lines().flatMap(line -> Arrays.stream(line.split("[\\s\u0000]+"))).iterator();
      return Pruning.of(thresholds, vocabulary.ids(words));
    } catch (FileNotFoundException e) {
      throw UserException.data("--limit-vocabulary " + limit + " does not exist", e);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static int[] ids(List<List<TopCandidates.Row>> top) {
    return top.stream()
        .flatMap(List::stream)
        .flatMapToInt(row -> Arrays.stream(row.ids()))
        .sorted()
        .distinct()
        .toArray();
  }

  /** The dataset that the input is, or null. */
  private static Dataset dataset(NgramsConfig config, Configuration hadoop) throws IOException {
    for (String path : config.input().paths()) {
      boolean glob = path.matches(".*[*?\\[{].*");
      if (!glob && ArtifactReader.isArtifact(hadoop, path)) {
        if (config.input().paths().size() > 1) {
          throw UserException.configuration(
              "--input takes texts or one dataset, but "
                  + path
                  + " is a dataset among "
                  + config.input().paths().size()
                  + " inputs");
        }
        return Dataset.open(hadoop, path);
      }
    }
    return null;
  }

  private static String source(NgramsConfig config, Dataset dataset) {
    return "the " + Json.name(config.split()) + " split of " + dataset.artifact().name();
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
                + asked.get(key).asText()
                + ", but "
                + dataset.artifact().name()
                + " was prepared with "
                + theirs.get(key).asText()
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
  String summary(NgramsConfig config, NgramsResult result) {
    StringBuilder out = new StringBuilder();
    NgramDetails details = result.details();
    out.append(
        String.format(
            Locale.ROOT,
            "%s: %,d %s tokens%s, boundary %s, vocabulary %,d%n",
            result.source(),
            details.tokens(),
            Json.name(details.rules().kind()),
            details.rules().kind() == TokenizerKind.CHAR ? "" : ", line ends included",
            Json.name(details.boundary()),
            details.vocabularySize()));
    result
        .badRecords()
        .forEach(
            (kind, count) ->
                out.append(String.format(Locale.ROOT, "left out: %,d %s%n", count, kind)));
    List<OrderStatistics> orders = result.report().statistics().orders();
    out.append(String.format("%n%5s %14s %14s %14s%n", "order", "total", "types", "once"));
    for (OrderStatistics one : orders) {
      out.append(
          String.format(
              Locale.ROOT,
              "%5d %,14d %,14d %,14d%n",
              one.order(),
              one.total(),
              one.types(),
              one.countsOfCounts().get(0)));
    }
    ZipfFit zipf = result.report().statistics().zipf();
    if (zipf.exponent() != null) {
      out.append(
          String.format(
              Locale.ROOT,
              "Zipf exponent of the unigrams %.3f (largest error of the cumulated share %.3f)%n",
              zipf.exponent(),
              zipf.distance()));
    }
    out.append(topTable(orders));
    out.append(fitTable(config, details, result.report()));
    out.append(perplexityTable(result.report()));
    out.append(
        String.format(
            Locale.ROOT,
            "%ncounts, tables and models: %s%s (%.1f s)%n",
            result.output(),
            NgramOutputs.describe(config.export(), "; "),
            result.seconds()));
    return out.toString();
  }

  /** What the model holds and what its estimator took from the counts, order by order. */
  private static String fitTable(NgramsConfig config, NgramDetails details, NgramReport report) {
    if (details.ngrams().isEmpty()) {
      return "";
    }
    StringBuilder table =
        new StringBuilder(String.format("%n%s%n", details.model().title()))
            .append(
                String.format(
                    "%5s %14s   %s%n",
                    "order",
                    "n-grams",
                    details.model().estimator() == Estimator.JELINEK_MERCER
                        ? "lambdas after contexts seen 1, 2-3, 4-7, 8-15, ... times"
                        : "discounts"));
    for (OrderFit fit : details.fits()) {
      StringBuilder discounts = new StringBuilder();
      fit.lambdas().stream()
          .limit(8)
          .forEach(lambda -> discounts.append(String.format(Locale.ROOT, "%.3f ", lambda)));
      fit.discounts()
          .forEach(discount -> discounts.append(String.format(Locale.ROOT, "%.4f ", discount)));
      table.append(
          String.format(
              Locale.ROOT,
              "%5d %,14d   %s%s%n",
              fit.order(),
              details.ngrams().get(fit.order() - 1),
              discounts,
              fit.fallback() == null ? "" : "(" + fit.fallback() + ")"));
    }
    if (details.model().estimator() == Estimator.JELINEK_MERCER) {
      table
          .append(tuningLine(config, report.scored(), report.tuning()))
          .append(String.format("%n"));
    }
    return table.toString();
  }

  /** What the models make of the held-out text: a row an order, then the back-off model. */
  private static String perplexityTable(NgramReport report) {
    if (report.models().isEmpty()) {
      return "";
    }
    StringBuilder table =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%nperplexity on %s, %,d tokens, %,d of them unknown%n%5s %14s %14s%n",
                report.scored(),
                report.scoredTokens(),
                report.scoredUnknown(),
                "order",
                "mle",
                addK(report)));
    for (NgramScore mle : report.models()) {
      if (mle.estimator() == Estimator.MLE) {
        NgramScore addK =
            report.models().stream()
                .filter(one -> one.estimator() == Estimator.ADD_K && one.order() == mle.order())
                .findFirst()
                .orElseThrow();
        table.append(
            String.format(
                Locale.ROOT,
                "%5d %14s %14s%n",
                mle.order(),
                perplexity(mle.perplexity()),
                perplexity(addK.perplexity())));
      }
    }
    for (NgramScore model : report.models()) {
      if (model.estimator().backsOff()) {
        table.append(
            String.format(
                Locale.ROOT,
                "%d-gram %s: perplexity %s, without unknown words %s%n",
                model.order(),
                model.estimator().title(),
                perplexity(model.perplexity()),
                perplexity(model.perplexityWithoutUnknown())));
        StringBuilder hits = new StringBuilder();
        for (NgramScore.OrderHits one : model.orders()) {
          hits.append(
              String.format(
                  Locale.ROOT,
                  "%s%d: %.1f %%",
                  hits.isEmpty() ? "" : ", ",
                  one.order(),
                  100 * one.share()));
        }
        table.append("tokens by the order their probability comes from: ").append(hits);
        table.append(String.format("%n"));
      }
    }
    return table.toString();
  }

  private static String addK(NgramReport report) {
    return report.models().stream()
        .filter(one -> one.estimator() == Estimator.ADD_K)
        .map(one -> "add-k " + java.math.BigDecimal.valueOf(one.k()).toPlainString())
        .findFirst()
        .orElse("");
  }

  private static String perplexity(Double value) {
    return value == null ? "infinite" : String.format(Locale.ROOT, "%,.4f", value);
  }

  /** The first rows of the most frequent n-grams, up to five orders side by side. */
  private static String topTable(List<OrderStatistics> orders) {
    int columns = Math.min(5, orders.size());
    int rows = orders.stream().mapToInt(one -> Math.min(10, one.top().size())).max().orElse(0);
    if (rows == 0) {
      return "";
    }
    List<List<String>> cells = new ArrayList<>();
    int[] widths = new int[columns];
    for (int row = -1; row < rows; row++) {
      List<String> line = new ArrayList<>();
      for (int c = 0; c < columns; c++) {
        List<TopNgram> top = orders.get(c).top();
        String cell =
            row < 0
                ? (c + 1) + "-grams"
                : row < top.size() ? top.get(row).text() + " " + top.get(row).count() : "";
        widths[c] = Math.max(widths[c], cell.codePointCount(0, cell.length()));
        line.add(cell);
      }
      cells.add(line);
    }
    StringBuilder table = new StringBuilder(System.lineSeparator());
    for (int row = 0; row < cells.size(); row++) {
      StringBuilder line =
          new StringBuilder(row == 0 ? "rank " : String.format(Locale.ROOT, "%4d ", row));
      for (int c = 0; c < columns; c++) {
        String cell = cells.get(row).get(c);
        line.append(' ').append(cell);
        line.append(" ".repeat(widths[c] - cell.codePointCount(0, cell.length()) + 1));
      }
      table.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return table.toString();
  }
}
