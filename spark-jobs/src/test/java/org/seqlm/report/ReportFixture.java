package org.seqlm.report;

import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.seqlm.analysis.AnalysisDetails;
import org.seqlm.analysis.ChartData;
import org.seqlm.analysis.Column;
import org.seqlm.analysis.TableSchema;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.DatasetDetails;
import org.seqlm.dataset.ExampleColumn;
import org.seqlm.dataset.ExampleOrigin;
import org.seqlm.dataset.ExampleStatistics;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.SplitStatistics;
import org.seqlm.metrics.Confusion;
import org.seqlm.metrics.Divergence;
import org.seqlm.metrics.Evaluation;
import org.seqlm.metrics.Metric;
import org.seqlm.metrics.ModelScore;
import org.seqlm.metrics.PairScore;
import org.seqlm.metrics.RoundMetrics;
import org.seqlm.metrics.TaskEvaluation;
import org.seqlm.metrics.TaskValidation;
import org.seqlm.metrics.TrainingMetrics;
import org.seqlm.metrics.ValidationMetrics;
import org.seqlm.report.ReportModel.CountOfCounts;
import org.seqlm.report.ReportModel.DatasetPart;
import org.seqlm.report.ReportModel.EvaluationPart;
import org.seqlm.report.ReportModel.ExamplesPart;
import org.seqlm.report.ReportModel.MarkovScore;
import org.seqlm.report.ReportModel.NgramsPart;
import org.seqlm.report.ReportModel.OrderTotals;
import org.seqlm.report.ReportModel.PredictionsPart;
import org.seqlm.report.ReportModel.RunPart;
import org.seqlm.report.ReportModel.RunStatus;
import org.seqlm.report.ReportModel.Source;
import org.seqlm.report.ReportModel.TaskEvaluationPart;
import org.seqlm.report.ReportModel.TopNgram;
import org.seqlm.report.ReportModel.Trained;
import org.seqlm.report.ReportModel.ZipfPoint;
import org.seqlm.report.page.Chart;
import org.seqlm.task.predict.PredictionDetails;
import org.seqlm.task.predict.PredictionFiles;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;

/** A made-up report with everything in it. */
public final class ReportFixture {
  public static final List<String> MODELS = List.of("1-gram", "2-gram", "3-gram", "5-gram", "lstm");
  private static final double[] BITS = {6.871, 3.9642, 3.4127, 3.3391, 3.1456};

  private ReportFixture() {}

  public static Evaluation evaluation() {
    List<ModelScore> models = new ArrayList<>();
    List<PairScore> pairs = new ArrayList<>();
    for (int i = 0; i < MODELS.size(); i++) {
      double nats = BITS[i] * Math.log(2);
      models.add(
          new ModelScore(
              MODELS.get(i),
              i == 4 ? "lstm 1x128" : MODELS.get(i) + " add-k 0.01",
              "a3f5c0ffee12",
              24_190,
              3,
              0,
              nats * 24_190,
              nats,
              BITS[i],
              Math.exp(nats),
              BITS[i] / 4.1336));
      for (int distance : new int[] {0, 1, 3, 6, 8, 10, 13, 16, 20}) {
        boolean reaches = i == 4 || (i >= 1 && distance < i);
        double share = reaches ? 0.99 - 0.0004 * distance * distance : 0.5;
        pairs.add(new PairScore(MODELS.get(i), "" + distance, 120, Math.round(share * 240) / 2.0));
      }
    }
    return new Evaluation(
        "quickstart/dataset",
        "test",
        24_190,
        100_006,
        models,
        pairs,
        new Evaluation.Floor(3.1009, 0.7502, 3.1034, 0.7508),
        List.of("Unknown tokens pay for their spelling under a uniform model of characters."));
  }

