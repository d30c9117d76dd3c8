package org.seqlm.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;

class IdleKeysTest {
  private static TrainConfig config(String... sets) {
    return ConfigLoader.load(
        "train",
        TrainConfig.class,
        new Configuration(),
        null,
        List.of(sets),
        new FlagValues().put("input", "in").put("output", "out").tree());
  }

  @Test
  void theDefaultsHaveNone() {
    assertThat(IdleKeys.of(config())).isEmpty();
  }

  @Test
  void aKeyOfAnotherKindIsTold() {
    assertThat(
            IdleKeys.of(
                config(
                    "averaging.outer.rate=0.5",
                    "training.schedule.factor=0.7",
                    "averaging.ema-decay=0.5",
                    "training.schedule.decay-from=0.2")))
        .containsExactly(
            "warning: averaging.outer.rate 0.5 has no effect where averaging.outer.kind is plain:"
                + " it is of nesterov, heavy-ball, adam",
            "warning: averaging.ema-decay 0.5 has no effect where averaging.published is next: it"
                + " is of ema",
            "warning: training.schedule.factor 0.7 has no effect where training.schedule.kind is"
                + " linear: it is of step, plateau");
    assertThat(IdleKeys.of(config("averaging.mode=gradients", "averaging.outer.kind=nesterov")))
        .singleElement()
        .asString()
        .contains("averaging.outer.kind nesterov has no effect where averaging.mode is gradients");
    assertThat(IdleKeys.of(config("network.input=one-hot", "network.embedding=32")))
        .singleElement()
        .asString()
        .contains("network.embedding 32 has no effect where network.input is one-hot");
  }

  @Test
  void aKeyOfSomethingThatIsNotGivenIsTold() {
    assertThat(IdleKeys.of(config("start.rate-factor=0.7", "replay.share=0.4")))
        .containsExactly(
            "warning: start.rate-factor 0.7 has no effect without start-from",
            "warning: replay.share 0.4 has no effect without replay.inputs");
    assertThat(
            IdleKeys.of(
                config(
                    "start-from=model",
                    "start.rate-factor=0.7",
                    "replay.share=0.4",
                    "replay.inputs=[old]")))
        .isEmpty();
  }

  @Test
  void aKeyOfTheChosenKindIsNot() {
    assertThat(
            IdleKeys.of(
                config(
                    "averaging.outer.kind=adam",
                    "averaging.outer.rate=0.01",
                    "averaging.outer.beta1=0.8",
                    "training.schedule.kind=plateau",
                    "training.schedule.factor=0.7")))
        .isEmpty();
  }

  /** What {@code train} makes of an input of a task. */
  private static TrainConfig of(ExampleTask task, String... sets) {
    List<String> all = new ArrayList<>();
    flatten("", ExampleDefaults.of(Json.name(task)), all);
    all.addAll(List.of(sets));
    return config(all.toArray(String[]::new));
  }

  private static void flatten(String path, JsonNode tree, List<String> sets) {
    tree.properties()
        .forEach(
            field -> {
              String key = path + field.getKey();
              if (field.getValue().isObject()) {
                flatten(key + ".", field.getValue(), sets);
              } else {
                sets.add(key + "=" + field.getValue().asText());
              }
            });
  }

  @Test
  void theDefaultsOfNoTaskHaveAny() {
    for (ExampleTask task : ExampleTask.values()) {
      assertThat(IdleKeys.ofExamples(of(task), task)).as(task.name()).isEmpty();
      assertThat(of(task).engine()).isEqualTo("torch");
    }
    assertThat(IdleKeys.ofText(config())).isEmpty();
  }

  @Test
  void keysOfTextSayNothingOfExamples() {
    assertThat(
            IdleKeys.ofExamples(
                of(
                    ExampleTask.CLASSIFY,
                    "network.layer-norm=true",
                    "network.cutoffs=[10, 20]",
                    "training.time-steps=9"),
                ExampleTask.CLASSIFY))
        .containsExactly(
            "warning: network.cutoffs is of text and has no effect on examples",
            "warning: network.layer-norm is of text and has no effect on examples",
            "warning: training.time-steps is of text and has no effect on examples");
    assertThat(IdleKeys.ofText(config("network.gaps=mean", "network.cutoffs=[10, 20]")))
        .containsExactly("warning: network.gaps is of examples and has no effect on text");
  }

  @Test
  void keysOfOtherTasksAreTold() {
    assertThat(
            IdleKeys.ofExamples(
                of(
                    ExampleTask.GRID,
                    "network.layers=2",
                    "network.gaps=mean",
                    "network.embedding=7",
                    "network.direction=forward",
                    "network.cell=rnn",
                    "network.activation=relu",
                    "network.patch=2"),
                ExampleTask.GRID))
        .containsExactly(
            "warning: network.activation has no effect on task grid: its network has no such part",
            "warning: network.direction has no effect on task grid: its network has no such part",
            "warning: network.embedding has no effect on task grid: its network has no such part",
            "warning: network.gaps has no effect on task grid: its network has no such part",
            "warning: network.layers has no effect on task grid: its network has no such part");
    assertThat(IdleKeys.ofExamples(of(ExampleTask.TAG, "network.heads=2"), ExampleTask.TAG))
        .containsExactly(
            "warning: network.heads 2 has no effect where network.body is recurrent: it is of"
                + " attention");
    assertThat(
            IdleKeys.ofExamples(
                of(ExampleTask.TAG, "network.heads=2", "network.body=attention"), ExampleTask.TAG))
        .isEmpty();
    assertThat(IdleKeys.ofExamples(of(ExampleTask.FRAMES, "network.heads=2"), ExampleTask.FRAMES))
        .isEmpty();
    assertThat(IdleKeys.ofExamples(of(ExampleTask.SERIES, "network.hidden=32"), ExampleTask.SERIES))
        .isEmpty();
  }

  /** So that a key that is renamed, or a value, does not make a rule say nothing, or always. */
  @Test
  void everyRuleNamesKeysAndValuesThatThereAre() {
    JsonNode tree = Json.tree(config());
    JsonNode defaults = ConfigLoader.defaults("train");
    for (IdleKeys.Rule rule : IdleKeys.RULES) {
      List<String> keys = new ArrayList<>(List.of(rule.key(), rule.by()));
      assertThat(keys)
          .allSatisfy(
              key -> {
                String pointer = "/" + key.replace('.', '/');
                assertThat(tree.at(pointer).isMissingNode()).as(key).isFalse();
                assertThat(defaults.at(pointer).isMissingNode()).as(key).isFalse();
              });
      for (String value : rule.values()) {
        TrainConfig with = config(rule.by() + "=" + value, "engine=torch");
        assertThat(Json.tree(with).at("/" + rule.by().replace('.', '/')).asText()).isEqualTo(value);
      }
    }
  }
}
