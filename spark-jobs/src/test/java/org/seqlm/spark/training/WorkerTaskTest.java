package org.seqlm.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext$;
import org.apache.spark.TaskContextImpl;
import org.apache.spark.TaskKilledException;
import org.junit.jupiter.api.Test;

class WorkerTaskTest {
  /** As Spark does with the tasks of a round that is thrown away. */
  @Test
  void whoIsKilledTrainsNoFurtherStep() {
    TaskContextImpl task = TaskContext$.MODULE$.empty();
    Iterator<Integer> steps = WorkerTask.untilKilled(task, List.of(1, 2, 3).iterator());
    assertThat(steps.hasNext()).isTrue();
    assertThat(steps.next()).isEqualTo(1);
    task.markInterrupted("the round was thrown away");
    assertThatThrownBy(steps::hasNext).isInstanceOf(TaskKilledException.class);
  }
}
