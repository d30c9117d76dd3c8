package org.seqlm.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.optimizer.InnerOptimizer.Kind;

class RemedyTest {
  /** Where the size of a gradient cancels out of the update, clipping it is no remedy. */
  @Test
  void clippingIsAdvisedWhereItHelps() {
    for (Kind kind : new Kind[] {Kind.ADAM, Kind.ADAMW, Kind.RMSPROP, Kind.ADAGRAD}) {
      assertThat(EngineTraining.remedy(new InnerOptimizer(kind, 0, 0)))
          .as("%s", kind)
          .isEqualTo("lower training.learning-rate");
    }
    for (Kind kind : new Kind[] {Kind.SGD, Kind.MOMENTUM, Kind.NESTEROV}) {
      assertThat(EngineTraining.remedy(new InnerOptimizer(kind, 0, 0)))
          .isEqualTo("lower training.learning-rate, or set training.clip-norm above 0");
      assertThat(EngineTraining.remedy(new InnerOptimizer(kind, 5, 0)))
          .isEqualTo("lower training.learning-rate, or lower training.clip-norm");
    }
  }
}
