package org.seqlm.job.train.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.ColumnType;
import org.seqlm.dataset.ExampleColumn;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.job.cli.ConfigLoader;

/**
 * Keys of {@code conf/train.yaml} that say nothing of a network over examples: those of text, those
 * of parts that networks of the task do not have, and those of parts that this one lacks by its
 * other keys, or by what its examples are. One that has another value than its default is told.
 */
public final class IdleExampleKeys {
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

  private static final Set<ExampleTask> BUT_GRID =
      EnumSet.complementOf(EnumSet.of(ExampleTask.GRID));

  private static final Set<ExampleTask> WITH_ATTENTION =
      EnumSet.of(ExampleTask.CLASSIFY, ExampleTask.TAG, ExampleTask.FRAMES);

  private static final Set<ExampleTask> WITH_BODIES =
      EnumSet.of(ExampleTask.CLASSIFY, ExampleTask.TAG);

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
          Map.entry("network.body", WITH_BODIES),
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

  /** Keys of recurrent layers alone. */
  private static final List<String> OF_RECURRENCE =
      List.of("network.cell", "network.activation", "network.forget-bias", "network.direction");

  /** Keys of attention alone. */
  private static final List<String> OF_ATTENTION = List.of("network.heads", "network.inner");

  /**
   * What another key makes idle.
   *
   * @param tasks where it does
   */
  record Rule(Set<ExampleTask> tasks, IdleKeys.Rule rule) {}

  static final List<Rule> RULES = rules();

  private IdleExampleKeys() {}

  private static List<Rule> rules() {
    List<Rule> rules = new ArrayList<>();
    Set<ExampleTask> frames = EnumSet.of(ExampleTask.FRAMES);
    for (String key : OF_RECURRENCE) {
      rules.add(new Rule(WITH_BODIES, new IdleKeys.Rule(key, "network.body", "recurrent")));
      rules.add(
          new Rule(frames, new IdleKeys.Rule(key, "network.frames", "patches", "convolution")));
    }
    for (String key : OF_ATTENTION) {
      rules.add(new Rule(WITH_BODIES, new IdleKeys.Rule(key, "network.body", "attention")));
      rules.add(
          new Rule(frames, new IdleKeys.Rule(key, "network.frames", "patches", "space-time")));
    }
    // Attention's tokens have vectors of its own width.
    rules.add(
        new Rule(WITH_BODIES, new IdleKeys.Rule("network.embedding", "network.body", "recurrent")));
    return List.copyOf(rules);
  }

  /** Keys that what the examples are makes idle, and what that is. */
  private static Map<String, String> byExamples(JsonNode config, ExamplesDetails examples) {
    Map<String, String> idle = new LinkedHashMap<>();
    switch (examples.task()) {
      case CLASSIFY, TAG -> {
        if (examples.column("input").type() == ColumnType.FLOATS) {
          idle.put("network.embedding", "the examples' input is vectors");
        }
      }
      case SEQUENCE -> {
        ExampleColumn condition = examples.column("condition");
        if (condition != null) {
          idle.put("network.direction", "the source is one vector or class");
          if (condition.type() == ColumnType.FLOATS
              && IdleKeys.Rule.at(config, "network.feeding").asText().equals("nothing")) {
            idle.put(
                "network.embedding", "the condition is a vector and the decoder reads nothing");
          }
        }
      }
      case FRAMES -> {
        boolean one =
            examples.splits().values().stream()
                .allMatch(split -> split.longest().getOrDefault("values", 1) <= 1);
        if (one) {
          OF_RECURRENCE.forEach(key -> idle.put(key, "the examples are one frame each"));
        }
      }
      case GRID, SERIES -> {}
    }
    return idle;
  }

  /**
   * A line for each key that is idle and has not its default.
   *
   * @param config every key with its value
   */
  public static List<String> of(JsonNode config, ExamplesDetails examples) {
    ExampleTask task = examples.task();
    JsonNode defaults = ConfigLoader.over("train", ExampleDefaults.of(Json.name(task), config));
    List<String> found = IdleKeys.of(config, defaults);
    for (String key : OF_TEXT) {
      if (isGiven(key, config, defaults)) {
        found.add("warning: " + key + " is of text and has no effect on examples");
      }
    }
    // Whoever reads why a key has no effect needs one reason.
    Map<String, String> lines = new LinkedHashMap<>();
    for (Rule rule : RULES) {
      String problem = rule.tasks().contains(task) ? rule.rule().problem(config, defaults) : null;
      if (problem != null) {
        lines.put(rule.rule().key(), problem);
      }
    }
    byExamples(config, examples)
        .forEach(
            (key, why) -> {
              if (isGiven(key, config, defaults)) {
                lines.putIfAbsent(key, "warning: " + key + " has no effect where " + why);
              }
            });
    found.addAll(lines.values());
    OF_TASKS.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .filter(entry -> !entry.getValue().contains(task))
        .map(Map.Entry::getKey)
        .filter(key -> isGiven(key, config, defaults))
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

  private static boolean isGiven(String key, JsonNode config, JsonNode defaults) {
    return !IdleKeys.Rule.same(IdleKeys.Rule.at(config, key), IdleKeys.Rule.at(defaults, key));
  }
}
