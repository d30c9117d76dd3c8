package org.seqlm.spark.training;

import java.util.List;
import java.util.function.Function;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.Problems;
import org.seqlm.neural.learner.Dealing;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.NetworkCost;
import org.seqlm.neural.learner.PassWindows;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.network.Network;
import org.seqlm.neural.optimizer.AveragingMode;
import org.seqlm.neural.optimizer.InnerMoments;
import org.seqlm.neural.optimizer.Interval;
import org.seqlm.neural.optimizer.LearningRates;
import org.seqlm.neural.optimizer.OuterOptimizer;
import org.seqlm.neural.optimizer.OuterStep;
import org.seqlm.neural.optimizer.Published;
import org.seqlm.neural.optimizer.Schedule;
import org.seqlm.neural.optimizer.SynchronousUpdate;
import org.seqlm.neural.optimizer.WarmStart;
import org.seqlm.spark.feed.Feed;

/**
 * Trains a network round by round, with any engine: plans each round's steps and learning rates,
 * and accounts for every unit of its {@link Feed}, tokens of a text or examples.
 */
public final class NetworkTraining implements AutoCloseable {
  private final Feed feed;
  private final Network network;
  private final Settings settings;
  private final EngineTraining<?> rounds;
  private LearningRates rates;
  private final long totalSteps;
  private List<String> locations = List.of();
  private long step;
  private int interval;

  /**
   * How rounds go.
   *
   * @param frequency H, local steps of a round at most
   * @param interval how H goes over the run
   * @param moments of workers between rounds
   * @param outer of the average
   * @param published what is shown of the training
   * @param overlap whether averages are delayed
   * @param onDivergence what an exploded worker does
   * @param mode what is averaged; of gradients, neither the moments of workers nor the outer
   *     optimiser have a part
   */
  public record Rounds(
      int frequency,
      Interval interval,
      InnerMoments moments,
      OuterOptimizer outer,
      Published published,
      Averaging.Overlap overlap,
      OnDivergence onDivergence,
      AveragingMode mode)
      implements java.io.Serializable {
    public Rounds {
      new Problems()
          .require(overlap != null, "averaging.overlap must be given: none or one-round")
          .require(
              interval.kind() == Interval.Kind.CONSTANT || interval.first() <= frequency,
              "averaging.interval.first "
                  + interval.first()
                  + " is above averaging.frequency "
                  + frequency
                  + ", which is the most that a round has: lower it, or raise the frequency")
          .require(
              overlap != Averaging.Overlap.ONE_ROUND || moments != InnerMoments.AVERAGED,
              "averaging.overlap one-round cannot go with averaging.inner-moments averaged: a round"
                  + " begins before the moments of the one before are averaged: set"
                  + " averaging.inner-moments to local or reset, or averaging.overlap to none")
          .require(
              overlap != Averaging.Overlap.ONE_ROUND || interval.kind() != Interval.Kind.DRIFT,
              "averaging.overlap one-round cannot go with averaging.interval.kind drift: a round"
                  + " begins before the drift of the one before is known: set"
                  + " averaging.interval.kind to growing or constant, or averaging.overlap to none")
          .require(
              mode != AveragingMode.GRADIENTS || overlap == Averaging.Overlap.NONE,
              "averaging.mode gradients cannot go with averaging.overlap one-round: every round's"
                  + " gradients are of the parameters that the last one made: set averaging.overlap"
                  + " to none")
          .require(
              mode != AveragingMode.GRADIENTS || interval.kind() != Interval.Kind.DRIFT,
              "averaging.mode gradients cannot go with averaging.interval.kind drift: its workers"
                  + " do not leave one another: set averaging.interval.kind to constant or growing")
          .require(
              mode != AveragingMode.GRADIENTS || published.kind() != Published.Kind.MEAN,
              "averaging.mode gradients cannot go with averaging.published mean: what is averaged"
                  + " are gradients: set averaging.published to next")
          .require(
              mode != AveragingMode.GRADIENTS || published.kind() != Published.Kind.EMA,
              "averaging.mode gradients cannot go with averaging.published ema: what is averaged"
                  + " are gradients: set averaging.published to next")
          .throwIfAny();
    }

    /** Of equal lengths, without delay, showing the next parameters. */
    public Rounds(
        int frequency, InnerMoments moments, OuterOptimizer outer, OnDivergence onDivergence) {
      this(
          frequency,
          Interval.CONSTANT,
          moments,
          outer,
          Published.NEXT,
          Averaging.Overlap.NONE,
          onDivergence,
          AveragingMode.PARAMETERS);
    }

    /** What the driver and a worker hold for it. */
    public NetworkCost.ExtraArrays extraArrays() {
      return overlap == Averaging.Overlap.NONE
          ? new NetworkCost.ExtraArrays(published.arrays(), 0)
          : new NetworkCost.ExtraArrays(published.arrays() + 2, 3);
    }
  }

