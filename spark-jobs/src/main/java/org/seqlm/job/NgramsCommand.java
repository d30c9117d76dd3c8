package org.seqlm.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
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
import org.seqlm.ngram.NgramScorer;
import org.seqlm.ngram.NgramStatistics;
import org.seqlm.ngram.NgramTrie;
import org.seqlm.ngram.OrderStatistics;
import org.seqlm.ngram.Runs;
import org.seqlm.ngram.TopNgram;
import org.seqlm.ngram.ZipfFit;
import org.seqlm.report.Progress;
import org.seqlm.spark.DatasetTokens;
import org.seqlm.spark.NgramCounting;
import org.seqlm.spark.NgramScoring;
import org.seqlm.spark.TokenizedCorpus;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.TokenBlock;
import org.seqlm.vocab.Vocabulary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Counts n-grams and makes Markov models of the counts. */
@Command(
    name = "ngrams",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  seqlm ngrams --input corpus/ --output out/ngrams --order 3 --tokenizer word --lowercase",
      "  seqlm ngrams --input data/words --output out/ngrams --order 5     (a dataset of prepare)",
      "Every key and its default: conf/ngrams.yaml"
    },
    description = {
      "Counts all n-grams of orders 1 to N exactly and makes Markov models of the counts.",
      "",
      "The output holds top.tsv (order, rank, n-gram, count), counts-of-counts.tsv, zipf.tsv,"
          + " statistics.json, counts/ (Parquet) and what the models need.",
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
      paramLabel = "mle|add-k",
      description = "The model to use where no other is named.")
  String estimator;

  @Option(names = "--add-k", paramLabel = "K", description = "k of the add-k models.")
  Double addK;

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
        .put("model.add-k", addK);
  }

  @Override
  String plan(NgramsConfig config, JobContext context) throws IOException {
    ArtifactWriter.checkTarget(context.hadoop(), config.output(), context.overwrite());
    Dataset dataset = dataset(config, context.hadoop());
    String source;
    if (dataset == null) {
      source =
          CorpusPlan.of(context.hadoop(), config.input()).describe()
              + "\ncount its "
              + Json.name(config.tokenizer().kind())
              + " tokens, and score the models on them as nothing is held out";
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
        + config.output();
  }

  @Override
  NgramsResult run(NgramsConfig config, JobContext context) throws IOException {
    long start = System.nanoTime();
    ArtifactWriter.checkTarget(context.hadoop(), config.output(), context.overwrite());
    Dataset dataset = dataset(config, context.hadoop());
    if (dataset != null) {
      return countDataset(config, dataset, context, start);
    }
    // Before Spark starts: what can be told at once is told at once.
    CorpusPlan.of(context.hadoop(), config.input());
    JavaSparkContext spark = context.sparkContext();
    try (TokenizedCorpus corpus =
        TokenizedCorpus.read(
            spark, config.input(), config.tokenizer(), config.vocabulary(), context.progress())) {
      Text text =
          new Text(
              String.join(", ", config.input().paths()),
              Map.of("corpus", corpus.fingerprint()),
              corpus.vocabulary(),
              corpus.blocks(0),
              corpus.tokens(),
              corpus.unknown(),
              corpus.badRecords());
      HeldOut self = new HeldOut("the counted text itself", text.blocks(), text.tokens());
      return count(config, text, self, context, start);
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
            dataset.vocabulary(),
            DatasetTokens.blocks(spark, dataset, config.split(), 0),
            tokens,
            statistics.unknown(),
            Map.of());
    HeldOut scored =
        heldOut == null
            ? new HeldOut("the counted text itself", text.blocks(), tokens)
            : new HeldOut(
                "the " + Json.name(heldOut) + " split",
                DatasetTokens.blocks(spark, dataset, heldOut, 0),
                dataset.tokens(heldOut));
    return count(config.with(rules), text, scored, context, start);
  }

  /** A text to count. */
  private record Text(
      String source,
      Map<String, String> inputs,
      Vocabulary vocabulary,
      JavaRDD<TokenBlock> blocks,
      long tokens,
      long unknown,
      Map<String, Long> badRecords) {}

  /** A text to score. */
  private record HeldOut(String name, JavaRDD<TokenBlock> blocks, long tokens) {}

  private static NgramsResult count(
      NgramsConfig config, Text text, HeldOut heldOut, JobContext context, long start)
      throws IOException {
    JavaSparkContext spark = context.sparkContext();
    Progress progress = context.progress();
    Vocabulary vocabulary = text.vocabulary();
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
    try (ArtifactWriter writer =
        ArtifactWriter.create(context.hadoop(), config.output(), context.overwrite())) {
      progress.stage("count", text.tokens(), "tokens");
      NgramCounting.Counts counts =
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
              writer.folder());
      counts.files().forEach(writer::add);
      NgramStatistics statistics =
          NgramStatistics.of(counts.statistics(), vocabulary, config.order(), config.top());
      progress.update(text.tokens(), "");

      progress.stage("score", heldOut.tokens(), "tokens");
      NgramTrie trie =
          NgramArtifact.readCounts(
              writer.folder().getFileSystem(context.hadoop()),
              writer.folder(),
              config.order(),
              vocabulary.size(),
              slices);
      NgramScorer scorer =
          NgramScoring.score(
              spark,
              heldOut.blocks(),
              heldOut.tokens(),
              trie,
              runs,
              config.model().addK(),
              config.partitions());
      NgramReport report =
          new NgramReport(
              statistics, heldOut.name(), scorer.tokens(), scorer.unknown(), scorer.scores());
      progress.update(heldOut.tokens(), "");

      NgramArtifact.write(writer, vocabulary, report);
      NgramDetails details =
          new NgramDetails(
              config.order(),
              config.boundary(),
              config.tokenizer(),
              vocabulary.size(),
              vocabulary.fingerprint(),
              text.tokens(),
              text.unknown(),
              slices,
              config.selector());
      Manifest manifest =
          writer.publish(
              Manifest.of(
                  ArtifactKind.NGRAMS, text.inputs(), config.recorded(), config.seed(), details));
      return new NgramsResult(
          config.output(),
          manifest.fingerprint(),
          text.source(),
          details,
          text.badRecords(),
          report,
          (System.nanoTime() - start) / 1e9);
    }
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
    NgramReport report = result.report();
    out.append(
        String.format(
            Locale.ROOT,
            "%nperplexity on %s, %,d tokens, %,d unknown%n%5s %24s %24s%n",
            report.scored(),
            report.scoredTokens(),
            report.scoredUnknown(),
            "order",
            "mle",
            "add-k " + config.model().addK()));
    for (int n = 1; n <= details.order(); n++) {
      out.append(
          String.format(
              "%5d %24s %24s%n",
              n, perplexity(report, Estimator.MLE, n), perplexity(report, Estimator.ADD_K, n)));
    }
    out.append(
        String.format(
            Locale.ROOT,
            "%ncounts, tables and models: %s (%.1f s)%n",
            result.output(),
            result.seconds()));
    return out.toString();
  }

  private static String perplexity(NgramReport report, Estimator estimator, int order) {
    NgramScore score =
        report.models().stream()
            .filter(model -> model.estimator() == estimator && model.order() == order)
            .findFirst()
            .orElseThrow();
    if (score.perplexity() != null) {
      return String.format(Locale.ROOT, "%,.2f", score.perplexity());
    }
    return score.tokens() == 0
        ? "-"
        : String.format(Locale.ROOT, "inf (%,d impossible)", score.zeroProbability());
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
