package org.seqlm.spark.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.seqlm.TestSpark;
import org.slf4j.MDC;

class JobNamesTest {
  private final JavaSparkContext spark = TestSpark.context();

  @AfterEach
  void forget() {
    JobNames.over();
    spark.clearJobGroup();
    spark.setLocalProperty("mdc.run", null);
  }

  private String description() {
    return spark.getLocalProperty(JobNames.DESCRIPTION);
  }

  @Test
  void aNameEndsWithWhatItNames() {
    JobNames.run(spark, "seqlm train out", "train");
    try (JobNames.Named round = JobNames.described(spark, 3, "round 3")) {
      assertThat(description()).isEqualTo("round 3");
      try (JobNames.Named look = JobNames.described(spark, "a look")) {
        assertThat(description()).isEqualTo("a look");
      }
      assertThat(description()).isEqualTo("round 3");
      JobNames.run(spark, "seqlm train out", "the same run changes nothing");
      assertThat(MDC.get("mdc.round")).isEqualTo("3");
    }
    assertThat(description()).isEqualTo("train");
    assertThat(MDC.get("mdc.round")).isNull();
    assertThat(MDC.get("mdc.run")).isEqualTo("seqlm train out");
  }

  /** What conf/log4j2.properties prints is what a task's thread has. */
  @Test
  void tasksLogAsTheirRunRoundAndWorker() {
    JobNames.run(spark, "seqlm train out", "train");
    List<String> fields;
    try (JobNames.Named round = JobNames.described(spark, 12, "round 12")) {
      fields =
          spark
              .parallelize(List.of(0, 1), 2)
              .map(
                  worker -> {
                    JobNames.worker(worker);
                    return MDC.get("mdc.run")
                        + "/"
                        + MDC.get("mdc.round")
                        + "/"
                        + MDC.get("mdc.worker");
                  })
              .collect();
    }
    assertThat(fields).containsExactly("seqlm train out/12/0", "seqlm train out/12/1");
    // A thread that another task gets has forgotten it.
    assertThat(
            spark
                .parallelize(List.of(0, 1, 2, 3), 4)
                .map(i -> String.valueOf(MDC.get("mdc.worker")))
                .collect())
        .containsOnly("null");
  }
}
