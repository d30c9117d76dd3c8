package org.seqlm.spark.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.seqlm.doctor.ProcessFacts;

class SurveyTest {
  @Test
  void aClockIsWrongByWhatTheQuestionCannotHaveTaken() {
    assertThat(Survey.skew(1_500, 1_000, 2_000)).isZero();
    assertThat(Survey.skew(900, 1_000, 2_000)).isEqualTo(-100);
    assertThat(Survey.skew(5_000, 1_000, 2_000)).isEqualTo(3_000);
  }

  /** Where only the stages of networks ask for GPUs, the task that answers has none. */
  @Test
  void whatATaskDoesNotKnowTheSchedulerTells() {
    ProcessFacts facts =
        new ProcessFacts(
            "1",
            "a",
            Map.of(),
            new ProcessFacts.Cores(8, 3, Map.of()),
            null,
            new ProcessFacts.Gpus(List.of(), List.of(), true, false, null, null),
            null,
            List.of(),
            null,
            null);
    ProcessFacts known = Survey.scheduled(facts, 4, List.of("0", "7"));
    assertThat(known.cores().slots()).isEqualTo(4);
    assertThat(known.gpus().addresses()).containsExactly("0", "7");
    assertThat(known.gpus().torchCuda()).isTrue();
    assertThat(Survey.scheduled(facts, 0, List.of()).cores().slots()).isEqualTo(3);
    // A task's own are what it may use.
    known = Survey.scheduled(facts.withAddresses(List.of("7")), 4, List.of("0", "7"));
    assertThat(known.gpus().addresses()).containsExactly("7");
  }

  @Test
  void settingsSayHowManyExecutorsCome() {
    SparkConf conf = new SparkConf(false).set("spark.master", "local-cluster[3, 1, 1024]");
    assertThat(Survey.expected(conf)).isEqualTo(3);
    assertThat(Survey.expected(conf.set("spark.master", "yarn"))).isEqualTo(2);
    assertThat(Survey.expected(conf.set("spark.master", "k8s://https://a:1"))).isEqualTo(2);
    assertThat(Survey.expected(conf.set("spark.master", "spark://a:7077"))).isZero();
    assertThat(Survey.expected(conf.set("spark.executor.instances", "8"))).isEqualTo(8);
  }
}
