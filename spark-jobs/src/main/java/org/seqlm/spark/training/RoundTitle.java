package org.seqlm.spark.training;

import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.spark.watch.JobNames;

/**
 * By what Spark's pages and logs know a round's jobs.
 *
 * @param round its number, from 1
 * @param rounds of the run at most; 0 where nobody knows
 * @param workers K
 * @param steps of each
 */
record RoundTitle(int round, long rounds, int workers, int steps) {
  static RoundTitle of(AveragingRound.Planner planner, int workers) {
    RoundPlan first = planner.plan(0);
    return new RoundTitle(first.round(), planner.rounds(), workers, first.steps());
  }

  /** Of the job, or the first of two, until it is closed. */
  JobNames.Named training(JavaSparkContext spark) {
    return JobNames.described(spark, round, training());
  }

  /** Of the job that averages by itself, until it is closed. */
  JobNames.Named averaging(JavaSparkContext spark) {
    return JobNames.described(spark, round, number() + ": the average of " + of(workers, "worker"));
  }

  /** For instance {@code round 12 of 400: 4 workers train 50 steps}. */
  String training() {
    return number()
        + ": "
        + of(workers, "worker")
        + (workers == 1 ? " trains" : " train")
        + (steps == Integer.MAX_VALUE ? "" : " " + of(steps, "step"));
  }

  private String number() {
    return rounds == 0
        ? "round " + round
        : String.format(Locale.ROOT, "round %d of %d", round, rounds);
  }

  private static String of(int count, String what) {
    return String.format(Locale.ROOT, "%,d %s%s", count, what, count == 1 ? "" : "s");
  }
}
