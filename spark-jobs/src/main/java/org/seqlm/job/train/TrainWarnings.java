package org.seqlm.job.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.seqlm.neural.ScheduledSampling;
import org.seqlm.neural.optimizer.AveragingMode;
import org.seqlm.neural.optimizer.Schedule;
import org.seqlm.spark.training.NetworkTraining;

/** What of a configuration has no effect, or less than it seems, on so much data. */
final class TrainWarnings {
  /** A chance of the text's token above which scheduled sampling hardly samples. */
  private static final double MOSTLY = 0.95;

  private TrainWarnings() {}

  /**
   * What has no effect, or less than it seems, on so much data.
   *
   * @param idle a line for each key that another makes idle
   */
  static List<String> of(TrainJob job, List<String> idle) {
    TrainConfig config = job.config();
    NetworkTraining.Settings settings = job.settings();
    long units = job.units();
    List<String> warnings = new ArrayList<>(idle);
    long steps = settings.totalSteps(units);
    if (settings.rounds().mode() == AveragingMode.GRADIENTS && settings.frequency() > 1) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "warning: averaging.mode gradients makes one update a round, of %,d %s of each"
                  + " worker, so the run has %,d: set averaging.frequency to 1 for an update of"
                  + " every step",
              settings.frequency(),
              job.vocabularySize() == null ? "batches" : "windows",
              settings.rounds(units)));
    }
    ScheduledSampling sampling = settings.recipe().scheduledSampling();
    double teacher = sampling.teacherForcing(steps - 1);
    if (sampling.kind() != ScheduledSampling.Kind.NONE && teacher > MOSTLY) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "warning: with training.scheduled-sampling.scale %.6g the chance to read the %s's"
                  + " token is still %.3f after the run's %,d local steps: a smaller scale makes it"
                  + " fall",
              sampling.scale(),
              job.vocabularySize() == null ? "target" : "text",
              teacher,
              steps));
    }
    int warmUp = settings.schedule().warmUp();
    if (warmUp > steps) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "warning: training.schedule.warm-up is %,d steps, but the run has %,d: its learning"
                  + " rate reaches %.4g at most, not %.4g",
              warmUp,
              steps,
              settings.learningRate() * settings.schedule().highest(steps),
              settings.learningRate()));
    }
    int patience = config.validation().patience();
    long validations = config.validation().due(settings.rounds(units));
    if (patience > 0 && patience >= validations) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "warning: validation.patience is %,d, but the run looks at the validation split"
                  + " %,d times only: it cannot end early",
              patience,
              validations));
    }
    int looks = settings.schedule().patience();
    if (settings.schedule().kind() == Schedule.Kind.PLATEAU && looks >= validations) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "warning: training.schedule.patience is %,d, but the run looks at the validation"
                  + " split %,d times only: its learning rate cannot fall",
              looks,
              validations));
    }
    return warnings;
  }
}