  public static RunPart run(RunStatus status, String lastSample) {
    List<RoundMetrics> rounds = new ArrayList<>();
    List<ValidationMetrics> validations = new ArrayList<>();
    String[] samples = {
      "lawyer wolves which dance . hid a Every",
      "The the cat , was . the a was the",
      "The cat saw the small. The dogs was full.",
      "The cats, which saw the, was tired.",
      "Yesterday, the men were singing near the house.",
      "The big cats, who ate the fish, were full.",
      "The cats, which already ate the small fishes, were full.",
      "After lunch, two brave horses were waiting.",
      lastSample
    };
    for (int round = 0; round <= 40; round++) {
      long tokens = round * 20_480L;
      double nats = 2.15 + 3.45 * Math.exp(-round / 5.0) + 0.1 * Math.exp(-round / 20.0);
      if (round > 0) {
        double noise = 0.05 * Math.sin(round * 2.7);
        rounds.add(
            new RoundMetrics(
                round,
                tokens / 435_000.0,
                round * 20L,
                tokens,
                nats + 0.03 + noise,
                0.008,
                2.1,
                null,
                null,
                null,
                null));
      }
      if (round % 5 == 0) {
        double bits = nats / Math.log(2) / 4.1336;
        validations.add(
            new ValidationMetrics(
                round,
                tokens,
                nats,
                Math.exp(nats),
                bits,
                samples[round / 5] + "\n" + samples[6],
                null,
                null));
      }
    }
    return part("lstm", status, rounds, validations, null);
  }

  /** A run of which nobody knows how it was configured. */
  static RunPart part(String name, RunStatus status, TrainingMetrics metrics) {
    return new RunPart(name, status, metrics, null, MissingNode.getInstance());
  }

  /** The same that told of nothing. */
  static RunPart part(String name, RunStatus status) {
    return part(name, status, List.of(), List.of(), null);
  }

  /** The same that told of rounds and validations only, or of how it diverged. */
  static RunPart part(
      String name,
      RunStatus status,
      List<RoundMetrics> rounds,
      List<ValidationMetrics> validations,
      Divergence divergence) {
    return part(name, status, new TrainingMetrics(rounds, validations, List.of(), divergence));
  }

  /** A tagger, with looks after every tenth of 40 rounds, of which the third is the best. */
  public static RunPart taskRun(String name, double floor) {
    List<RoundMetrics> rounds = new ArrayList<>();
    List<TaskValidation> looks = new ArrayList<>();
    for (int round = 0; round <= 40; round++) {
      double loss = 0.02 + 2.2 * Math.exp(-round / 3.0);
      if (round > 0) {
        rounds.add(
            new RoundMetrics(
                round,
                round / 10.0,
                round * 10L,
                round * 640L,
                loss,
                0.004,
                0.5,
                null,
                null,
                null,
                null));
      }
      if (round % 10 == 0) {
        double accuracy = round == 30 ? 0.981 : 0.98 - 0.8 * Math.exp(-round / 3.0);
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("accuracy", accuracy);
        metrics.put("macro-f1", accuracy - 0.02);
        metrics.put("loss", loss);
        looks.add(
            new TaskValidation(
                round,
                round * 640L,
                loss,
                "accuracy",
                Metric.Direction.LARGER,
                metrics,
                floor,
                0.25,
                500));
      }
    }
    return new RunPart(
        name,
        RunStatus.COMPLETE,
        new TrainingMetrics(rounds, List.of(), looks, List.of(), null),
        null,
        Json.tree(Map.of("input", "tags", "training", Map.of("batch", 32, "time-steps", 32))),
        new Trained("lstm 1x64 both ways, 3 tags", 58_986, "tag", "tags", 6_400L));
  }

