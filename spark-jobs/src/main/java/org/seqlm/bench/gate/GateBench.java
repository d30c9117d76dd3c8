package org.seqlm.bench.gate;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.seqlm.neural.KeyedRandom;

/**
 * Draws years and nights in Spark's tasks. Each has a generator of its own, by seed and number, so
 * results depend on neither the number of tasks nor their order.
 */
public final class GateBench {
  private final JavaSparkContext spark;
  private final int tasks;
  private final long seed;
  private final double level;

  /**
   * A bench.
   *
   * @param tasks that trials are dealt to
   * @param seed decides all draws
   * @param level of intervals
   */
  public GateBench(JavaSparkContext spark, int tasks, long seed, double level) {
    this.spark = spark;
    this.tasks = tasks;
    this.seed = seed;
    this.level = level;
  }

  /**
   * Years whose true gain is the margin.
   *
   * @param tail of the documents' gains
   * @param sd of a document's gain, bits a character
   * @param years with a false promotion
   * @param reached years in which the evidence of any night sufficed, whether it was promoted or
   *     kept for losses beyond the clip
   * @param promotions in all years
   * @param challengers a year, in the mean
   * @param again nights a year on which a challenger came again, in the mean
   * @param lossesTaken what clipping losses gave to the mean, bits a character, in the mean
   */
  public record Errors(
      Tail tail,
      double sd,
      BinomialShare years,
      BinomialShare reached,
      long promotions,
      double challengers,
      double again,
      double lossesTaken) {}

  /**
   * Nights whose true gain is above the margin.
   *
   * @param tail of the documents' gains
   * @param sd of a document's gain, bits a character
   * @param aboveMargin true gain − margin, bits a character
   * @param nights that promote
   * @param tailNights nights that do not for losses beyond the clip
   * @param documentsNeeded after which the evidence suffices in the wanted part of the nights; null
   *     where the most that were drawn are not enough
   */
  public record Power(
      Tail tail,
      double sd,
      double aboveMargin,
      BinomialShare nights,
      int tailNights,
      Integer documentsNeeded) {}

  /** Draws years whose true gain is the margin. */
  public Errors errors(SimulatedNights nights, NightModel model, int years) {
    double margin = nights.margin();
    List<double[]> all =
        drawn(
            "years",
            years,
            random -> {
              SimulatedNights.Year year = nights.year(model, margin, random);
              return new double[] {
                year.promotions(),
                year.challengers(),
                year.again(),
                year.lossesTaken(),
                year.reached()
              };
            });
    return new Errors(
        model.tail(),
        model.sd(),
        hits(all, 0),
        hits(all, 4),
        (long) all.stream().mapToDouble(year -> year[0]).sum(),
        mean(all, 1),
        mean(all, 2),
        mean(all, 3));
  }

  /**
   * Draws nights whose true gain is above the margin.
   *
   * @param above true gain − margin, bits a character
   * @param count nights
   * @param wanted part of the nights that are to promote, for instance 0.8
   * @param most documents to draw
   */
  public Power power(
      SimulatedNights nights, NightModel model, double above, int count, double wanted, int most) {
    double gain = nights.margin() + above;
    List<double[]> all =
        drawn(
            "nights",
            count,
            random -> {
              SimulatedNights.Night night = nights.night(model, gain, most, random);
              return new double[] {night.promoted() ? 1 : 0, night.tail() ? 1 : 0, night.enough()};
            });
    double[] enough = all.stream().mapToDouble(night -> night[2]).sorted().toArray();
    double needed = enough[(int) Math.ceil(wanted * count) - 1];
    return new Power(
        model.tail(),
        model.sd(),
        above,
        hits(all, 0),
        (int) all.stream().filter(night -> night[1] > 0).count(),
        needed == Integer.MAX_VALUE ? null : (int) needed);
  }

  private List<double[]> drawn(String purpose, int trials, Drawing drawing) {
    long key = seed;
    return spark
        .parallelize(IntStream.range(0, trials).boxed().toList(), Math.min(tasks, trials))
        .map(
            trial ->
                drawing.call(new SplittableRandom(KeyedRandom.of(key, purpose, trial).bits(0))))
        .collect();
  }

  /** The trials that have a column above 0. */
  private BinomialShare hits(List<double[]> all, int column) {
    return BinomialShare.of(
        (int) all.stream().filter(one -> one[column] > 0).count(), all.size(), level);
  }

  private static double mean(List<double[]> all, int column) {
    // In the order of the trials.
    double sum = 0;
    for (double[] one : all) {
      sum += one[column];
    }
    return sum / all.size();
  }

  /** What Spark sends to its tasks. */
  private interface Drawing extends Function<SplittableRandom, double[]> {}
}
