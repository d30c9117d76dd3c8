package org.seqlm.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.seqlm.analysis.AnalysisDetails;
import org.seqlm.dataset.DatasetDetails;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.metrics.Divergence;
import org.seqlm.metrics.Evaluation;
import org.seqlm.metrics.Metric;
import org.seqlm.metrics.Night;
import org.seqlm.metrics.RoundMetrics;
import org.seqlm.metrics.TaskEvaluation;
import org.seqlm.metrics.TrainingMetrics;
import org.seqlm.metrics.ValidationMetrics;
import org.seqlm.task.predict.PredictionDetails;

/**
 * Everything a report shows; each part is shown only if there is something in it.
 *
 * @param title of the page
 * @param nights of retraining
 * @param datasets prepared corpora
 * @param examples prepared labelled examples
 * @param runs trainings, complete or not
 * @param evaluations models on held-out text
 * @param taskEvaluations networks on held-out examples
 * @param predictions what networks said of records
 * @param ngrams counts and statistics
 * @param analyses of corpora
 * @param sources where all of it comes from
 * @param notes what could not be shown and why
 */
public record ReportModel(
    String title,
    List<NightPart> nights,
    List<DatasetPart> datasets,
    List<ExamplesPart> examples,
    List<RunPart> runs,
    List<EvaluationPart> evaluations,
    List<TaskEvaluationPart> taskEvaluations,
    List<PredictionsPart> predictions,
    List<NgramsPart> ngrams,
    List<AnalysisPart> analyses,
    List<Source> sources,
    List<String> notes) {

  public ReportModel {
    nights = List.copyOf(nights);
    datasets = List.copyOf(datasets);
    examples = List.copyOf(examples);
    runs = List.copyOf(runs);
    evaluations = List.copyOf(evaluations);
    taskEvaluations = List.copyOf(taskEvaluations);
    predictions = List.copyOf(predictions);
    ngrams = List.copyOf(ngrams);
    analyses = List.copyOf(analyses);
    sources = List.copyOf(sources);
    notes = List.copyOf(notes);
  }

  /** Without analyses. */
  public ReportModel(
      String title,
      List<NightPart> nights,
      List<DatasetPart> datasets,
      List<ExamplesPart> examples,
      List<RunPart> runs,
      List<EvaluationPart> evaluations,
      List<TaskEvaluationPart> taskEvaluations,
      List<PredictionsPart> predictions,
      List<NgramsPart> ngrams,
      List<Source> sources,
      List<String> notes) {
    this(
        title,
        nights,
        datasets,
        examples,
        runs,
        evaluations,
        taskEvaluations,
        predictions,
        ngrams,
        List.of(),
        sources,
        notes);
  }

  /** Of text, without nights. */
  public ReportModel(
      String title,
      List<DatasetPart> datasets,
      List<RunPart> runs,
      List<EvaluationPart> evaluations,
      List<NgramsPart> ngrams,
      List<Source> sources,
      List<String> notes) {
    this(
        title,
        List.of(),
        datasets,
        List.of(),
        runs,
        evaluations,
        List.of(),
        List.of(),
        ngrams,
        sources,
        notes);
  }

  /** A night by the name of its folder. */
  public record NightPart(String name, Night night) {}

  /** A dataset by the name of its folder. */
  public record DatasetPart(String name, DatasetDetails details) {}

  /** Labelled examples by the name of their folder. */
  public record ExamplesPart(String name, ExamplesDetails details) {}

  /** An evaluation by the name of its folder. */
  public record EvaluationPart(String name, Evaluation evaluation) {}

  /** The same of labelled examples. */
  public record TaskEvaluationPart(String name, TaskEvaluation evaluation) {}

  /** Predictions by the name of their folder. */
  public record PredictionsPart(String name, PredictionDetails details) {}

  /** An analysis by the name of its folder. */
  public record AnalysisPart(String name, AnalysisDetails details) {}

  /** How far a training came. */
  public enum RunStatus {
    /** Its manifest is there. */
    COMPLETE,
    /** It runs still, or was stopped: what there is so far. */
    INCOMPLETE,
    /** It left the finite or the sensible, and ended there. */
    DIVERGED
  }

  /**
   * A run's model, by as much of the validation split as its last process looked at: other looks
   * than that model's own may have scored another part.
   *
   * @param round whose parameters these are
   * @param nats mean loss on the validation split
   * @param metric that the task names, there; null of a language model
   */
  public record BestModel(int round, double nats, Metric metric) {
    /** A language model. */
    public static BestModel ofText(int round, double perplexity) {
      return new BestModel(round, Math.log(perplexity), null);
    }

    /** Of a validation text. */
    double perplexity() {
      return Math.exp(nats);
    }

    /** Whether another is better: by the metric, or else by the loss. */
    boolean isWorseThan(BestModel other) {
      return metric == null ? nats > other.nats : other.metric.betterThan(metric);
    }
  }

  /**
   * What a run over labelled examples trains, as its model says; null each as long as there is none
   * to say it.
   *
   * @param title of the network, for instance {@code lstm 1x64 both ways, 10 tags}
   * @param parameters of it
   * @param task of the examples
   * @param kind of built-in example that they are; null also of other data
   * @param examples of the train split
   */
  public record Trained(String title, Integer parameters, String task, String kind, Long examples) {
    /** Of a run that has no model yet. */
    public static final Trained UNKNOWN = new Trained(null, null, null, null, null);
  }

  /**
   * A training.
   *
   * @param name of its folder
   * @param status how it ended, if it did
   * @param metrics what it told
   * @param best its model, as a run that is complete says; null of others, and if none was scored
   * @param config effective
   * @param trained on labelled examples; null of a language model
   */
  public record RunPart(
      String name,
      RunStatus status,
      TrainingMetrics metrics,
      BestModel best,
      JsonNode config,
      Trained trained) {
    public RunPart {
      if ((status == RunStatus.DIVERGED) != (metrics.divergence() != null)) {
        throw new IllegalArgumentException("a run is diverged by a divergence");
      }
    }

    /** A language model's. */
    public RunPart(
        String name, RunStatus status, TrainingMetrics metrics, BestModel best, JsonNode config) {
      this(name, status, metrics, best, config, null);
    }

    /** What it counts as trained, in the plural. */
    public String unit() {
      return trained == null ? "tokens" : "examples";
    }

    /** What a loss of its is of, in the singular. */
    public String target() {
      return trained == null ? "token" : "target";
    }

    /** In their order. */
    public List<RoundMetrics> rounds() {
      return metrics.rounds();
    }

    /** Looks at a text, in their order. */
    public List<ValidationMetrics> validations() {
      return metrics.validations();
    }

    /** How it diverged, null unless it did. */
    public Divergence divergence() {
      return metrics.divergence();
    }
  }

  /**
   * Counted n-grams.
   *
   * @param name of the folder
   * @param orders how many there are, by order
   * @param top by order, then rank
   * @param countsOfCounts by order, then count
   * @param zipf points of the plot, by rank
   * @param exponent of Zipf's law as fitted, or null
   * @param scored the text that {@code models} were scored on, or null
   * @param models Markov models of the counts
   */
  public record NgramsPart(
      String name,
      List<OrderTotals> orders,
      List<TopNgram> top,
      List<CountOfCounts> countsOfCounts,
      List<ZipfPoint> zipf,
      Double exponent,
      String scored,
      List<MarkovScore> models) {
    public NgramsPart {
      orders = List.copyOf(orders);
      top = List.copyOf(top);
      countsOfCounts = List.copyOf(countsOfCounts);
      zipf = List.copyOf(zipf);
      models = List.copyOf(models);
    }
  }

  /** {@code types} different n-grams of {@code order} appear {@code total} times in all. */
  public record OrderTotals(int order, long total, long types) {}

  /**
   * One of the most frequent n-grams of an order.
   *
   * @param order of the n-gram
   * @param rank from 1
   * @param ngram tokens joined by one space; tab, line feed, carriage return and backslash in them
   *     as {@code \t}, {@code \n}, {@code \r} and {@code \\}
   * @param count how often it appears
   */
  public record TopNgram(int order, int rank, String ngram, long count) {}

  /**
   * {@code types} different n-grams of {@code order} appear {@code count} times each, or so often
   * and more.
   */
  public record CountOfCounts(int order, long count, Bound bound, long types) {
    /** What a count of an n-gram is compared with. */
    public enum Bound {
      EXACTLY,
      AT_LEAST
    }
  }

  /**
   * The token of {@code rank} (from 1) appears {@code count} times; the law says {@code fitted}.
   */
  public record ZipfPoint(long rank, long count, Double fitted) {}

  /**
   * A Markov model of the counts.
   *
   * @param name for instance {@code 3-gram add-k 0.1}
   * @param tokens scored
   * @param zeroProbability tokens it excludes; with any, the figures below are null for infinite
   * @param bitsPerToken cross-entropy
   * @param perplexity of the same
   */
  public record MarkovScore(
      String name, long tokens, long zeroProbability, Double bitsPerToken, Double perplexity) {}

  /**
   * An artifact of the report.
   *
   * @param name of its folder
   * @param kind for instance {@code dataset}
   * @param producer the release that wrote it
   * @param seed of its randomness
   * @param fingerprint of its manifest, or empty while it is incomplete
   * @param inputs fingerprints of what it was made from, by name
   * @param details what the kind adds, as readable text
   * @param config the effective configuration, as readable text
   */
  public record Source(
      String name,
      String kind,
      String producer,
      long seed,
      String fingerprint,
      Map<String, String> inputs,
      String details,
      String config) {}
}
