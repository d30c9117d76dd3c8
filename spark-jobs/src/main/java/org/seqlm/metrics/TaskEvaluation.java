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
}
