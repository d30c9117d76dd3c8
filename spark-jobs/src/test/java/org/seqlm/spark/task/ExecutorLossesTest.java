package org.seqlm.spark.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExecutorLossesTest {
  @Test
  void aRoundWithoutLossBeginsAnew() {
    ExecutorLosses.Row row = new ExecutorLosses.Row(3, 1);
    assertThat(row.isOver(1, 1)).isFalse();
    assertThat(row.isOver(2, 1)).isFalse();
    assertThat(row.isOver(2, 1)).isFalse();
    assertThat(row.isOver(3, 1)).isFalse();
    assertThat(row.isOver(4, 1)).isFalse();
    assertThat(row.isOver(5, 1)).isTrue();
    assertThat(row.rounds()).isEqualTo(3);
    assertThat(row.lost()).isEqualTo(3);
  }

  /** Of which one may be down when it is asked. */
  @Test
  void manyExecutorsMayLoseMore() {
    ExecutorLosses.Row row = new ExecutorLosses.Row(2, 0);
    assertThat(row.isOver(1, 2)).isFalse();
    assertThat(row.isOver(2, 1)).isFalse();
    assertThat(row.isOver(3, 1)).isFalse();
    assertThat(row.isOver(4, 1)).isTrue();
    assertThat(row.executors()).isEqualTo(2);
  }

  /** It is asked for the first time when one is down. */
  @Test
  void thoseOfTheBeginningCount() {
    ExecutorLosses.Row row = new ExecutorLosses.Row(1, 2);
    assertThat(row.isOver(1, 1)).isFalse();
    assertThat(row.isOver(2, 1)).isTrue();
  }

  @Test
  void anyNumberIsAllowed() {
    ExecutorLosses.Row row = new ExecutorLosses.Row(0, 1);
    for (int lost = 1; lost < 100; lost++) {
      assertThat(row.isOver(lost, 1)).isFalse();
    }
  }

  @Test
  void whatIsWantedIsNoLoss() {
    assertThat(ExecutorLosses.isLoss("Command exited with code 137")).isTrue();
    assertThat(ExecutorLosses.isLoss("Executor heartbeat timed out after 12000 ms")).isTrue();
    assertThat(ExecutorLosses.isLoss(null)).isTrue();
    assertThat(ExecutorLosses.isLoss("Executor killed by driver.")).isFalse();
    assertThat(ExecutorLosses.isLoss("Executor decommission: spot node")).isFalse();
    assertThat(ExecutorLosses.isLoss("Container container_1 on host: h was preempted.")).isFalse();
    String pod = "The executor with id 7 ";
    assertThat(ExecutorLosses.isLoss(pod + "was deleted by a user or the framework.")).isFalse();
    assertThat(ExecutorLosses.isLoss(pod + "exited with exit code -1. Reason: Evicted")).isFalse();
    assertThat(ExecutorLosses.isLoss(pod + "exited with exit code 137(SIGKILL)")).isTrue();
  }
}