  /**
   * A round that is to come.
   *
   * @param number from 1
   * @param first its first step
   * @param steps of each worker
   * @param total of the run
   */
  public record Upcoming(int number, long first, int steps, long total) {
    /** Whether the run ends with it. */
    public boolean isLast() {
      return first + steps >= total;
    }
  }

  /**
   * What a run is planned for at most; {@link Long#MAX_VALUE} for any number.
   *
   * @param tokens, or examples, of all workers
   * @param rounds of the averaging frequency's local steps each
   */
  public record Limit(long tokens, long rounds) implements java.io.Serializable {
    /** The passes alone say how long a run is. */
    public static final Limit NONE = new Limit(Long.MAX_VALUE, Long.MAX_VALUE);
  }

  /** What a run's planned length comes from. */
  public enum PlannedEnd {
    EPOCHS,
    TOKENS,
    ROUNDS
  }

  /**
   * How to train.
   *
   * @param engine what trains, one of {@link Engines#names}
   * @param execution where and how it computes
   * @param dealing how the data are dealt out
   * @param recipe how a worker trains
   * @param epochs passes over the text, with their fraction
   * @param learningRate before the schedule
   * @param schedule of the learning rate
   * @param rounds how rounds go
   * @param seed of all randomness
   * @param start the learning rate's beginning where the parameters are a model's
   * @param limit of the run's length, whatever its passes
   */
  public record Settings(
      String engine,
      Execution execution,
      Dealing dealing,
      Recipe recipe,
      double epochs,
      double learningRate,
      Schedule schedule,
      Rounds rounds,
      long seed,
      WarmStart start,
      Limit limit)
      implements java.io.Serializable {

    /** Of a run that begins with random parameters and reads all of its passes. */
    public Settings(
        String engine,
        Execution execution,
        Dealing dealing,
        Recipe recipe,
        double epochs,
        double learningRate,
        Schedule schedule,
        Rounds rounds,
        long seed) {
      this(
          engine,
          execution,
          dealing,
          recipe,
          epochs,
          learningRate,
          schedule,
          rounds,
          seed,
          WarmStart.NONE,
          Limit.NONE);
    }

    /** With the default engine on the CPU. */
    public Settings(
        Dealing dealing,
        Recipe recipe,
        double epochs,
        double learningRate,
        Schedule schedule,
        Rounds rounds,
        long seed) {
      this(
          Engines.DEFAULT,
          Execution.CPU,
          dealing,
          recipe,
          epochs,
          learningRate,
          schedule,
          rounds,
          seed);
    }

    /** K. */
    public int workers() {
      return dealing.workers();
    }

    /** B, sequences of a worker. */
    public int batch() {
      return dealing.batch();
    }

    /** T, the mean number of tokens of a window. */
    public int timeSteps() {
      return dealing.timeSteps();
    }

    /** H, local steps of a round at most. */
    public int frequency() {
      return rounds.frequency();
    }

    /** What turns a round's mean into the next parameters. */
    public OuterStep outerStep() {
      return rounds.mode() == AveragingMode.GRADIENTS
          ? new SynchronousUpdate(recipe.optimizer())
          : rounds.outer();
    }

    /** The local steps of a worker over the whole run, at least 1. */
    public long totalSteps(long tokens) {
      return Math.max(1, Math.min(Math.round(epochs * stepsOfPass(tokens)), stepsOfLimit(tokens)));
    }

    private long stepsOfLimit(long tokens) {
      return Math.min(stepsOfTokens(tokens), stepsOfRounds());
    }

    /** The local steps of a worker that together read no more than the limit's tokens. */
    private long stepsOfTokens(long tokens) {
      long ofStep = (long) workers() * batch() * timeSteps();
      if (limit.tokens() == Long.MAX_VALUE) {
        return Long.MAX_VALUE;
      }
      long steps = limit.tokens() / ofStep + 1;
      // Windows of random lengths may be ahead of their mean, by less than one of them.
      while (steps > 0 && tokensOf(tokens, 0, steps) > limit.tokens()) {
        steps--;
      }
      return steps;
    }

    private long stepsOfRounds() {
      return limit.rounds() > Long.MAX_VALUE / frequency()
          ? Long.MAX_VALUE
          : limit.rounds() * frequency();
    }

    /** What says where the run ends. */
    public PlannedEnd plannedEnd(long tokens) {
      if (Math.round(epochs * stepsOfPass(tokens)) <= stepsOfLimit(tokens)) {
        return PlannedEnd.EPOCHS;
      }
      return stepsOfRounds() <= stepsOfTokens(tokens) ? PlannedEnd.ROUNDS : PlannedEnd.TOKENS;
    }

    /** The local steps of a pass: of worker 0, which has the fewest tokens. */
    public long stepsOfPass(long tokens) {
      return windows(tokens).perPass();
    }

    /** The learning rates of a run that has this length from its beginning. */
    public LearningRates rates(long tokens) {
      return LearningRates.of(schedule, totalSteps(tokens)).with(start);
    }

    /** The passes over the text that so many local steps of a worker are. */
    public double epochs(long tokens, long steps) {
      // Of worker 0, whose pass is the shortest.
      return (double) steps / stepsOfPass(tokens);
    }

    /** The rounds of the whole run; the most there can be where they follow the drift. */
    public long rounds(long tokens) {
      return rounds.interval().rounds(frequency(), totalSteps(tokens));
    }

    /** The windows of a pass, of worker 0. */
    PassWindows windows(long tokens) {
      return dealing.windows(tokens, seed);
    }

    /**
     * The tokens of the steps {@code [from, to)} of all workers.
     *
     * @param tokens of the text
     */
    public long tokensOf(long tokens, long from, long to) {
      PassWindows windows = windows(tokens);
      return (windows.at(to) - windows.at(from)) * workers() * batch();
    }
  }

