package org.seqlm.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Exhaustive;
import org.seqlm.ExitCode;
import org.seqlm.TestSpark;
import org.seqlm.UserException;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.RawFloats;
import org.seqlm.neural.learner.Reading;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.learner.Shard;
import org.seqlm.neural.learner.ShardReader;
import org.seqlm.neural.learner.WindowLengths;
import org.seqlm.neural.learner.WorkerResult;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.optimizer.AveragingMode;
import org.seqlm.neural.optimizer.GradientStats;
import org.seqlm.neural.optimizer.InnerMoments;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.optimizer.Interval;
import org.seqlm.neural.optimizer.OuterOptimizer;
import org.seqlm.neural.optimizer.Published;
import org.seqlm.neural.optimizer.Schedule;
import org.seqlm.neural.optimizer.SynchronousUpdate;
import org.seqlm.spark.feed.Feed;
import org.seqlm.spark.feed.StreamFeed;
import org.seqlm.spark.feed.TokenSource;
import org.seqlm.spark.task.Placement;
import org.seqlm.store.Sha256;

class NetworkTrainingTest {
  private static final LanguageNetwork SPEC =
      new LanguageNetwork(InputKind.EMBEDDING, 6, CellKind.LSTM, 1, 12, 7, 0, 1);

  @TempDir Path folder;

  /** A text with a pattern: a token is mostly the one before plus one, modulo 6, plus one. */
  private static final class Pattern implements TokenSource {
    private static final long serialVersionUID = 1L;

    /** One past the last token that any task read. */
    private static final AtomicLong HIGHEST = new AtomicLong();

    private final long length;

    Pattern(long length) {
      this.length = length;
    }

    @Override
    public long tokens() {
      return length;
    }

