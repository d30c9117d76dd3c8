package org.seqlm.metrics;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;

/**
 * The result of {@code evaluate} where networks predicted for the same labelled examples.
 *
 * @param dataset folder of the examples
 * @param split for instance {@code test}
 * @param task for instance {@code classify}
 * @param examples of the split
 * @param metric that counts
 * @param direction which way is better by it; null of an evaluation that was kept before it was
 *     told
 * @param metrics of the first model, by name, the one that counts first
 * @param floor the best possible value of {@code metric} on this split; null if nobody knows it
 * @param models in the order given
 */
public record TaskEvaluation(
    String dataset,
    String split,
    String task,
    long examples,
    String metric,
    @JsonInclude(JsonInclude.Include.NON_NULL) Metric.Direction direction,
    Map<String, Double> metrics,
    @JsonInclude(JsonInclude.Include.NON_NULL) Double floor,
    List<OfModel> models)
    implements Evaluated {

  /**
   * What a model comes to.
   *
   * @param name as the user named it, or its path
   * @param kind for instance {@code lstm 1x64 both ways, 2 labels}
   * @param metrics by name, the one that counts first; what is a mean of nothing is not among them
   * @param confusion which labels it takes for which; null of a task without, or with too many
   */
  public record OfModel(
      String name,
      String kind,
      Map<String, Double> metrics,
      @JsonInclude(JsonInclude.Include.NON_NULL) Confusion confusion) {}

  /**
   * The best models by the metric that counts: more than one if they are equal; none of fewer than
   * two models, or where nobody knows which way is better.
   */
  public List<OfModel> best() {
    if (direction == null || models.size() < 2) {
      return List.of();
    }
    Metric most =
        models.stream()
            .map(this::named)
            .reduce((best, next) -> next.betterThan(best) ? next : best)
            .orElseThrow();
    return models.stream().filter(model -> named(model).value() == most.value()).toList();
  }

  /** A model's figure that counts; NaN where it is a mean of nothing. */
  private Metric named(OfModel model) {
    return new Metric(metric, model.metrics().getOrDefault(metric, Double.NaN), direction);
  }
}
