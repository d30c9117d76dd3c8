package org.seqlm.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.seqlm.neural.learner.Learner;

class IdleLearnersTest {
  /** Makes learners that are told apart by who they are. */
  private record Factory(String key) implements Learner.Factory<String> {
    @Override
    public Learner<String> create() {
      return new Learner<>() {
        @Override
        public org.seqlm.neural.learner.WorkerResult run(
            float[] parameters,
            org.seqlm.neural.learner.WorkerState state,
            java.util.Iterator<String> steps,
            org.seqlm.neural.learner.RoundPlan plan) {
          throw new UnsupportedOperationException();
        }
      };
    }
  }

  @Test
  void aLearnerIsOneTasksAtATime() {
    IdleLearners idle = new IdleLearners();
    Factory factory = new Factory("a");
    Learner<String> first = idle.take(factory);
    Learner<String> second = idle.take(factory);
    assertThat(second).isNotSameAs(first);
    idle.giveBack(factory, first);
    assertThat(idle.take(new Factory("b"))).isNotSameAs(first);
    assertThat(idle.take(new Factory("a"))).isSameAs(first);
    assertThat(idle.take(factory)).isNotSameAs(first).isNotSameAs(second);
  }

  /** A program that fits one network after another keeps the learners of the last ones. */
  @Test
  void thoseOfOldKeysGo() {
    IdleLearners idle = new IdleLearners();
    Learner<String> oldest = idle.take(new Factory("0"));
    idle.giveBack(new Factory("0"), oldest);
    Learner<String> last = null;
    for (int i = 1; i <= IdleLearners.KEYS; i++) {
      last = idle.take(new Factory("" + i));
      idle.giveBack(new Factory("" + i), last);
    }
    assertThat(idle.take(new Factory("0"))).isNotSameAs(oldest);
    assertThat(idle.take(new Factory("" + IdleLearners.KEYS))).isSameAs(last);
  }
}
