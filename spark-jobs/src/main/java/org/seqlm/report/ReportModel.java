package org.seqlm.report;

import java.util.List;
import java.util.Map;
import org.seqlm.dataset.DatasetDetails;

/**
 * Everything a report shows; each part is shown only if there is something in it.
 *
 * @param title of the page
 * @param datasets prepared corpora
 * @param runs trainings, complete or not
 * @param evaluations models on held-out text
 * @param ngrams counts and statistics
 * @param sources where all of it comes from
 * @param notes what could not be shown and why
 */
public record ReportModel(
    String title,
    List<DatasetPart> datasets,
    List<RunPart> runs,
    List<EvaluationPart> evaluations,
    List<NgramsPart> ngrams,
    List<Source> sources,
    List<String> notes) {

  public ReportModel {
    datasets = List.copyOf(datasets);
    runs = List.copyOf(runs);
    evaluations = List.copyOf(evaluations);
    ngrams = List.copyOf(ngrams);
    sources = List.copyOf(sources);
    notes = List.copyOf(notes);
  }

  /** A dataset by the name of its folder. */
  public record DatasetPart(String name, DatasetDetails details) {}

  /** An evaluation by the name of its folder. */
  public record EvaluationPart(String name, Evaluation evaluation) {}

  /** How far a training came. */
  public enum RunStatus {
    /** Its manifest is there. */
    COMPLETE,
    /** It runs still, or was stopped: what there is so far. */
    INCOMPLETE
  }

  /**
   * A training.
   *
   * @param name of its folder
   * @param status whether it ended
   * @param rounds in their order
   * @param validations in their order
   */
  public record RunPart(
      String name,
      RunStatus status,
      List<RoundMetrics> rounds,
      List<ValidationMetrics> validations) {
    public RunPart {
      rounds = List.copyOf(rounds);
      validations = List.copyOf(validations);
    }
  }

  /**
   * Counted n-grams.
   *
   * @param name of the folder
   * @param top by order, then rank
   * @param countsOfCounts how many n-grams were seen so often
   * @param zipf the points of the rank–frequency plot, by rank
   * @param fit the law fitted to them, or null
   */
  public record NgramsPart(
      String name,
      List<TopNgram> top,
      List<CountOfCounts> countsOfCounts,
      List<ZipfPoint> zipf,
      ZipfFit fit) {
    public NgramsPart {
      top = List.copyOf(top);
      countsOfCounts = List.copyOf(countsOfCounts);
      zipf = List.copyOf(zipf);
    }
  }

  /** One of the most frequent n-grams of an order; {@code rank} from 1. */
  public record TopNgram(int order, int rank, String ngram, long count) {}

  /** {@code ngrams} different n-grams of {@code order} were seen {@code count} times each. */
  public record CountOfCounts(int order, long count, long ngrams) {}

  /** The token of {@code rank} (from 1) was seen {@code count} times. */
  public record ZipfPoint(long rank, long count) {}

  /** {@code count = exp(intercept) · rank^(−exponent)}, by least squares over the logarithms. */
  public record ZipfFit(double exponent, double intercept, double rSquared) {}

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
