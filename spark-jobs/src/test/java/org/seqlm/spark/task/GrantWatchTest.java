package org.seqlm.spark.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.seqlm.ExitCode;
import org.seqlm.UserException;

class GrantWatchTest {
  private final AtomicLong nanos = new AtomicLong();
  private final GrantWatch.Waiting waiting = new GrantWatch.Waiting(nanos::get);

  private void seconds(long later) {
    nanos.addAndGet(later * 1_000_000_000L);
  }

  @Test
  void onlyStagesWithoutAnyTaskWait() {
    seconds(100);
    assertThat(waiting.millis()).isZero();
    waiting.stageBegins(1);
    seconds(7);
    assertThat(waiting.millis()).isEqualTo(7_000);
    waiting.taskBegins(11);
    waiting.stageBegins(2);
    seconds(1_000);
    // The second stage waits for the first one's tasks, not for executors.
    assertThat(waiting.millis()).isZero();
    waiting.taskEnds(11);
    seconds(3);
    assertThat(waiting.millis()).isEqualTo(3_000);
    waiting.stageEnds(1);
    waiting.stageEnds(2);
    seconds(50);
    assertThat(waiting.millis()).isZero();
  }

  @Test
  void theLimitIsATime() {
    assertThat(GrantWatch.limit(new SparkConf(false))).isEqualTo(600_000);
    assertThat(GrantWatch.limit(new SparkConf(false).set(GrantWatch.LIMIT, "90s")))
        .isEqualTo(90_000);
    assertThat(GrantWatch.limit(new SparkConf(false).set(GrantWatch.LIMIT, "0"))).isZero();
    for (String wrong : new String[] {"soon", "-1s", ""}) {
      assertThatThrownBy(() -> GrantWatch.limit(new SparkConf(false).set(GrantWatch.LIMIT, wrong)))
          .isInstanceOfSatisfying(
              UserException.class,
              problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
          .hasMessageContaining("spark.seqlm.grant-timeout must be a time");
    }
  }

  @Test
  void theMessageNamesWhatWasAskedFor() {
    SparkConf conf =
        new SparkConf(false)
            .set("spark.master", "yarn")
            .set("spark.executor.cores", "4")
            .set("spark.executor.memory", "8g")
            .set("spark.executor.resource.gpu.amount", "1");
    assertThat(GrantWatch.message(conf, 600_000, 0))
        .startsWith(
            "no executor with 4 cores, 8g of memory and 1 gpu has come within 10 minutes"
                + " (spark.seqlm.grant-timeout): ")
        .contains("spark.executor.resource.gpu.amount), or wait longer");
    assertThat(GrantWatch.message(conf, 45_000, 3))
        .startsWith("no task has started on the executors that there are (3) within 45 s");
    assertThat(
            GrantWatch.message(
                new SparkConf(false).set("spark.master", "local-cluster[2,1,1024]"), 1_500, 0))
        .startsWith("no executor with 1 core and 1g of memory has come within 1.5 s");
  }
}
