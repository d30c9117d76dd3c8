package org.seqlm.job.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.seqlm.UserException;
import org.seqlm.metrics.TrainingMetrics;
import org.seqlm.neural.files.RunView;
import org.seqlm.report.ReportModel.BestModel;
import org.seqlm.report.ReportModel.RunPart;
import org.seqlm.report.ReportModel.RunStatus;

/**
 * Reads the metrics of a run, finished or not, into a {@link RunPart}: all that it tells by rising
 * round.
 */
final class RunPartReader {
  private static final String ROUND = "best-round";
  private static final String PERPLEXITY = "validation-perplexity";

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
        best(run),
        run.manifest().config());
  }

  /** As {@code train} says it in its result. */
  private static BestModel best(RunView run) {
    JsonNode result = run.manifest().details();
    if (!run.isComplete() || result == null || !result.path(PERPLEXITY).isNumber()) {
      return null;
    }
    return new BestModel(result.path(ROUND).asInt(), result.path(PERPLEXITY).asDouble());
  }
}
