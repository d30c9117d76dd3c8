package org.seqlm.bench.variants;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * What a variant reaches with its best learning rate, and how far that is from another with its
 * own. The rate is chosen by the mean of the validation split over all seeds, so that the test
 * split has had no part in it; a rate with which a seed failed is out.
 *
 * @param variant its name
 * @param against the variant that it is compared with; itself where it is compared with none
 * @param learningRate that was chosen; null if with every rate some seed failed
 * @param edge where that lies among the rates tried
 * @param validationNats mean nats a token of the validation split over the seeds; null likewise
 * @param testNats mean nats a token of the test split over the seeds; null likewise
 * @param difference of {@code testNats} from the other's, seed by seed; null where it is compared
 *     with none, or one of the two has no figures
 */
public record PairedComparison(
    String variant,
    String against,
    Double learningRate,
    Edge edge,
    Double validationNats,
    Double testNats,
    Difference difference) {
  private static final double CONFIDENCE = 0.95;

  /** Where a chosen rate lies among those tried: at an edge a better one may lie beyond. */
  public enum Edge {
    LOWEST,
    HIGHEST,
    /** Within, or the only one. */
    NONE
  }

  /**
   * The mean of paired differences.
   *
   * @param mean nats a token over the seeds; positive where the variant is worse than the other
   * @param halfWidth of the 95 % interval of that mean, by Student's t with one degree of freedom
   *     fewer than seeds; null for one seed
   */
  public record Difference(double mean, Double halfWidth) {
    static Difference of(List<Double> differences) {
      SummaryStatistics statistics = new SummaryStatistics();
      differences.forEach(statistics::addValue);
      int n = differences.size();
      return new Difference(
          statistics.getMean(),
          n < 2
              ? null
              : new TDistribution(n - 1).inverseCumulativeProbability((1 + CONFIDENCE) / 2)
                  * statistics.getStandardDeviation()
                  / Math.sqrt(n));
    }
  }

  /**
   * Compares variants.
   *
   * @param trials at least one; the same seeds with every rate of every variant, each once
   * @param against by variant, which it is compared with; the variant of the first trial where a
   *     name is missing
   * @return one a variant, in the order of their first trials
   */
  public static List<PairedComparison> of(List<Trial> trials, Map<String, String> against) {
    List<String> variants = trials.stream().map(Trial::variant).distinct().toList();
    return variants.stream()
        .map(name -> of(trials, name, against.getOrDefault(name, variants.get(0))))
        .toList();
  }

  private static PairedComparison of(List<Trial> trials, String variant, String against) {
    Map<Double, List<Trial>> byRate = byRate(trials, variant);
    List<Trial> best = best(byRate);
    if (best.isEmpty()) {
      return new PairedComparison(variant, against, null, Edge.NONE, null, null, null);
    }
    double rate = best.get(0).learningRate();
    Edge edge =
        byRate.size() == 1
            ? Edge.NONE
            : byRate.keySet().stream().allMatch(other -> other >= rate)
                ? Edge.LOWEST
                : byRate.keySet().stream().allMatch(other -> other <= rate)
                    ? Edge.HIGHEST
                    : Edge.NONE;
    return new PairedComparison(
        variant,
        against,
        rate,
        edge,
        mean(best, Trial::validationNats),
        mean(best, Trial::testNats),
        against.equals(variant) ? null : difference(best, best(byRate(trials, against))));
  }

  private static Difference difference(List<Trial> ones, List<Trial> others) {
    if (others.isEmpty()) {
      return null;
    }
    Map<Long, Double> bySeed =
        others.stream().collect(Collectors.toMap(Trial::seed, Trial::testNats));
    // In the order of the seeds, so that the last bits do not hang on that of the trials.
    return Difference.of(
        ones.stream()
            .sorted(Comparator.comparingLong(Trial::seed))
            .map(trial -> trial.testNats() - bySeed.get(trial.seed()))
            .toList());
  }

  private static Map<Double, List<Trial>> byRate(List<Trial> trials, String variant) {
    return trials.stream()
        .filter(trial -> trial.variant().equals(variant))
        .collect(Collectors.groupingBy(Trial::learningRate, TreeMap::new, Collectors.toList()));
  }

  /**
   * The trials with the best rate, of equal ones the lowest; none if some seed failed with each.
   */
  private static List<Trial> best(Map<Double, List<Trial>> byRate) {
    return byRate.values().stream()
        .filter(seeds -> seeds.stream().allMatch(Trial::hasFigures))
        .min(Comparator.comparingDouble(seeds -> mean(seeds, Trial::validationNats)))
        .orElse(List.of());
  }

  private static double mean(List<Trial> trials, ToDoubleFunction<Trial> figure) {
    return trials.stream()
        .sorted(Comparator.comparingLong(Trial::seed))
        .mapToDouble(figure)
        .average()
        .orElseThrow();
  }
}
