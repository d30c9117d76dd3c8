package org.seqlm.job.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.ExampleOrigin;
import org.seqlm.dataset.ExampleStatistics;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.dataset.Split;
import org.seqlm.metrics.Metric;
import org.seqlm.metrics.TrainingMetrics;
import org.seqlm.neural.files.RunView;
import org.seqlm.report.ReportModel.BestModel;
import org.seqlm.report.ReportModel.RunPart;
import org.seqlm.report.ReportModel.RunStatus;
import org.seqlm.report.ReportModel.Trained;
import org.seqlm.task.TaskContent;
import org.seqlm.task.TaskModel;

/**
 * Reads the metrics of a run, finished or not, into a {@link RunPart}: all that it tells by rising
 * round.
 */
final class RunPartReader {
  private static final String ROUND = "best-round";
  private static final String NATS = "validation-nats";
  private static final String PERPLEXITY = "validation-perplexity";
  private static final String METRIC = "validation-metric";

  /** The input by which a run over labelled examples names them. */
  private static final String EXAMPLES = "examples";

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
        run.manifest().config(),
        run.manifest().inputs().containsKey(EXAMPLES) ? trained(run, damage) : null);
  }

  /** As {@code train} says it in its result. */
  private static BestModel best(RunView run) throws IOException {
    JsonNode result = run.manifest().details();
    if (!run.isComplete() || result == null) {
      return null;
    }
    int round = result.path(ROUND).asInt();
    if (result.path(PERPLEXITY).isNumber()) {
      return BestModel.ofText(round, result.path(PERPLEXITY).asDouble());
    }
    return result.path(METRIC).isObject()
        ? new BestModel(
            round,
            result.path(NATS).asDouble(),
            Json.mapper().treeToValue(result.path(METRIC), Metric.class))
        : null;
  }

  /** What its best model so far says. */
  private static Trained trained(RunView run, RunView.Damage damage) throws IOException {
    try {
      Trained trained = run.ofModel(RunPartReader::trained);
      return trained == null ? Trained.UNKNOWN : trained;
    } catch (UserException e) {
      damage.tell(e);
      return Trained.UNKNOWN;
    }
  }

  private static Trained trained(ArtifactReader model) throws IOException {
    TaskModel.Details details = model.details(TaskModel.Details.class);
    ExamplesDetails examples = TaskContent.examples(model);
    ExampleOrigin origin = examples.origin();
    return new Trained(
        details.title(),
        details.parameters(),
        details.task(),
        origin == null ? null : origin.kind(),
        examples.splits().getOrDefault(Split.TRAIN, ExampleStatistics.NONE).examples());
  }
}
