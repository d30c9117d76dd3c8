package org.seqlm.job.train.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.job.cli.ConfigLoader;

/**
 * Keys of {@code conf/train.yaml} that another key makes idle: each has no effect but for some of
 * the other's values. One that has another value than its default is told, for its giver takes it
 * for something.
 */
public final class IdleKeys {
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

    static JsonNode at(JsonNode tree, String key) {
      return tree.at("/" + key.replace('.', '/'));
    }

    /** Defaults are text, as they stand in their file. */
    static boolean same(JsonNode value, JsonNode text) {
      if (value.isArray()) {
        return value.toString().equals(text.toString().replace("\"", ""));
      }
      return value.isNumber()
          ? value.asDouble() == text.asDouble(Double.NaN)
          : value.asText().equals(text.asText());
    }
  }

  /**
   * A line for each key of a configuration that is idle and has not its default.
   *
   * @param config every key with its value
   * @param defaults of every key
   */
  static List<String> of(JsonNode config, JsonNode defaults) {
    List<String> found = new ArrayList<>();
    for (Rule rule : RULES) {
      String problem = rule.problem(config, defaults);
      if (problem != null) {
        found.add(problem);
      }
    }
    return found;
  }

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

  /**
   * The same of a language model's configuration, in which keys of examples say nothing.
   *
   * @param config every key with its value
   */
  public static List<String> ofText(JsonNode config) {
    JsonNode defaults = ConfigLoader.defaults("train");
    List<String> found = of(config, defaults);
    for (String key : OF_EXAMPLES) {
      if (!Rule.same(Rule.at(config, key), Rule.at(defaults, key))) {
        found.add("warning: " + key + " is of examples and has no effect on text");
      }
    }
    return found;
  }
}
