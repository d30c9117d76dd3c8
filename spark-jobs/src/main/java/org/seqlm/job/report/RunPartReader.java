package org.seqlm.job.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.metrics.Divergence;
import org.seqlm.metrics.RoundMetrics;
import org.seqlm.metrics.ValidationMetrics;
import org.seqlm.neural.files.RunView;
import org.seqlm.report.ReportModel.RunPart;
import org.seqlm.report.ReportModel.RunStatus;

/**
 * Reads the metrics of a run, finished or not, into a {@link RunPart}: rounds and validations by
 * rising round, and the divergence if it ended so.
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
    List<RoundMetrics> rounds = new ArrayList<>();
    List<ValidationMetrics> validations = new ArrayList<>();
    Divergence divergence = null;
    List<JsonNode> metrics = run.metrics(damage);
    for (JsonNode line : metrics) {
      ObjectNode node = (ObjectNode) line;
      String type = node.path("type").asText();
      node.remove("type");
      try {
        switch (type) {
          case "round" -> rounds.add(Json.mapper().treeToValue(node, RoundMetrics.class));
          case "validation" ->
              validations.add(Json.mapper().treeToValue(node, ValidationMetrics.class));
          case "divergence" -> divergence = Json.mapper().treeToValue(node, Divergence.class);
          default -> {}
        }
      } catch (JsonProcessingException e) {
        damage.tell(UserException.data(run.name() + " has a line that is no metrics: " + line, e));
      }
    }
    // A run that was resumed may have told a round twice; the later telling counts.
    return new RunPart(
        name,
        divergence == null ? status : RunStatus.DIVERGED,
        latest(rounds, RoundMetrics::round),
        latest(validations, ValidationMetrics::round),
        divergence);
  }

  private static <T> List<T> latest(List<T> values, ToIntFunction<T> round) {
    TreeMap<Integer, T> byRound = new TreeMap<>();
    values.forEach(value -> byRound.put(round.applyAsInt(value), value));
    return List.copyOf(byRound.values());
  }
}