    @Override
    public int[] read(long pass, long from, long to) {
      HIGHEST.accumulateAndGet(to, Math::max);
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

  private static Feed feed(long length, NetworkTraining.Settings settings) {
    return new StreamFeed(new Pattern(length), (Reading) settings.dealing(), settings.seed());
  }

  private static NetworkTraining.Settings settings(double learningRate, OnDivergence policy) {
    return settings(learningRate, policy, InnerMoments.LOCAL);
  }

  private static NetworkTraining.Settings settings(
      double learningRate, OnDivergence policy, InnerMoments moments) {
    return new NetworkTraining.Settings(
        new Reading(3, 4, 5),
        new Recipe(new InnerOptimizer(InnerOptimizer.Kind.ADAM, 5, 0)),
        2.0,
        learningRate,
        new Schedule(Schedule.Kind.LINEAR, 0.7, 0.1, 0),
        new NetworkTraining.Rounds(
            4, moments, new OuterOptimizer(OuterOptimizer.Kind.NESTEROV, 1, 0.5), policy),
        11);
  }

  private WorkerStates states(String name) {
    return new WorkerStates(new Configuration(), folder.resolve(name).toString());
  }

  /** As if other executors ran the workers since: what they remember is of no round to come. */
  private static void lose(WorkerStates states) {
    for (int worker = 0; worker < 3; worker++) {
      states.remember(-1, worker, WorkerState.FRESH);
      assertThat(states.remembered(1, worker)).isNull();
    }
  }

  private NetworkTraining training(double rate, WorkerStates states, int stripeTasks) {
    NetworkTraining.Settings settings = settings(rate, OnDivergence.STOP);
    return training(
        settings,
        Averaging.Position.start(settings.rounds().outer(), InitialParameters.create(SPEC, 11)),
        0,
        states,
        stripeTasks);
  }

  private static NetworkTraining training(
      NetworkTraining.Settings settings,
      Averaging.Position start,
      long step,
      WorkerStates states,
      int stripeTasks) {
    return new NetworkTraining(
        TestSpark.context(), feed(700, settings), SPEC, settings, start, step, states, stripeTasks);
  }

  private static float[] parameters(NetworkTraining training) {
    return training.position().model().parameters();
  }

  private static String sha256(float[] parameters) {
    return Sha256.of(RawFloats.bytes(parameters));
  }

  @Test
  void lossFallsAndEveryTokenIsAccountedFor() {
    NetworkTraining training = training(0.05, states("a"), 1);
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

  /** 5.7 billion tokens a worker, of which none holds more than its windows need. */
  @Test
  void aWorkersTextNeedNotFitAnArray() {
    NetworkTraining.Settings settings = settings(0.05, OnDivergence.STOP);
    NetworkTraining training =
        new NetworkTraining(
            TestSpark.context(),
            feed(1L << 34, settings),
            SPEC,
            settings,
            Averaging.Position.start(settings.rounds().outer(), InitialParameters.create(SPEC, 11)),
            0,
            states("long"),
            1);
    double first = training.nextRound(AveragingRound.Keep.FILES).loss();
    AveragingRound.Outcome second = training.nextRound(AveragingRound.Keep.FILES);
    assertThat(second.tokens()).isEqualTo(4L * 3 * 4 * 5);
    assertThat(second.loss()).isLessThan(first);
    // The last stream of the last worker.
    assertThat(Pattern.HIGHEST.get()).isBetween(15_700_000_000L, 15_800_000_000L);
  }

  @Test
  void sameBitsForAnyTasksRepetitionAndResume() {
    NetworkTraining whole = training(0.05, states("whole"), 1);
    while (!whole.finished()) {
      whole.nextRound(AveragingRound.Keep.FILES);
    }
    String expected = sha256(parameters(whole));

    NetworkTraining again = training(0.05, states("again"), 4);
    while (!again.finished()) {
      again.nextRound(AveragingRound.Keep.FILES);
    }
    assertThat(sha256(parameters(again))).isEqualTo(expected);

    WorkerStates states = states("stopped");
    NetworkTraining stopped = training(0.05, states, 1);
    stopped.nextRound(AveragingRound.Keep.FILES);
    stopped.nextRound(AveragingRound.Keep.FILES);
    lose(states);
    NetworkTraining resumed =
        training(settings(0.05, OnDivergence.STOP), stopped.position(), stopped.step(), states, 1);
    while (!resumed.finished()) {
      resumed.nextRound(AveragingRound.Keep.FILES);
    }
    assertThat(sha256(parameters(resumed))).isEqualTo(expected);
  }

  /** Where streams are dealt out anew and windows differ, too, and every token is accounted for. */
  @Test
  void sameBitsOfShuffledStreamsInRandomWindows() {
    NetworkTraining.Settings plain = settings(0.05, OnDivergence.STOP);
    NetworkTraining.Settings settings =
        new NetworkTraining.Settings(
            new Reading(
                3,
                4,
                5,
                Reading.Streams.SHUFFLED,
                new WindowLengths(WindowLengths.Kind.RANDOM, 1, 0.2)),
            plain.recipe(),
            plain.epochs(),
            plain.learningRate(),
            plain.schedule(),
            plain.rounds(),
            plain.seed());
    String expected = null;
    for (int every : new int[] {1, 3}) {
      WorkerStates states = states("shuffled " + every);
      NetworkTraining training =
          training(
              settings,
              Averaging.Position.start(
                  settings.rounds().outer(), InitialParameters.create(SPEC, 11)),
              0,
              states,
              every);
      long tokens = 0;
      while (!training.finished()) {
        boolean files = (training.position().round() + 1) % every == 0;
        long before = training.step();
        long now =
            training
                .nextRound(files ? AveragingRound.Keep.FILES : AveragingRound.Keep.MEMORY)
                .tokens();
        assertThat(now).isEqualTo(settings.tokensOf(700, before, training.step()));
        tokens += now;
        if (every > 1) {
          lose(states);
        }
      }
      // 699 / 12 = 58 targets a stream, 11 windows a pass, 2 passes: as if none differed.
      assertThat(training.step()).isEqualTo(22);
      assertThat(tokens).isEqualTo(22L * 3 * 4 * 5);
      String sha256 = sha256(parameters(training));
      expected = expected == null ? sha256 : expected;
      assertThat(sha256).as("files every " + every).isEqualTo(expected);
    }
  }

  /** What was lost with its executor is trained again, from the last state that is in a file. */
  @Test
  void lostStatesAreTrainedAgainToTheSameBits() {
    assertLostStatesAreTrainedAgain(InnerMoments.LOCAL);
  }

  @Test
  @Exhaustive
  void lostStatesOfOtherMomentsAreTrainedAgainToTheSameBits() {
    assertLostStatesAreTrainedAgain(InnerMoments.AVERAGED, InnerMoments.RESET);
  }

  private void assertLostStatesAreTrainedAgain(InnerMoments... kinds) {
    for (InnerMoments moments : kinds) {
      String expected = null;
      for (int every : new int[] {1, 3}) {
        NetworkTraining.Settings settings = settings(0.05, OnDivergence.STOP, moments);
        WorkerStates states = states(moments + " " + every);
        NetworkTraining training =
            training(
                settings,
                Averaging.Position.start(
                    settings.rounds().outer(), InitialParameters.create(SPEC, 11)),
                0,
                states,
                1);
        while (!training.finished()) {
          boolean files = (training.position().round() + 1) % every == 0;
          training.nextRound(files ? AveragingRound.Keep.FILES : AveragingRound.Keep.MEMORY);
          assertThat(training.position().states()).hasSize(files ? 3 : 0);
          if (every > 1 && training.position().round() != 4) {
            lose(states);
          }
        }
        String sha256 = sha256(parameters(training));
        expected = expected == null ? sha256 : expected;
        assertThat(sha256).as(moments + ", files every " + every).isEqualTo(expected);
      }
    }
  }

  /** With one worker the average is the worker: all ways to carry moments but none are one. */
  @Test
  void averagedMomentsOfOneWorkerAreItsOwn() {
    java.util.Map<InnerMoments, String> sha256 = new java.util.EnumMap<>(InnerMoments.class);
    for (InnerMoments moments : InnerMoments.values()) {
      NetworkTraining.Settings three = settings(0.05, OnDivergence.STOP, moments);
      NetworkTraining.Settings one =
          new NetworkTraining.Settings(
              new Reading(1, three.batch(), three.timeSteps()),
              three.recipe(),
              1,
              three.learningRate(),
              three.schedule(),
              new NetworkTraining.Rounds(
                  three.frequency(),
                  moments,
                  OuterOptimizer.plain(),
                  three.rounds().onDivergence()),
              three.seed());
      NetworkTraining training =
          training(
              one,
              Averaging.Position.start(one.rounds().outer(), InitialParameters.create(SPEC, 11)),
              0,
              states("one " + moments),
              1);
      while (!training.finished()) {
        training.nextRound(AveragingRound.Keep.FILES);
      }
      sha256.put(moments, sha256(parameters(training)));
    }
    assertThat(sha256.get(InnerMoments.AVERAGED)).isEqualTo(sha256.get(InnerMoments.LOCAL));
    assertThat(sha256.get(InnerMoments.RESET)).isNotEqualTo(sha256.get(InnerMoments.LOCAL));
  }

  /** A disk that has no room left for the states of round 2. */
  public static final class FullDisk extends RawLocalFileSystem {
    @Override
    public String getScheme() {
      return "full";
    }

    @Override
    public java.net.URI getUri() {
      return java.net.URI.create("full:///");
    }

    @Override
    protected OutputStream createOutputStreamWithMode(
        org.apache.hadoop.fs.Path path,
        boolean append,
        org.apache.hadoop.fs.permission.FsPermission permission)
        throws IOException {
      OutputStream out = super.createOutputStreamWithMode(path, append, permission);
      return path.getParent().getName().equals("2") ? new FullStream(out) : out;
    }
  }

  private static final class FullStream extends FilterOutputStream {
    FullStream(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      throw new IOException("No space left on device");
    }
  }

  @Test
  void fullDiskIsOneClearLineAndLeavesWhatWasThere() throws Exception {
    Configuration conf = new Configuration();
    conf.set("fs.full.impl", FullDisk.class.getName());
    java.nio.file.Path path = folder.resolve("disk");
    WorkerStates states = new WorkerStates(conf, "full://" + path, "w");
    NetworkTraining training = training(0.05, states, 1);
    training.nextRound(AveragingRound.Keep.FILES);
    assertThatThrownBy(() -> training.nextRound(AveragingRound.Keep.FILES))
        .satisfies(
            problem -> {
              UserException user = userException(problem);
              assertThat(user.exitCode()).isEqualTo(ExitCode.PLATFORM);
              assertThat(user)
                  .hasMessageContaining("cannot write the worker state")
                  .hasMessageContaining("No space left on device");
              assertThat(user.problems()).hasSize(1);
            });
    assertThat(training.position().round()).isEqualTo(1);
    assertThat(path.resolve("w/1")).isDirectoryContaining("glob:**/2.*");
    // A task that is stopped while it writes may leave a hidden file.
    assertThat(path.resolve("w/2")).isDirectoryNotContaining("regex:.*/[^./][^/]*");
  }

  @Test
  void noExecutorIsPreferredByMoreThanItsShare() {
    List<String> locations = List.of("a", "a", "a", "b", "a");
    assertThat(Placement.balanced(5, locations, 2))
        .containsExactly(List.of("a"), List.of("a"), List.of(), List.of("b"), List.of());
    assertThat(Placement.balanced(2, List.of(), 1)).containsExactly(List.of(), List.of());
  }

  @Test
  void stateOfAWorkerThatIsGoneIsOneClearLine() throws Exception {
    WorkerStates states = states("gone");
    NetworkTraining training = training(0.05, states, 1);
    training.nextRound(AveragingRound.Keep.FILES);
    lose(states);
    java.nio.file.Files.delete(
        folder.resolve("gone").resolve(training.position().states().get(2).path()));
    assertThatThrownBy(() -> training.nextRound(AveragingRound.Keep.FILES))
        .satisfies(
            problem ->
                assertThat(userException(problem))
                    .hasMessageContaining("worker state")
                    .hasMessageContaining("is missing"));
  }

  private static UserException userException(Throwable problem) {
    Throwable at = problem;
    while (!(at instanceof UserException)) {
      at = at.getCause();
    }
    return (UserException) at;
  }

  @Test
  void explosionStopsWithExitCode4() {
    NetworkTraining training = training(1e6, states("exploded"), 1);
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

  /** Gradients of three workers, averaged over tasks, make the updates that one process makes. */
  @Test
  void gradientsAreAveragedExactly() {
    NetworkTraining.Settings parameters = settings(0.05, OnDivergence.STOP);
    InnerOptimizer optimizer = new InnerOptimizer(InnerOptimizer.Kind.ADAM, 0.5, 0);
    NetworkTraining.Settings settings =
        new NetworkTraining.Settings(
            parameters.dealing(),
            new Recipe(optimizer),
            0.45,
            0.05,
            parameters.schedule(),
            new NetworkTraining.Rounds(
                2,
                Interval.CONSTANT,
                InnerMoments.LOCAL,
                OuterOptimizer.plain(),
                Published.NEXT,
                Averaging.Overlap.NONE,
                OnDivergence.STOP,
                AveragingMode.GRADIENTS),
            11);
    float[] begin = InitialParameters.create(SPEC, 11);
    String expected = sha256(alone(settings, optimizer, begin));
    for (int stripeTasks : new int[] {1, 4}) {
      WorkerStates states = states("gradients " + stripeTasks);
      NetworkTraining training =
          training(
              settings,
              Averaging.Position.start(settings.outerStep(), begin),
              0,
              states,
              stripeTasks);
      AveragingRound.Outcome outcome = training.nextRound(AveragingRound.Keep.MEMORY);
      assertThat(outcome.drift().rms()).as("no worker leaves another").isNaN();
      assertThat(outcome.reports())
          .allSatisfy(
              report -> {
                assertThat(report.updates()).isZero();
                assertThat(report.gradients().updates()).isEqualTo(1);
                assertThat(report.gradients().maxNorm()).isPositive();
              });
      lose(states);
      training.nextRound(AveragingRound.Keep.FILES);
      lose(states);
      NetworkTraining resumed =
          training(settings, training.position(), training.step(), states, stripeTasks);
      while (!resumed.finished()) {
        resumed.nextRound(AveragingRound.Keep.FILES);
      }
      assertThat(resumed.position().outerState()).hasSize(2 * begin.length);
      assertThat(sha256(parameters(resumed))).isEqualTo(expected);
    }
  }

  /** The same without Spark: all workers one after another. */
  private static float[] alone(
      NetworkTraining.Settings settings, InnerOptimizer optimizer, float[] begin) {
    return alone(Engines.named(settings.engine()), settings, optimizer, begin);
  }

  private static <S> float[] alone(
      Engine<S> engine,
      NetworkTraining.Settings settings,
      InnerOptimizer optimizer,
      float[] begin) {
    Pattern text = new Pattern(700);
    SynchronousUpdate update = new SynchronousUpdate(optimizer);
    float[] moments = update.initialState(begin.length);
    float[] parameters = begin;
    WorkerState[] states = {WorkerState.FRESH, WorkerState.FRESH, WorkerState.FRESH};
    int total = (int) settings.totalSteps(text.tokens());
    assertThat(total % 2).as("the last round is shorter").isEqualTo(1);
    for (int step = 0, round = 1; step < total; step += 2, round++) {
      double[] rates = new double[Math.min(2, total - step)];
      for (int i = 0; i < rates.length; i++) {
        rates[i] = settings.learningRate() * settings.schedule().factor(step + i, total);
      }
      double[] sum = new double[begin.length];
      long tokens = 0;
      for (int k = 0; k < 3; k++) {
        Shard shard = ((Reading) settings.dealing()).shard(k, text.tokens(), settings.seed());
        RoundPlan plan =
            new RoundPlan(
                round,
                k,
                settings.seed(),
                step,
                rates,
                shard.cut(),
                100,
                InnerMoments.LOCAL,
                AveragingMode.GRADIENTS);
        WorkerResult sent =
            engine
                .learners(SPEC, settings.recipe(), settings.timeSteps(), settings.execution())
                .create()
                .run(
                    parameters,
                    states[k],
                    new ShardReader(shard).steps(engine, SPEC, text, step, rates.length),
                    plan);
        states[k] = sent.state();
        tokens += sent.tokens();
        for (int i = 0; i < sum.length; i++) {
          sum[i] += (double) sent.tokens() * sent.parameters()[i];
        }
      }
      float[] mean = new float[sum.length];
      for (int i = 0; i < sum.length; i++) {
        mean[i] = (float) (sum[i] / tokens);
      }
      parameters = update.step(parameters, mean, moments, round, rates[rates.length - 1]);
    }
    return parameters;
  }

  /** What is not finite travels, too. */
  @Test
  void aReportTellsOfGradientsThatAreNotFinite() {
    for (GradientStats gradients :
        new GradientStats[] {
          null,
          new GradientStats(0, 0, Double.NaN, Double.NaN),
          new GradientStats(3, 2, 1.5, Double.POSITIVE_INFINITY)
        }) {
      WorkerReport report =
          new WorkerReport(
              1,
              null,
              2,
              3,
              4,
              5,
              6,
              7.0,
              null,
              gradients,
              java.util.Map.of(),
              "here",
              new WorkerTimes(0.1, 0.2, 0, 0.3, 0.4, 5, 6),
              null);
      assertThat(WorkerReport.decode(report.encode())).isEqualTo(report);
    }
  }
}
