package org.seqlm.neural.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.seqlm.UserException;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.ParameterLayout;
import org.seqlm.neural.optimizer.OuterOptimizer;
import org.seqlm.neural.optimizer.Schedule;

class ScheduleAndAverageTest {
  @Test
  void linearDecayIsLate() {
    Schedule schedule = new Schedule(Schedule.Kind.LINEAR, 0.7, 0.1, 10);
    assertThat(schedule.factor(0, 100)).isCloseTo(0.1, within(1e-12));
    assertThat(schedule.factor(9, 100)).isEqualTo(1);
    assertThat(schedule.factor(69, 100)).isEqualTo(1);
    assertThat(schedule.factor(85, 100)).isCloseTo(0.55, within(1e-12));
    assertThat(schedule.factor(100, 100)).isCloseTo(0.1, within(1e-12));
    assertThat(new Schedule(Schedule.Kind.COSINE, 0, 0, 0).factor(50, 100))
        .isCloseTo(0.5, within(1e-12));
    assertThat(new Schedule(Schedule.Kind.CONSTANT, 0, 0, 0).factor(99, 100)).isEqualTo(1);
  }

  @Test
  void theHighestRateIsTheConfiguredOneUnlessTheRunEndsInItsWarmUp() {
    Schedule schedule = new Schedule(Schedule.Kind.LINEAR, 0.7, 0.1, 10);
    assertThat(schedule.highest(100)).isEqualTo(1);
    assertThat(schedule.highest(20)).isEqualTo(1);
    // Constant to the end: the fourth of ten warm steps is the last.
    assertThat(new Schedule(Schedule.Kind.CONSTANT, 0, 0, 10).highest(4))
        .isCloseTo(0.4, within(1e-12));
    assertThat(new Schedule(Schedule.Kind.CONSTANT, 0, 0, 0).highest(4)).isEqualTo(1);
  }

  @Test
  void nesterovByHand() {
    OuterOptimizer outer = new OuterOptimizer(OuterOptimizer.Kind.NESTEROV, 1, 0.5);
    float[] velocity = outer.initialState(1);
    // D = 4 - 2 = 2, v = 2, next = 4 - (2 + 0.5·2).
    assertThat(outer.step(new float[] {4}, new float[] {2}, velocity)).containsExactly(1);
    // D = 1 - 0 = 1, v = 0.5·2 + 1 = 2, next = 1 - (1 + 0.5·2).
    assertThat(outer.step(new float[] {1}, new float[] {0}, velocity)).containsExactly(-1);
    assertThat(velocity).containsExactly(2);
    assertThat(OuterOptimizer.plain().step(new float[] {4}, new float[] {2}, new float[0]))
        .containsExactly(2);
  }

  @Test
  void momentumWithoutMovementGoesNowhere() {
    float[] parameters = {1.5f, -2.25f};
    OuterOptimizer outer = new OuterOptimizer(OuterOptimizer.Kind.NESTEROV, 0.7, 0.9);
    assertThat(outer.step(parameters, parameters.clone(), new float[2]))
        .containsExactly(parameters);
  }

  @Test
  void shardsOwnEveryTokenOnceAndWindowsFollowTheText() {
    int[] text = new int[1003];
    Arrays.setAll(text, i -> i);
    int workers = 7;
    long owned = 0;
    long left = 0;
    for (int k = 0; k < workers; k++) {
      Shard shard = Shard.of(k, workers, text.length, 3, 5);
      assertThat(shard.from()).isEqualTo(k * 1003L / 7);
      assertThat(shard.to()).isEqualTo((k + 1) * 1003L / 7);
      owned += shard.tokens();
      left += shard.tokens() - shard.tokensPerPass();
      int[] mine = Arrays.copyOfRange(text, (int) shard.from(), (int) shard.to());
      int[] seen = new int[text.length];
      for (int s = 0; s < shard.windows(); s++) {
        int[] inputs = new int[15];
        int[] targets = new int[15];
        shard.window(mine, s, inputs, targets);
        for (int i = 0; i < 15; i++) {
          assertThat(targets[i]).isEqualTo(inputs[i] + 1);
          assertThat(i % 5 == 0 || inputs[i] == inputs[i - 1] + 1).isTrue();
          seen[targets[i]]++;
        }
        assertThat(shard.beginsPass(s)).isEqualTo(s == 0);
      }
      assertThat(shard.beginsPass(shard.windows())).isTrue();
      assertThat(Arrays.stream(seen).max()).hasValue(1);
      assertThat(Arrays.stream(seen).sum()).isEqualTo((int) shard.tokensPerPass());
    }
    assertThat(owned).isEqualTo(text.length);
    assertThat(new Reading(workers, 3, 5).remainder(text.length)).isEqualTo(left);
    assertThat(Shard.of(0, 3, Long.MAX_VALUE, 1, 1).to()).isEqualTo(Long.MAX_VALUE / 3);
  }

  @Test
  void textTooShortForOneWindowAWorkerIsRefused() {
    assertThat(Shard.of(1, 2, 2 * (3 * 5 + 1), 3, 5).windows()).isEqualTo(1);
    assertThatThrownBy(() -> Shard.of(0, 2, 2 * (3 * 5 + 1) - 1, 3, 5))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("31 tokens")
        .hasMessageContaining("32");
  }

  @Test
  void initialParametersAreInTheirBoundsAndKeyed() {
    LanguageNetwork spec =
        new LanguageNetwork(InputKind.EMBEDDING, 8, CellKind.LSTM, 1, 16, 50, 0, 1);
    ParameterLayout layout = spec.layout();
    float[] p = InitialParameters.create(spec, 1);
    assertThat(layout.size()).isEqualTo(50 * 8 + 64 * 8 + 64 * 16 + 64 + 50 * 16 + 50);
    int bias = layout.tensor("rnn.bias_ih_l0").offset();
    for (int i = 0; i < 64; i++) {
      if (i / 16 == 1) {
        assertThat(p[bias + i]).isEqualTo(1);
      } else {
        assertThat(p[bias + i]).isBetween(-0.25f, 0.25f);
      }
    }
    double squares = 0;
    for (int i = 0; i < 400; i++) {
      squares += p[i] * p[i];
    }
    assertThat(squares / 400).isBetween(0.8, 1.2);
    assertThat(InitialParameters.create(spec, 1)).containsExactly(p);
    assertThat(InitialParameters.create(spec, 2)).isNotEqualTo(p);
  }

  @Test
  void stateIsItsFile() throws IOException {
    WorkerState state = new WorkerState(7, 5, new float[] {1, Float.MIN_VALUE}, new float[] {-3});
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    state.writeTo(out);
    WorkerState read = WorkerState.read(new ByteArrayInputStream(out.toByteArray()));
    assertThat(read.step()).isEqualTo(7);
    assertThat(read.updates()).isEqualTo(5);
    assertThat(read.moments()).containsExactly(state.moments());
    assertThat(read.hidden()).containsExactly(state.hidden());
    byte[] cut = Arrays.copyOf(out.toByteArray(), out.size() - 1);
    assertThatThrownBy(() -> WorkerState.read(new ByteArrayInputStream(cut)))
        .isInstanceOf(IOException.class);
  }
}
