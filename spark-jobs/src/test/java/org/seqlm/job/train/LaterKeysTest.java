package org.seqlm.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.seqlm.artifact.Json;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.neural.files.ResumeRules;

/** Whoever adds a key says what it meant for the runs that did not have it. */
class LaterKeysTest {
  /** What decided a run's result before there were later keys. None is ever added here. */
  private static final List<String> OLD =
      List.of(
          "engine",
          "seed",
          "execution.device",
          "execution.precision",
          "execution.kernels",
          "network.input",
          "network.embedding",
          "network.cell",
          "network.activation",
          "network.layers",
          "network.hidden",
          "network.embedding-dropout",
          "network.dropout",
          "network.forget-bias",
          "network.output",
          "network.adaptive-above",
          "network.cutoffs",
          "training.batch",
          "training.time-steps",
          "training.optimizer",
          "training.learning-rate",
          "training.clip-norm",
          "training.clip-value",
          "training.schedule.kind",
          "training.schedule.decay-from",
          "training.schedule.final-fraction",
          "training.schedule.warm-up",
          "averaging.workers",
          "averaging.frequency",
          "averaging.inner-moments",
          "averaging.outer.kind",
          "averaging.outer.rate",
          "averaging.outer.momentum");

  /** Of a run that begins with a model: all keys count. */
  private static TrainConfig config(List<String> sets) {
    return config(sets, "model");
  }

  private static TrainConfig config(List<String> sets, String start) {
    var named =
        new FlagValues().put("input", "dataset").put("output", "run").put("start-from", start);
    return ConfigLoader.load(
        "train", TrainConfig.class, new Configuration(), null, sets, named.tree());
  }

  private static Map<String, String> decisive(ResumeRules rules, List<String> sets) {
    return rules.decisive(Json.tree(config(sets)));
  }

  private static List<String> asBefore() {
    List<String> sets = new ArrayList<>();
    LaterKeys.VALUES.forEach((key, value) -> sets.add(key + "=" + value));
    return sets;
  }

  private static ResumeRules rules() {
    return TrainStart.rules(config(List.of()));
  }

  /** A key is an old one, a later one, or free of the result. */
  @Test
  void everyKeyThatDecidesIsOldOrLater() {
    ResumeRules rules = rules();
    // Longer is another run, too, unless its user says that it is not.
    ResumeRules known = new ResumeRules(rules.free(), List.of("training.epochs"));
    List<String> expected = new ArrayList<>(OLD);
    expected.addAll(LaterKeys.VALUES.keySet());
    assertThat(decisive(known, List.of()).keySet()).containsExactlyInAnyOrderElementsOf(expected);
  }

  /** A rule for runs that begin with a model changes nothing of those that do not. */
  @Test
  void howAModelIsTakenUpDecidesOnlyWhereThereIsOne() {
    List<String> slow = new ArrayList<>(asBefore());
    slow.add("start.rate-factor=0.3");
    TrainConfig alone = config(slow, null);
    assertThat(TrainStart.rules(alone).decisive(Json.tree(alone)).keySet())
        .containsExactlyInAnyOrderElementsOf(OLD);
    assertThat(decisive(rules(), slow)).containsEntry("start.rate-factor", "0.3");
  }

  /** Each value stands as the configuration writes it, so such a run is known by what it was. */
  @Test
  void aRunThatLeavesThemAsTheyWereIsKnownByTheOldOnesAlone() {
    assertThat(decisive(rules(), asBefore()).keySet()).containsExactlyInAnyOrderElementsOf(OLD);
    List<String> other = asBefore();
    other.add("averaging.published=mean");
    assertThat(decisive(rules(), other))
        .hasSize(OLD.size() + 1)
        .containsEntry("averaging.published", "mean");
  }
}
