package org.seqlm.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ExitCode;
import org.seqlm.TestSpark;
import org.seqlm.UserException;
import org.seqlm.artifact.Sha256;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InitialParameters;
import org.seqlm.neural.InnerMoments;
import org.seqlm.neural.InnerOptimizer;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.NetworkSpec;
import org.seqlm.neural.OuterOptimizer;
import org.seqlm.neural.RawFloats;
import org.seqlm.neural.Schedule;

class LanguageModelTrainingTest {
  private static final NetworkSpec SPEC =
      new NetworkSpec(InputKind.EMBEDDING, 6, CellKind.LSTM, 1, 12, 7, 0, 1);

  @TempDir Path folder;

  /** A text with a pattern: a token is mostly the one before plus one, modulo 6, plus one. */
  private static final class Pattern implements TokenSource {
    private static final long serialVersionUID = 1L;

    private final int length;

    Pattern(int length) {
      this.length = length;
    }

    @Override
    public long tokens() {
      return length;
    }

    @Override
    public int[] read(long from, long to) {
      KeyedRandom random = KeyedRandom.of(3, "pattern");
      int[] tokens = new int[(int) (to - from)];
      for (int i = 0; i < tokens.length; i++) {
        long at = from + i;
        tokens[i] = 1 + (int) ((random.uniform(at) < 0.1 ? random.bits(at) >>> 40 : at) % 6);
      }
      return tokens;
    }

    @Override
    public String key() {
      return "pattern " + length;
    }
  }

  private static LanguageModelTraining.Settings settings(double learningRate, OnDivergence policy) {
    return new LanguageModelTraining.Settings(
        3,
        4,
        5,
        4,
        2.0,
        new InnerOptimizer(InnerOptimizer.Kind.ADAM, 5, 0),
        learningRate,
        new Schedule(Schedule.Kind.LINEAR, 0.7, 0.1, 0),
        InnerMoments.LOCAL,
        new OuterOptimizer(OuterOptimizer.Kind.NESTEROV, 1, 0.5),
        policy,
        11);
  }

  private WorkerStates states(String name) {
    return new WorkerStates(new Configuration(), folder.resolve(name).toString());
  }

  private LanguageModelTraining training(double rate, WorkerStates states, int sliceTasks) {
    LanguageModelTraining.Settings settings = settings(rate, OnDivergence.STOP);
    return training(
        settings,
        Averaging.Position.start(settings.outer(), InitialParameters.create(SPEC, 11)),
        0,
        states,
        sliceTasks);
  }

  private static LanguageModelTraining training(
      LanguageModelTraining.Settings settings,
      Averaging.Position start,
      long step,
      WorkerStates states,
      int sliceTasks) {
    return new LanguageModelTraining(
        TestSpark.context(), new Pattern(700), SPEC, settings, start, step, states, sliceTasks);
  }

  private static float[] parameters(LanguageModelTraining training) {
    return training.position().model().parameters();
  }

  private static String sha256(float[] parameters) {
    return Sha256.of(RawFloats.bytes(parameters));
  }

  @Test
  void lossFallsAndEveryTokenIsAccountedFor() {
    LanguageModelTraining training = training(0.05, states("a"), 1);
    double first = 0;
    double last = 0;
    long tokens = 0;
    while (!training.finished()) {
      AveragingRound.Outcome outcome = training.nextRound(AveragingRound.Keep.FILES);
      first = first == 0 ? outcome.loss() : first;
      last = outcome.loss();
      tokens += outcome.tokens();
    }
    // (700 / 3 - 1) / 4 = 58 targets a stream, 11 windows a pass, 2 passes.
    assertThat(training.step()).isEqualTo(22);
    assertThat(tokens).isEqualTo(22L * 3 * 4 * 5);
    assertThat(last).isLessThan(0.8 * first);
  }

  @Test
  void sameBitsForAnyTasksRepetitionAndResume() {
    LanguageModelTraining whole = training(0.05, states("whole"), 1);
    while (!whole.finished()) {
      whole.nextRound(AveragingRound.Keep.FILES);
    }
    String expected = sha256(parameters(whole));

    LanguageModelTraining again = training(0.05, states("again"), 4);
    while (!again.finished()) {
      again.nextRound(AveragingRound.Keep.FILES);
    }
    assertThat(sha256(parameters(again))).isEqualTo(expected);

    WorkerStates states = states("stopped");
    LanguageModelTraining stopped = training(0.05, states, 1);
    stopped.nextRound(AveragingRound.Keep.FILES);
    stopped.nextRound(AveragingRound.Keep.FILES);
    states.forget();
    LanguageModelTraining resumed =
        training(settings(0.05, OnDivergence.STOP), stopped.position(), stopped.step(), states, 1);
    while (!resumed.finished()) {
      resumed.nextRound(AveragingRound.Keep.FILES);
    }
    assertThat(sha256(parameters(resumed))).isEqualTo(expected);
  }

  @Test
  void explosionStopsWithExitCode4() {
    LanguageModelTraining training = training(1e6, states("exploded"), 1);
    assertThatThrownBy(
            () -> {
              while (!training.finished()) {
                training.nextRound(AveragingRound.Keep.FILES);
              }
            })
        .isInstanceOfSatisfying(
            UserException.class,
            problem -> {
              assertThat(problem.exitCode()).isEqualTo(ExitCode.DIVERGED);
              assertThat(problem.problems()).hasSize(1);
              assertThat(problem).hasMessageContaining("round 1").hasMessageContaining("bound");
            });
  }
}
