package org.seqlm.job.report;

import java.io.IOException;
import org.seqlm.UserException;
import org.seqlm.metrics.TrainingMetrics;
import org.seqlm.neural.files.RunView;
import org.seqlm.report.ReportModel.RunPart;
import org.seqlm.report.ReportModel.RunStatus;

/**
 * Reads the metrics of a run, finished or not, into a {@link RunPart}: all that it tells by rising
 * round.
 */
final class RunPartReader {
  private RunPartReader() {}

  /**
   * The run as far as its metrics are whole.
   *
   * @param run what its folder holds
   * @param name of the run in the report
   * @param status it has unless its metrics tell that it diverged
   * @param damage is told each file and line that is left out
   */
  static RunPart read(RunView run, String name, RunStatus status, RunView.Damage damage)
      throws IOException {
    TrainingMetrics metrics =
        TrainingMetrics.read(
            run.metrics(damage),
            (line, why) ->
                damage.tell(
                    UserException.data(
                        run.name() + " has a line that is no metrics: " + line, why)));
    return new RunPart(
        name,
        metrics.divergence() == null ? status : RunStatus.DIVERGED,
        metrics,
        run.manifest().config());
  }
}
