package org.seqlm.bench.recipes;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * What a recipe reaches with its best learning rate, and how far that is from the first recipe with
 * its own. The rate is chosen by the mean of the validation split over all seeds, so that the test
 * split has had no part in it; rates at which a seed diverged are out.
 *
 * @param recipe its name
 * @param learningRate that was chosen; null if it diverged with all
 * @param valid mean nats a token of the validation split, over the seeds
 * @param test mean nats a token of the test split
 * @param difference of the test split from the first recipe's, seed by seed; null for that one
 */
public record Comparison(
    String recipe, Double learningRate, Double valid, Double test, Difference difference) {
  private static final double CONFIDENCE = 0.95;

  /**
   * The mean of paired differences.
   *
   * @param mean nats a token; positive where the recipe is worse than the first
   * @param within half of the 95 % interval of that mean by Student's t, over the seeds; null for
   *     one seed
   */
  public record Difference(double mean, Double within) {
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
   * Compares.
   *
   * @param trials of the same seeds for each recipe and rate, in any order
   * @return a row a recipe, in the order of their first trials
   */
  public static List<Comparison> of(List<Trial> trials) {
    List<String> recipes = trials.stream().map(Trial::recipe).distinct().toList();
    List<Trial> first = best(trials, recipes.get(0));
    return recipes.stream()
        .map(recipe -> of(recipe, best(trials, recipe), recipe.equals(recipes.get(0)), first))
        .toList();
  }

  private static Comparison of(
      String recipe, List<Trial> best, boolean isFirst, List<Trial> first) {
    if (best.isEmpty()) {
      return new Comparison(recipe, null, null, null, null);
    }
    Map<Long, Double> against = first.stream().collect(Collectors.toMap(Trial::seed, Trial::test));
    return new Comparison(
        recipe,
        best.get(0).learningRate(),
        mean(best, Trial::valid),
        mean(best, Trial::test),
        isFirst || first.isEmpty()
            ? null
            : Difference.of(best.stream().map(t -> t.test() - against.get(t.seed())).toList()));
  }

  /** The trials of a recipe with its best rate; none if a seed diverged with each. */
  private static List<Trial> best(List<Trial> trials, String recipe) {
    return trials.stream()
        .filter(trial -> trial.recipe().equals(recipe))
        .collect(Collectors.groupingBy(Trial::learningRate))
        .values()
        .stream()
        .filter(seeds -> seeds.stream().allMatch(Trial::hasFigures))
        .min(
            Comparator.<List<Trial>>comparingDouble(seeds -> mean(seeds, Trial::valid))
                .thenComparingDouble(seeds -> seeds.get(0).learningRate()))
        .orElse(List.of());
  }

  private static double mean(List<Trial> trials, ToDoubleFunction<Trial> figure) {
    return trials.stream().mapToDouble(figure).average().orElseThrow();
  }
}
