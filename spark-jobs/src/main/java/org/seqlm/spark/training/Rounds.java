package org.seqlm.spark.training;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.neural.NetworkSpec;

/**
 * How one round of an engine is run.
 *
 * @param <S> one step's data
 */
@FunctionalInterface
interface Rounds<S> {
  /**
   * Runs the next round of an {@link Averaging}.
   *
   * @param steps partition k holds the steps of worker k
   */
  AveragingRound.Outcome next(
      JavaRDD<S> steps, AveragingRound.Planner planner, AveragingRound.Keep keep);

  /** Makes them for a training. */
  @FunctionalInterface
  interface Factory<S> {
    Rounds<S> of(
        JavaSparkContext spark,
        Averaging<S> averaging,
        NetworkSpec spec,
        LanguageModelTraining.Settings settings);
  }
}
