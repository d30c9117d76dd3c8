package org.seqlm.spark.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class SurveyTest {
  @Test
  void aClockIsWrongByWhatTheQuestionCannotHaveTaken() {
    assertThat(Survey.skew(1_500, 1_000, 2_000)).isZero();
    assertThat(Survey.skew(900, 1_000, 2_000)).isEqualTo(-100);
    assertThat(Survey.skew(5_000, 1_000, 2_000)).isEqualTo(3_000);
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