  /**
   * @param start where to go on, at step 0 or a checkpoint's
   * @param localSteps of a worker so far
   * @param states where workers keep theirs
   * @param stripeTasks tasks that average, or 0 for as many as are worth it
   * @throws org.seqlm.UserException with exit code 2 if the engine is unknown or cannot train this
   */
  public NetworkTraining(
      JavaSparkContext spark,
      Feed feed,
      Network network,
      Settings settings,
      Averaging.Position start,
      long localSteps,
      WorkerStates states,
      int stripeTasks) {
    this(
        spark,
        feed,
        network,
        settings,
        settings.rates(feed.units()),
        start,
        localSteps,
        states,
        stripeTasks);
  }

  /**
   * The same for a run that may have been made longer.
   *
   * @param rates whose length is the run's
   */
  public NetworkTraining(
      JavaSparkContext spark,
      Feed feed,
      Network network,
      Settings settings,
      LearningRates rates,
      Averaging.Position start,
      long localSteps,
      WorkerStates states,
      int stripeTasks) {
    this.feed = feed;
    this.network = network;
    this.settings = settings;
    this.rates = rates;
    step = localSteps;
    interval = start.interval();
    totalSteps = rates.total();
    rounds =
        new EngineTraining<>(
            Engines.named(settings.engine()),
            spark,
            feed,
            network,
            settings,
            start,
            states,
            stripeTasks);
  }

  /** Whether all steps are done. */
  public boolean finished() {
    return step >= totalSteps;
  }

