package org.seqlm.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext$;
import org.apache.spark.TaskContextImpl;
import org.apache.spark.TaskKilledException;
import org.apache.spark.broadcast.Broadcast;
import org.junit.jupiter.api.Test;
import org.seqlm.neural.learner.Learner;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.learner.WorkerResult;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.optimizer.InnerMoments;
import scala.reflect.ClassTag$;

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

  /** The task is killed while its learner is at the first of three steps. */
  @Test
  void aLearnerOfAKilledTaskIsGivenNoFurtherStep() {
    TaskContextImpl context = TaskContext$.MODULE$.empty();
    AtomicInteger trained = new AtomicInteger();
    WorkerTask<Integer> task =
        new WorkerTask<>(
            new Here(SharedModel.of(new float[1])),
            new Counting(
                () -> {
                  trained.incrementAndGet();
                  context.markInterrupted("the round was thrown away");
                }),
            null,
            null,
            PastRounds.of(List.of()),
            worker -> RoundPlan.all(1, worker, 0, 0, 0, InnerMoments.LOCAL, 100),
            AveragingRound.Keep.MEMORY,
            Averaging.Overlap.NONE,
            1);
    TaskContext$.MODULE$.setTaskContext(context);
    try {
      assertThatThrownBy(() -> task.run(0, List.of(1, 2, 3).iterator()))
          .isInstanceOf(TaskKilledException.class);
    } finally {
      TaskContext$.MODULE$.unset();
    }
    assertThat(trained).hasValue(1);
  }

  /** Trains all the steps that there are. */
  private record Counting(Runnable step) implements Learner.Factory<Integer> {
    @Override
    public Learner<Integer> create() {
      return (parameters, state, steps, plan) -> {
        while (steps.hasNext()) {
          steps.next();
          step.run();
        }
        return new WorkerResult(parameters, WorkerState.FRESH, 1, 1, 0, 1, null);
      };
    }

    @Override
    public String key() {
      return "counting " + System.identityHashCode(step);
    }
  }

  /** A broadcast that does not travel. */
  private static final class Here extends Broadcast<SharedModel> {
    private static final long serialVersionUID = 1L;

    private final transient SharedModel model;

    Here(SharedModel model) {
      super(0, ClassTag$.MODULE$.apply(SharedModel.class));
      this.model = model;
    }

    @Override
    public SharedModel getValue() {
      return model;
    }

    @Override
    public void doUnpersist(boolean blocking) {}

    @Override
    public void doDestroy(boolean blocking) {}
  }
}
