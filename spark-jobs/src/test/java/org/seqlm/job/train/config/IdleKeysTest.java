package org.seqlm.job.train.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.seqlm.artifact.Json;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.train.TrainConfig;

class IdleKeysTest {
  private static JsonNode config(String... sets) {
    return Json.tree(
        ConfigLoader.load(
            "train",
            TrainConfig.class,
            new Configuration(),
            null,
            List.of(sets),
            new FlagValues().put("input", "in").put("output", "out").tree()));
  }

  @Test
  void theDefaultsHaveNone() {
    assertThat(IdleKeys.ofText(config())).isEmpty();
  }

  @Test
  void aKeyOfAnotherKindIsTold() {
    assertThat(
            IdleKeys.ofText(
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
    assertThat(IdleKeys.ofText(config("averaging.mode=gradients", "averaging.outer.kind=nesterov")))
        .singleElement()
        .asString()
        .contains("averaging.outer.kind nesterov has no effect where averaging.mode is gradients");
    assertThat(IdleKeys.ofText(config("network.input=one-hot", "network.embedding=32")))
        .singleElement()
        .asString()
        .contains("network.embedding 32 has no effect where network.input is one-hot");
  }

  @Test
  void aKeyOfSomethingThatIsNotGivenIsTold() {
    assertThat(IdleKeys.ofText(config("start.rate-factor=0.7", "replay.share=0.4")))
        .containsExactly(
            "warning: start.rate-factor 0.7 has no effect without start-from",
            "warning: replay.share 0.4 has no effect without replay.inputs");
    assertThat(
            IdleKeys.ofText(
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
            IdleKeys.ofText(
                config(
                    "averaging.outer.kind=adam",
                    "averaging.outer.rate=0.01",
                    "averaging.outer.beta1=0.8",
                    "training.schedule.kind=plateau",
                    "training.schedule.factor=0.7")))
        .isEmpty();
  }

  @Test
  void keysOfExamplesSayNothingOfText() {
    assertThat(IdleKeys.ofText(config("network.gaps=mean", "network.cutoffs=[10, 20]")))
        .containsExactly("warning: network.gaps is of examples and has no effect on text");
  }

  /** So that a key that is renamed, or a value, does not make a rule say nothing, or always. */
  @Test
  void everyRuleNamesKeysAndValuesThatThereAre() {
    JsonNode tree = config();
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
        JsonNode with = config(rule.by() + "=" + value, "engine=torch");
        assertThat(with.at("/" + rule.by().replace('.', '/')).asText()).isEqualTo(value);
      }
    }
  }
}
