package org.seqlm.job.train;

import org.seqlm.metrics.RoundMetrics;
import org.seqlm.spark.training.AveragingRound;
import org.seqlm.spark.watch.Figure;
import org.seqlm.spark.watch.Figures;

/** What of a training Spark's metrics system tells. */
final class TrainFigures {
  private TrainFigures() {}

  /**
   * A run begins, or goes on.
   *
   * @param round done
   * @param rounds planned
   * @param tokens trained
   */
  static void begin(int round, long rounds, int workers, long tokens) {
    Figures.set(Figure.TRAINING_ROUND, round);
    Figures.set(Figure.TRAINING_ROUNDS, rounds);
    Figures.set(Figure.TRAINING_WORKERS, workers);
    Figures.set(Figure.TRAINING_TOKENS, tokens);
  }

  /** A round is done. */
  static void round(RoundMetrics line, AveragingRound.Outcome outcome) {
    Figures.set(Figure.TRAINING_ROUND, line.round());
    Figures.set(Figure.TRAINING_TOKENS, line.tokens());
    Figures.set(Figure.TRAINING_TOKENS_PER_SECOND, outcome.tokens() / line.seconds());
    Figures.set(Figure.TRAINING_LOSS, outcome.loss());
    Figures.set(
        Figure.TRAINING_WORKERS_SKIPPED,
        outcome.reports().stream().filter(report -> report.rejected() != null).count());
    Figures.set(Figure.TRAINING_DRIFT, known(line.drift()));
    Figures.set(Figure.TRAINING_ROUND_SECONDS, line.seconds());
    Figures.set(Figure.TRAINING_AVERAGING_SECONDS, line.times().phases().average());
    if (line.times().checkpoint() != null) {
      Figures.set(Figure.TRAINING_CHECKPOINT_SECONDS, line.times().checkpoint());
    }
  }

  /**
   * The run has looked at its validation split.
   *
   * @param best of all looks; null if nobody looked
   */
  static void look(double nats, Double best) {
    Figures.set(Figure.TRAINING_VALIDATION_LOSS, nats);
    Figures.set(Figure.TRAINING_BEST_VALIDATION_LOSS, known(best));
  }

  private static double known(Double value) {
    return value == null ? Double.NaN : value;
  }
}
