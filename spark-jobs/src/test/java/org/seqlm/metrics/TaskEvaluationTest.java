package org.seqlm.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.seqlm.artifact.Json;

class TaskEvaluationTest {
  /** Models a, b and so on; NaN is a mean of nothing, which is not among a model's metrics. */
  private static TaskEvaluation of(Metric.Direction direction, double... values) {
    List<TaskEvaluation.OfModel> models = new ArrayList<>();
    for (double value : values) {
      models.add(
          new TaskEvaluation.OfModel(
              String.valueOf((char) ('a' + models.size())),
              "lstm",
              Double.isNaN(value) ? Map.of() : Map.of("rmse", value),
              null));
    }
    return new TaskEvaluation(
        "data", "test", "series", 9, "rmse", direction, models.get(0).metrics(), null, models);
  }

  private static List<String> best(TaskEvaluation evaluation) {
    return evaluation.best().stream().map(TaskEvaluation.OfModel::name).toList();
  }

  @Test
  void theBestFollowsTheDirection() {
    assertThat(best(of(Metric.Direction.SMALLER, 0.7, 0.5, 0.6))).containsExactly("b");
    assertThat(best(of(Metric.Direction.LARGER, 0.7, 0.5, 0.6))).containsExactly("a");
    assertThat(best(of(Metric.Direction.SMALLER, Double.NaN, 0.5, 0.5))).containsExactly("b", "c");
    assertThat(best(of(Metric.Direction.LARGER, Double.NaN, Double.NaN))).isEmpty();
    assertThat(best(of(Metric.Direction.LARGER, 0.7))).isEmpty();
  }

  /** One that was kept before the direction was told. */
  @Test
  void withoutADirectionNoneIsTheBest() throws Exception {
    ObjectNode kept = (ObjectNode) Json.tree(of(Metric.Direction.SMALLER, 0.7, 0.5));
    assertThat(kept.remove("direction").asText()).isEqualTo("smaller");

    TaskEvaluation read = Json.mapper().treeToValue(kept, TaskEvaluation.class);

    assertThat(read.models()).hasSize(2);
    assertThat(read.best()).isEmpty();
  }
}