  /** Sentences with a tag for each word, of three kinds. */
  public static ExamplesDetails examples() {
    TreeMap<Split, ExampleStatistics> splits = new TreeMap<>();
    long[] examples = {6_400, 500, 1_500};
    for (Split split : Split.values()) {
      long n = examples[split.ordinal()];
      splits.put(
          split,
          new ExampleStatistics(
              n,
              List.of((int) n),
              Map.of("input", 72, "tags", 72),
              Map.of("input", 12 * n, "tags", 12 * n),
              Map.of("input", n / 500),
              Map.of("tags", List.of(2 * n, 7 * n, 3 * n))));
    }
    return new ExamplesDetails(
        ExampleTask.TAG,
        "accuracy",
        List.of(ExampleColumn.ids("input"), ExampleColumn.ids("tags")),
        null,
        List.of(),
        Map.of("tags", List.of("ADJ", "NOUN", "VERB")),
        Map.of("input", new ExamplesDetails.ColumnVocabulary(251, -1, 0, "77fe")),
        Map.of(),
        splits,
        Map.of("empty", 3L),
        "de13e90177ce4dc589ce8150596b4391",
        new ExampleOrigin(
            "tags",
            "parts of speech",
            Json.tree(
                Map.of("metric", "accuracy", "floor", 0.985, "about", "accuracy of the rule"))));
  }

  /** Two taggers on their test split. */
  public static TaskEvaluation taskEvaluation() {
    Map<String, Double> good = new LinkedHashMap<>();
    good.put("accuracy", 0.9823);
    good.put("macro-f1", 0.971);
    return new TaskEvaluation(
        "tags",
        "test",
        "tag",
        1_500,
        "accuracy",
        Metric.Direction.LARGER,
        good,
        0.985,
        List.of(
            new TaskEvaluation.OfModel(
                "tagger",
                "lstm 1x64 both ways, 3 tags",
                good,
                Confusion.of(
                    List.of("ADJ", "NOUN", "VERB"), new long[] {95, 5, 0, 2, 198, 0, 0, 0, 70})),
            new TaskEvaluation.OfModel(
                "forward", "lstm 1x64, 3 tags", Map.of("accuracy", 0.9612), null)));
  }

  /** What a classifier said of records, one of them bad. */
  public static PredictionDetails predictions() {
    return new PredictionDetails(
        "runs/tagger",
        "lstm 1x64 both ways, 3 tags",
        ExampleTask.TAG,
        List.of("path", "record", "tags"),
        PredictionFiles.Format.JSONL,
        40,
        39,
        Map.of("empty", 1L),
        0L,
        0L,
        Map.of("NOUN", 210L, "VERB", 160L),
        "accuracy",
        Map.of("accuracy", 0.9375));
  }

  /** Runs over examples, these, and an evaluation. */
  public static ReportModel tasks(RunPart... runs) {
    return new ReportModel(
        "Tags",
        List.of(),
        List.of(),
        List.of(new ExamplesPart("tags", examples())),
        List.of(runs),
        List.of(),
        List.of(new TaskEvaluationPart("tags-test", taskEvaluation())),
        List.of(new PredictionsPart("said", predictions())),
        List.of(),
        List.of(),
        List.of());
  }

  public static NgramsPart ngrams() {
    List<TopNgram> top = new ArrayList<>();
    String[][] grams = {
      {"the", ".", ",", "The", "was", "a", "were", "which", "cat", "dog"},
      {". </s>", "the cat", "a cat", "cat ,", ", which", ", who", "was full", "the dog"},
      {", which saw", "full . </s>", "the cat ,", "The cat ,", "tired . </s>", "cat , which"}
    };
    for (int order = 1; order <= grams.length; order++) {
      for (int i = 0; i < grams[order - 1].length; i++) {
        top.add(new TopNgram(order, i + 1, grams[order - 1][i], 42_000L / order / (i + 1)));
      }
    }
    List<ZipfPoint> zipf = new ArrayList<>();
    for (int rank = 1; rank <= 271; rank++) {
      double law = 60_000 * Math.pow(rank, -1.05);
      zipf.add(new ZipfPoint(rank, Math.round(law * (1 + 0.3 * Math.sin(rank / 9.0))), law));
    }
    List<CountOfCounts> counts = new ArrayList<>();
    for (int order = 1; order <= 3; order++) {
      for (int count = 1; count <= 5; count++) {
        counts.add(
            new CountOfCounts(order, count, CountOfCounts.Bound.EXACTLY, 900L * order / count));
      }
      counts.add(new CountOfCounts(order, 6, CountOfCounts.Bound.AT_LEAST, 3210L * order));
    }
    return new NgramsPart(
        "ngrams",
        List.of(
            new OrderTotals(1, 435_000, 271),
            new OrderTotals(2, 434_000, 9_112),
            new OrderTotals(3, 433_000, 61_500)),
        top,
        counts,
        zipf,
        1.05,
        "valid split",
        List.of(
            new MarkovScore("3-gram mle", 24_000, 31, null, null),
            new MarkovScore("3-gram add-k 0.1", 24_000, 0, 3.41, 10.6)));
  }

