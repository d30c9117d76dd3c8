package org.seqlm.job.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.job.cli.ConfigLoader;

/**
 * Keys of {@code conf/train.yaml} that another key makes idle: each has no effect but for some of
 * the other's values. One that has another value than its default is told, for its giver takes it
 * for something.
 */
final class IdleKeys {
  static final List<Rule> RULES =
      List.of(
          Rule.ofGiven("start.rate-factor", "start-from"),
          Rule.ofGiven("start.rewarm", "start-from"),
          Rule.ofGiven("replay.share", "replay.inputs"),
          Rule.ofGiven("replay.excerpt", "replay.inputs"),
          new Rule("averaging.outer.kind", "averaging.mode", "parameters"),
          new Rule("averaging.inner-moments", "averaging.mode", "parameters"),
          new Rule(
              "averaging.outer.rate", "averaging.outer.kind", "nesterov", "heavy-ball", "adam"),
          new Rule("averaging.outer.momentum", "averaging.outer.kind", "nesterov", "heavy-ball"),
          new Rule("averaging.outer.beta1", "averaging.outer.kind", "adam"),
          new Rule("averaging.outer.beta2", "averaging.outer.kind", "adam"),
          new Rule("averaging.outer.tau", "averaging.outer.kind", "adam"),
          new Rule("averaging.ema-decay", "averaging.published", "ema"),
          new Rule("averaging.interval.first", "averaging.interval.kind", "growing", "drift"),
          new Rule("averaging.interval.until", "averaging.interval.kind", "growing"),
          new Rule("averaging.interval.target", "averaging.interval.kind", "drift"),
          new Rule("training.window.deviation", "training.window.kind", "random"),
          new Rule("training.window.half", "training.window.kind", "random"),
          new Rule(
              "training.schedule.decay-from", "training.schedule.kind", "linear", "cosine", "step"),
          new Rule(
              "training.schedule.final-fraction",
              "training.schedule.kind",
              "linear",
              "cosine",
              "step",
              "one-cycle",
              "plateau"),
          new Rule("training.schedule.factor", "training.schedule.kind", "step", "plateau"),
          new Rule("training.schedule.every", "training.schedule.kind", "step"),
          new Rule("training.schedule.rise", "training.schedule.kind", "one-cycle"),
          new Rule("training.schedule.patience", "training.schedule.kind", "plateau"),
          new Rule("training.schedule.threshold", "training.schedule.kind", "plateau"),
          new Rule(
              "training.scheduled-sampling.scale",
              "training.scheduled-sampling.kind",
              "linear",
              "exponential",
              "inverse-sigmoid"),
          new Rule(
              "training.scheduled-sampling.floor",
              "training.scheduled-sampling.kind",
              "linear",
              "exponential",
              "inverse-sigmoid"),
          new Rule("training.truncation.keep", "training.truncation.kind", "randomised"),
          new Rule("network.embedding", "network.input", "embedding"),
          new Rule("network.adaptive-above", "network.output", "auto"));

  private IdleKeys() {}

  /**
   * A key that has an effect with some values of another.
   *
   * @param key that may be idle
   * @param by the other
   * @param values of the other with which it is not; none of one that only needs to be given
   */
  record Rule(String key, String by, List<String> values) {
    Rule(String key, String by, String... values) {
      this(key, by, List.of(values));
    }

    /** Of a key that has an effect where the other has any value. */
    static Rule ofGiven(String key, String by) {
      return new Rule(key, by, List.of());
    }

    /** What to say of a configuration; null where there is nothing to say. */
    String problem(JsonNode config, JsonNode defaults) {
      JsonNode value = at(config, key);
      if (values.isEmpty()) {
        JsonNode given = at(config, by);
        boolean missing = given.isNull() || (given.isArray() && given.isEmpty());
        return same(value, at(defaults, key)) || !missing
            ? null
            : "warning: " + key + " " + value.asText() + " has no effect without " + by;
      }
      String other = at(config, by).asText();
      return values.contains(other) || same(value, at(defaults, key))
          ? null
          : "warning: "
              + key
              + " "
              + value.asText()
              + " has no effect where "
              + by
              + " is "
              + other
              + ": it is of "
              + String.join(", ", values);
    }

    private static JsonNode at(JsonNode tree, String key) {
      return tree.at("/" + key.replace('.', '/'));
    }

    /** Defaults are text, as they stand in their file. */
    private static boolean same(JsonNode value, JsonNode text) {
      if (value.isArray()) {
        return value.toString().equals(text.toString().replace("\"", ""));
      }
      return value.isNumber()
          ? value.asDouble() == text.asDouble(Double.NaN)
          : value.asText().equals(text.asText());
    }
  }

  /** A line for each key of a configuration that is idle and has not its default. */
  static List<String> of(TrainConfig config) {
    return of(config, ConfigLoader.defaults("train"));
  }

