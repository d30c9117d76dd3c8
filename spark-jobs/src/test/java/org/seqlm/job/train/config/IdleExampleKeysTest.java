package org.seqlm.job.train.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.ColumnType;
import org.seqlm.dataset.ExampleColumn;
import org.seqlm.dataset.ExampleStatistics;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.dataset.Split;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.train.TrainConfig;

class IdleExampleKeysTest {

  /** What {@code train} makes of an input of a task. */
  private static JsonNode config(ExampleTask task, String... sets) {
    List<String> all = new ArrayList<>(List.of("input=in", "output=out"));
    ObjectNode given = ConfigLoader.defaults("train");
    if (List.of(sets).contains("network.body=attention")) {
      ((ObjectNode) given.get("network")).put("body", "attention");
    }
    flatten("", ExampleDefaults.of(Json.name(task), given), all);
    all.addAll(List.of(sets));
    return Json.tree(
        ConfigLoader.load(
            "train", TrainConfig.class, new Configuration(), null, all, new FlagValues().tree()));
  }

  private static void flatten(String path, JsonNode tree, List<String> sets) {
    for (Map.Entry<String, JsonNode> field : tree.properties()) {
      String key = path + field.getKey();
      if (field.getValue().isObject()) {
        flatten(key + ".", field.getValue(), sets);
      } else {
        sets.add(key + "=" + field.getValue().asText());
      }
    }
  }

  private static ExampleColumn column(String name, ColumnType type) {
    return type == ColumnType.IDS
        ? ExampleColumn.ids(name)
        : ExampleColumn.raggedFloats(name, List.of(3));
  }

  /** Examples whose column before the target is of a type. */
  private static ExamplesDetails details(
      ExampleTask task, String column, ColumnType type, int longest) {
    return new ExamplesDetails(
        task,
        task.metric(),
        List.of(column(column, type)),
        null,
        List.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(
            Split.TRAIN,
            new ExampleStatistics(
                9, List.of(9), Map.of(column, longest), Map.of(), Map.of(), Map.of())),
        Map.of(),
        "none",
        null);
  }

  private static List<String> idle(ExampleTask task, String... sets) {
    String column =
        switch (task) {
          case CLASSIFY, TAG -> "input";
          case SEQUENCE -> "source";
          case GRID, FRAMES, SERIES -> "values";
        };
    ColumnType type = column.equals("values") ? ColumnType.FLOATS : ColumnType.IDS;
    return IdleExampleKeys.of(config(task, sets), details(task, column, type, 5));
  }

  @Test
  void theDefaultsOfNoTaskHaveAny() {
    for (ExampleTask task : ExampleTask.values()) {
      assertThat(idle(task)).as(task.name()).isEmpty();
      assertThat(config(task).at("/engine").asText()).isEqualTo("torch");
    }
  }

  @Test
  void aBodyOfAttentionHasDefaultsOfItsOwn() {
    for (ExampleTask task : List.of(ExampleTask.CLASSIFY, ExampleTask.TAG)) {
      JsonNode recurrent = config(task);
      JsonNode attention = config(task, "network.body=attention");
      assertThat(recurrent.at("/network/layers").asInt()).isEqualTo(1);
      assertThat(attention.at("/network/layers").asInt()).isEqualTo(2);
      assertThat(attention.at("/training/learning-rate").asDouble())
          .isLessThan(recurrent.at("/training/learning-rate").asDouble());
      assertThat(attention.at("/training/batch")).isEqualTo(recurrent.at("/training/batch"));
      assertThat(idle(task, "network.body=attention")).isEmpty();
    }
  }

  @Test
  void keysOfTextSayNothingOfExamples() {
    assertThat(
            idle(
                ExampleTask.CLASSIFY,
                "network.layer-norm=true",
                "network.cutoffs=[10, 20]",
                "training.time-steps=9"))
        .containsExactly(
            "warning: network.cutoffs is of text and has no effect on examples",
            "warning: network.layer-norm is of text and has no effect on examples",
            "warning: training.time-steps is of text and has no effect on examples");
  }