  public static DatasetDetails dataset() {
    TreeMap<Split, SplitStatistics> splits = new TreeMap<>();
    splits.put(
        Split.TRAIN, new SplitStatistics(435_409, 0, 0, 1_800_124, 32_944, 1, List.of(435_409)));
    splits.put(Split.VALID, new SplitStatistics(24_189, 2, 13, 100_008, 1830, 0, List.of(24_189)));
    splits.put(Split.TEST, new SplitStatistics(24_190, 3, 17, 100_006, 1832, 0, List.of(24_190)));
    return new DatasetDetails(
        TextRules.of(TokenizerKind.WORD),
        274,
        "a3f5c0ffee12a3f5c0ffee12",
        "9b1d5c0ffee19b1d5c0ffee1",
        splits,
        Map.of("invalid-utf-8", 2L),
        null,
        null);
  }

  /** An analysis with all that one can have. */
  public static AnalysisDetails analysis() {
    TableSchema table =
        TableSchema.of(
            "keywords",
            "Keywords",
            Column.text("word", "Word"),
            Column.whole("count", "Count"),
            Column.real("log_ratio", "Log ratio"));
    ChartData.Axis ratio =
        new ChartData.Axis("log ratio", ChartData.Scale.LINEAR, Chart.Axis.SIGNIFICANT);
    ChartData.Axis words = new ChartData.Axis("Word", ChartData.Scale.LINEAR, 0);
    return new AnalysisDetails(
        "keyness",
        "Keywords of the target",
        List.of(new AnalysisDetails.Fact("documents", "120")),
        List.of(
            new ChartData(
                ChartData.Kind.BARS,
                "Log ratio",
                words,
                ratio,
                List.of(
                    ChartData.Series.bar("سلام", 2.5, 1.75, 3.25),
                    ChartData.Series.bar("whale", -1.25, -2, -0.5)),
                List.of("With 95 % intervals."))),
        List.of(
            new AnalysisDetails.ShownTable(
                table,
                3,
                List.of(
                    List.of("سلام", 1234, 2.5),
                    java.util.Arrays.asList("whale", 17L, null),
                    List.of("ship", 5, "Infinity")))),
        List.of("Log ratio: log2 of the ratio of the relative frequencies (Hardie 2014)."),
        List.of("Words of fewer than 3 documents are left out."));
  }

  public static ReportModel full() {
    return new ReportModel(
        "Quickstart: agreement across a clause",
        List.of(new DatasetPart("dataset", dataset())),
        List.of(run(RunStatus.COMPLETE, "Every singer, who often saw two dogs, is quite happy.")),
        List.of(new EvaluationPart("evaluation", evaluation())),
        List.of(ngrams()),
        List.of(
            new Source(
                "dataset",
                "dataset",
                "0.1.0",
                1,
                "5d41402abc4b2a76b9719d911017c592",
                Map.of("corpus", "9b1d5c0ffee1"),
                "vocabulary-size: 274",
                "seed: 1\ntokenizer:\n  kind: word")),
        List.of());
  }
}