  /**
   * The same of a configuration with other defaults.
   *
   * @param defaults of every key
   */
  static List<String> of(TrainConfig config, JsonNode defaults) {
    JsonNode tree = Json.tree(config);
    List<String> found = new ArrayList<>();
    for (Rule rule : RULES) {
      String problem = rule.problem(tree, defaults);
      if (problem != null) {
        found.add(problem);
      }
    }
    return found;
  }

  /** Keys that say something of text, or of text's language models, only. */
  private static final List<String> OF_TEXT =
      List.of(
          "network.input",
          "network.output",
          "network.adaptive-above",
          "network.cutoffs",
          "network.embedding-dropout",
          "network.dropout-kind",
          "network.token-dropout",
          "network.weight-drop",
          "network.layer-norm",
          "training.time-steps",
          "training.streams",
          "training.window.kind",
          "validation.diagnose",
          "validation.sample-length",
          "validation.sample-temperature");

  /** Keys that only networks over examples have. */
  private static final List<String> OF_EXAMPLES =
      List.of(
          "network.pooling",
          "network.attention",
          "network.heads",
          "network.inner",
          "network.patch",
          "network.frames",
          "network.corners",
          "network.readout",
          "network.gaps",
          "network.feeding");

  private static final Set<ExampleTask> BUT_GRID =
      EnumSet.complementOf(EnumSet.of(ExampleTask.GRID));

  private static final Set<ExampleTask> WITH_ATTENTION =
      EnumSet.of(ExampleTask.CLASSIFY, ExampleTask.TAG, ExampleTask.FRAMES);

  /** Keys that only networks of some tasks have. */
  private static final Map<String, Set<ExampleTask>> OF_TASKS =
      Map.ofEntries(
          Map.entry(
              "network.embedding",
              EnumSet.of(ExampleTask.CLASSIFY, ExampleTask.TAG, ExampleTask.SEQUENCE)),
          Map.entry("network.activation", BUT_GRID),
          Map.entry("network.layers", BUT_GRID),
          Map.entry("network.dropout", BUT_GRID),
          Map.entry("network.forget-bias", BUT_GRID),
          Map.entry("network.direction", BUT_GRID),
          Map.entry("network.body", EnumSet.of(ExampleTask.CLASSIFY, ExampleTask.TAG)),
          Map.entry("network.pooling", EnumSet.of(ExampleTask.CLASSIFY)),
          Map.entry("network.attention", EnumSet.of(ExampleTask.SEQUENCE)),
          Map.entry("network.feeding", EnumSet.of(ExampleTask.SEQUENCE)),
          Map.entry("network.heads", WITH_ATTENTION),
          Map.entry("network.inner", WITH_ATTENTION),
          Map.entry("network.patch", EnumSet.of(ExampleTask.GRID, ExampleTask.FRAMES)),
          Map.entry("network.frames", EnumSet.of(ExampleTask.FRAMES)),
          Map.entry("network.corners", EnumSet.of(ExampleTask.GRID)),
          Map.entry("network.readout", EnumSet.of(ExampleTask.GRID)),
          Map.entry("network.gaps", EnumSet.of(ExampleTask.SERIES)));

  /** Of tasks whose networks have either body. */
  private static final List<Rule> OF_BODIES =
      List.of(
          new Rule("network.heads", "network.body", "attention"),
          new Rule("network.inner", "network.body", "attention"),
          new Rule("network.direction", "network.body", "recurrent"));

  /** The same of a language model's configuration, in which keys of examples say nothing. */
  static List<String> ofText(TrainConfig config) {
    JsonNode tree = Json.tree(config);
    JsonNode defaults = ConfigLoader.defaults("train");
    List<String> found = of(config, defaults);
    for (String key : OF_EXAMPLES) {
      if (!Rule.same(Rule.at(tree, key), Rule.at(defaults, key))) {
        found.add("warning: " + key + " is of examples and has no effect on text");
      }
    }
    return found;
  }

  /** A line for each key that says nothing of a network over examples and has not its default. */
  static List<String> ofExamples(TrainConfig config, ExampleTask task) {
    JsonNode tree = Json.tree(config);
    JsonNode defaults = ConfigLoader.over("train", ExampleDefaults.of(Json.name(task)));
    List<String> found = of(config, defaults);
    for (String key : OF_TEXT) {
      if (!Rule.same(Rule.at(tree, key), Rule.at(defaults, key))) {
        found.add("warning: " + key + " is of text and has no effect on examples");
      }
    }
    if (OF_TASKS.get("network.body").contains(task)) {
      for (Rule rule : OF_BODIES) {
        String problem = rule.problem(tree, defaults);
        if (problem != null) {
          found.add(problem);
        }
      }
    }
    OF_TASKS.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .filter(entry -> !entry.getValue().contains(task))
        .map(Map.Entry::getKey)
        .filter(key -> !Rule.same(Rule.at(tree, key), Rule.at(defaults, key)))
        .forEach(
            key ->
                found.add(
                    "warning: "
                        + key
                        + " has no effect on task "
                        + Json.name(task)
                        + ": its network has no such part"));
    return found;
  }
}