  /** Local steps of a worker so far. */
  public long step() {
    return step;
  }

  /** Rounds so far, the parameters, the outer state and where the workers' states lie. */
  public Averaging.Position position() {
    return rounds.position().withInterval(interval);
  }

  /** The learning rate of a step, of a window of T tokens. */
  public double learningRate(long ofStep) {
    return settings.learningRate() * rates.factor(ofStep);
  }

  /**
   * From the next round on with other learning rates.
   *
   * @param others of a run of the same length
   */
  public void goOnWith(LearningRates others) {
    rates = others;
  }

  /**
   * Trains the next round. Where averages are delayed, the round after it has begun when this
   * returns; {@link #close} throws it away.
   *
   * @param keep where the states of a round are kept; asked of the next one, too
   * @throws org.seqlm.UserException with exit code 4 if it diverged
   * @throws IllegalStateException if the tokens planned are not those trained and skipped
   */
  public AveragingRound.Outcome nextRound(Function<Upcoming, AveragingRound.Keep> keep) {
    Upcoming now = upcoming(position().round() + 1, step);
    int number = now.number();
    int steps = now.steps();
    boolean ahead = settings.rounds().overlap() != Averaging.Overlap.NONE && !now.isLast();
    Upcoming then = ahead ? upcoming(number + 1, step + steps) : null;
    AveragingRound.Outcome outcome =
        rounds.next(planned(now, keep), then == null ? null : planned(then, keep), locations);
    long planned = settings.tokensOf(feed.units(), step, step + steps);
    if (outcome.tokens() + outcome.skipped() != planned) {
      throw new IllegalStateException(
          "round "
              + number
              + " planned "
              + planned
              + " tokens, but trained "
              + outcome.tokens()
              + " and skipped "
              + outcome.skipped());
    }
    locations = EngineTraining.places(outcome.reports());
    step += steps;
    interval =
        settings.rounds().interval().after(steps, outcome.drift().rms(), settings.frequency());
    return outcome;
  }

  /** The same with all rounds' states kept alike. */
  public AveragingRound.Outcome nextRound(AveragingRound.Keep keep) {
    return nextRound(upcoming -> keep);
  }

  /** The round that has begun ahead, 0 if there is none. */
  public int atWork() {
    return rounds.atWork();
  }

  /** Cancels the round that has begun ahead, if any. */
  @Override
  public void close() {
    rounds.close();
  }

  private Upcoming upcoming(int number, long first) {
    int most =
        settings.rounds().interval().steps(settings.frequency(), first, totalSteps, interval);
    return new Upcoming(number, first, (int) Math.min(most, totalSteps - first), totalSteps);
  }

  private EngineTraining.Planned planned(
      Upcoming round, Function<Upcoming, AveragingRound.Keep> keep) {
    double[] rates = new double[round.steps()];
    PassWindows windows = settings.windows(feed.units());
    for (int i = 0; i < rates.length; i++) {
      // Of a window that is half as long, half the rate (Merity et al. 2018, section 5).
      double share = (double) windows.length(round.first() + i) / windows.timeSteps();
      rates[i] = learningRate(round.first() + i) * share;
    }
    return new EngineTraining.Planned(
        planner(
            settings,
            feed.units(),
            network.lossBound(),
            round.number(),
            round.first(),
            rates,
            settings.rounds().interval().rounds(settings.frequency(), totalSteps)),
        keep.apply(round));
  }

  private static AveragingRound.Planner planner(
      Settings settings,
      long tokens,
      double bound,
      int round,
      long first,
      double[] rates,
      long rounds) {
    Dealing dealing = settings.dealing();
    long seed = settings.seed();
    InnerMoments moments = settings.rounds().moments();
    AveragingMode mode = settings.rounds().mode();
    return new AveragingRound.Planner() {
      @Override
      public RoundPlan plan(int worker) {
        return new RoundPlan(
            round,
            worker,
            seed,
            first,
            rates,
            dealing.cut(worker, tokens, seed),
            bound,
            moments,
            mode);
      }

      @Override
      public long rounds() {
        return rounds;
      }
    };
  }
}