  @Test
  void keysOfOtherTasksAreTold() {
    assertThat(
            idle(
                ExampleTask.GRID,
                "network.layers=2",
                "network.gaps=mean",
                "network.embedding=7",
                "network.direction=forward",
                "network.cell=rnn",
                "network.activation=relu",
                "network.patch=2"))
        .containsExactly(
            "warning: network.activation has no effect on task grid: its network has no such part",
            "warning: network.direction has no effect on task grid: its network has no such part",
            "warning: network.embedding has no effect on task grid: its network has no such part",
            "warning: network.gaps has no effect on task grid: its network has no such part",
            "warning: network.layers has no effect on task grid: its network has no such part");
    assertThat(idle(ExampleTask.SERIES, "network.hidden=32")).isEmpty();
  }

  @Test
  void keysOfTheOtherBodyAreTold() {
    assertThat(idle(ExampleTask.TAG, "network.heads=2"))
        .containsExactly(
            "warning: network.heads 2 has no effect where network.body is recurrent: it is of"
                + " attention");
    assertThat(idle(ExampleTask.TAG, "network.heads=2", "network.body=attention")).isEmpty();
    String by = " has no effect where network.body is attention: it is of recurrent";
    assertThat(
            idle(
                ExampleTask.CLASSIFY,
                "network.body=attention",
                "network.direction=both",
                "network.embedding=16",
                "network.activation=relu",
                "network.cell=rnn"))
        .containsExactly(
            "warning: network.cell rnn" + by,
            "warning: network.activation relu" + by,
            "warning: network.direction both" + by,
            "warning: network.embedding 16" + by);
    assertThat(idle(ExampleTask.TAG, "network.body=attention", "network.forget-bias=1"))
        .containsExactly("warning: network.forget-bias 1.0" + by);
  }

  @Test
  void keysOfOtherReadersOfFramesAreTold() {
    assertThat(idle(ExampleTask.FRAMES, "network.heads=2", "network.cell=gru"))
        .containsExactly(
            "warning: network.heads 2 has no effect where network.frames is convolution: it is of"
                + " patches, space-time");
    assertThat(
            idle(
                ExampleTask.FRAMES,
                "network.frames=space-time",
                "network.heads=2",
                "network.cell=gru"))
        .containsExactly(
            "warning: network.cell gru has no effect where network.frames is space-time: it is of"
                + " patches, convolution");
  }

  @Test
  void whatExamplesAreMakesKeysIdle() {
    assertThat(
            IdleExampleKeys.of(
                config(ExampleTask.TAG, "network.embedding=16"),
                details(ExampleTask.TAG, "input", ColumnType.FLOATS, 5)))
        .containsExactly(
            "warning: network.embedding has no effect where the examples' input is vectors");
    assertThat(
            IdleExampleKeys.of(
                config(
                    ExampleTask.SEQUENCE,
                    "network.direction=forward",
                    "network.embedding=16",
                    "network.attention=none"),
                details(ExampleTask.SEQUENCE, "condition", ColumnType.FLOATS, 1)))
        .containsExactly(
            "warning: network.direction has no effect where the source is one vector or class");
    assertThat(
            IdleExampleKeys.of(
                config(ExampleTask.FRAMES, "network.cell=gru", "network.heads=2"),
                details(ExampleTask.FRAMES, "values", ColumnType.FLOATS, 1)))
        .containsExactly(
            "warning: network.heads 2 has no effect where network.frames is convolution: it is of"
                + " patches, space-time",
            "warning: network.cell has no effect where the examples are one frame each");
  }

  /** So that a key that is renamed, or a value, does not make a rule say nothing, or always. */
  @Test
  void everyRuleNamesKeysAndValuesThatThereAre() {
    for (IdleExampleKeys.Rule one : IdleExampleKeys.RULES) {
      IdleKeys.Rule rule = one.rule();
      JsonNode defaults = ConfigLoader.defaults("train");
      assertThat(defaults.at("/" + rule.key().replace('.', '/')).isMissingNode())
          .as(rule.key())
          .isFalse();
      for (String value : rule.values()) {
        for (ExampleTask task : one.tasks()) {
          JsonNode with = config(task, rule.by() + "=" + value);
          assertThat(with.at("/" + rule.by().replace('.', '/')).asText()).isEqualTo(value);
        }
      }
    }
  }
}
