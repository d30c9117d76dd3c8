package org.seqlm.job.example;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@code example} wrote of any kind but the grammar.
 *
 * @param kind of examples
 * @param task what is learned
 * @param metric that the floor is of
 * @param description a sentence for whoever finds the files
 * @param seed of all examples
 * @param train examples
 * @param valid examples
 * @param test examples
 * @param floor what {@code floor.json} holds: the best possible score
 */
record TaskResult(
    String kind,
    String task,
    String metric,
    String description,
    long seed,
    int train,
    int valid,
    int test,
    Map<String, Object> floor)
    implements ExampleResult {
  /** What {@code task.json} holds. */
  Map<String, Object> card() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("kind", kind);
    fields.put("task", task);
    fields.put("metric", metric);
    fields.put("description", description);
    fields.put("seed", seed);
    fields.put("train", train);
    fields.put("valid", valid);
    fields.put("test", test);
    return fields;
  }
}
