package org.seqlm.spark.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaRDD;
import org.seqlm.UserException;
import org.seqlm.neural.files.StateFile;
import org.seqlm.neural.learner.RawFloats;
import org.seqlm.neural.optimizer.OuterStep;
import org.seqlm.neural.optimizer.Published;

/**
 * A training by averaging: where it is, and how it goes on by one round. The {@link OuterStep}
 * turns each round's mean into the next parameters.
 *
 * <p>With {@link Overlap#ONE_ROUND} averages are delayed by one round: with A the consensus after a
 * round and Δk what worker k moved in it, round r + 1 of worker k begins at A(r − 1) + Δk(r), its
 * own progress being all that it has of round r, and A(r) = outer(A(r − 1), A(r − 1) + mean Δ(r)).
 * So a round needs nothing of the average that is being taken, and its workers train meanwhile
 * (Zhou et al. 2020, DaSGD; Douillard et al. 2025, Streaming DiLoCo, overlapping communication).
 *
 * @param <S> one step's data
 */
public final class Averaging<S> implements AutoCloseable {
  private final AveragingRound<S> rounds;
  private final WorkerStates states;
  private final Settings settings;
  private Position position;
  private PastRounds past;
  private Ahead<S> ahead;

  /** Whether a round waits for the average of the one before. */
  public enum Overlap {
    /** It does. */
    NONE,
    /** It begins with the average of the round before that, and each worker's own progress. */
    ONE_ROUND
  }

  /**
   * How rounds go on.
   *
   * @param outer what turns the mean into the next parameters
   * @param onDivergence what an exploded or not finite worker does
   * @param lossBound in nats: a worker's mean loss above it is an explosion
   * @param published what is shown of the training
   * @param overlap whether averages are delayed; moments are not averaged then
   * @param remedy what to change where the training diverges, as the end of a message
   */
  public record Settings(
      OuterStep outer,
      OnDivergence onDivergence,
      double lossBound,
      Published published,
      Overlap overlap,
      String remedy) {
    /** Shows the next parameters, delays nothing, and knows no keys. */
    public Settings(OuterStep outer, OnDivergence onDivergence, double lossBound) {
      this(
          outer,
          onDivergence,
          lossBound,
          Published.NEXT,
          Overlap.NONE,
          "lower the learning rate of the network's updater, or clip its gradients");
    }
  }

  /**
   * Where a training is between two rounds.
   *
   * @param round rounds done
   * @param model to go on with: the consensus after that round
   * @param outerState what the outer step keeps from round to round: the outer optimiser's, or the
   *     moments of a synchronous update; empty if it keeps nothing
   * @param states where the workers' states lie, by worker; empty before the first round, and after
   *     one that kept them in memory only
   * @param published the parameters that validation scores and readers get
   * @param base what workers begin the next round with, but for what each moved in the last one
   * @param interval local steps of the next round where they depend on the last one, else 0
   */
  public record Position(
      int round,
      SharedModel model,
      float[] outerState,
      List<StateFile> states,
      float[] published,
      float[] base,
      int interval) {
    /** Of a training that shows the next parameters and delays nothing. */
    public Position(int round, SharedModel model, float[] outerState, List<StateFile> states) {
      this(round, model, outerState, states, model.parameters(), model.parameters(), 0);
    }

    /** Before the first round. */
    public static Position start(OuterStep outer, float[] parameters) {
      return new Position(
          0, SharedModel.of(parameters), outer.initialState(parameters.length), List.of());
    }

    /**
     * The same with the states of other workers, which all begin with the consensus.
     *
     * @param others their files
     */
    public Position withWorkers(List<StateFile> others) {
      return new Position(
          round, model, outerState, others, published, model.parameters(), interval);
    }

    Position withInterval(int steps) {
      return new Position(round, model, outerState, states, published, base, steps);
    }
  }

  /**
   * What a round trains.
   *
   * @param steps partition k holds the steps of worker k
   * @param planner of the workers
   * @param keep where their states are kept
   * @param <S> one step's data
   */
  record Work<S>(JavaRDD<S> steps, AveragingRound.Planner planner, AveragingRound.Keep keep) {}

  /**
   * A round that was begun before the one before it was over.
   *
   * @param base what its workers began with
   */
  private record Ahead<S>(StartedRound round, Work<S> work, SharedModel base) {}

  /**
   * @param states the rounds' own, or null
   * @param start with the states in files, unless it is the very start
   */
  public Averaging(
      AveragingRound<S> rounds, WorkerStates states, Settings settings, Position start) {
    this.rounds = rounds;
    this.states = states;
    this.settings = settings;
    position = start;
    past = PastRounds.of(start.states());
  }

  /** Where the training is. */
  public Position position() {
    return position;
  }

  /**
   * Runs the next round.
   *
   * @param steps partition k holds the steps of worker k
   * @throws UserException with exit code 4 if it diverged; the position is as before then
   */
  public AveragingRound.Outcome next(
      JavaRDD<S> steps, AveragingRound.Planner planner, AveragingRound.Keep keep) {
    return next(() -> new Work<>(steps, planner, keep), reports -> null);
  }

  /**
   * Runs the next round. Where averages are delayed, the round after it begins before this one's
   * average is taken, and is still running when this returns.
   *
   * @param work of the round; not asked for if it has begun already
   * @param following what the round after it does, by what the workers told of this one, or null if
   *     none is to begin ahead; must be what the next call would be given. Not asked where nothing
   *     is delayed
   * @throws UserException with exit code 4 if it diverged; the position is as before then
   */
  AveragingRound.Outcome next(
      Supplier<Work<S>> work, Function<List<WorkerReport>, Work<S>> following) {
    return settings.overlap() == Overlap.NONE ? atOnce(work.get()) : delayed(work, following);
  }

  private AveragingRound.Outcome atOnce(Work<S> work) {
    SharedModel before = position.model();
    AveragingRound.Outcome outcome =
        rounds.run(work.steps(), before, past, work.planner(), work.keep());
    guard(outcome.reports());
    PastRounds after = after(past, work, before, outcome.reports());
    goOn(outcome, work);
    past = after;
    return outcome;
  }

  private AveragingRound.Outcome delayed(
      Supplier<Work<S>> work, Function<List<WorkerReport>, Work<S>> following) {
    Ahead<S> now = ahead == null ? begin(work.get(), SharedModel.of(position.base()), past) : ahead;
    ahead = null;
    boolean done = false;
    try {
      List<WorkerReport> reports = now.round().trained();
      guard(reports);
      // Submitted first, so that Spark gives its tasks the first slots that are free.
      now.round().average();
      PastRounds after = after(past, now.work(), now.base(), reports);
      Work<S> next = following.apply(reports);
      if (next != null) {
        ahead = begin(next, position.model(), after);
      }
      AveragingRound.Outcome outcome = now.round().outcome(position.model().parameters());
      goOn(outcome, now.work());
      past = after;
      done = true;
      return outcome;
    } finally {
      rounds.end(now.round());
      if (!done) {
        close(); // whatever went wrong: Spark throws what it does not declare
      }
    }
  }

  private Ahead<S> begin(Work<S> work, SharedModel base, PastRounds until) {
    return new Ahead<>(
        rounds.begin(work.steps(), base, until, work.planner(), work.keep()), work, base);
  }

  /** The round that was begun ahead, 0 if there is none. */
  int atWork() {
    return ahead == null ? 0 : position.round() + 1;
  }

  /** Cancels the round that was begun ahead, if any, and throws it away. */
  @Override
  public void close() {
    if (ahead != null) {
      rounds.end(ahead.round());
      ahead = null;
    }
  }

  /** To the position after a round. */
  private void goOn(AveragingRound.Outcome outcome, Work<S> work) {
    int number = position.round() + 1;
    float[] before = position.model().parameters();
    float[] mean = outcome.mean().parameters();
    float[] outerState = position.outerState().clone();
    float[] next =
        settings.outer().step(before, mean, outerState, number, work.planner().plan(0).lastRate());
    if (!RawFloats.allFinite(next)) {
      throw UserException.diverged(
          "the training diverged in round "
              + number
              + ": the step by its mean made a parameter that is not finite: "
              + settings.remedy()
              + ", or lower averaging.outer.rate");
    }
    position =
        new Position(
            number,
            new SharedModel(next, outcome.mean().moments(), outcome.mean().updates()),
            outerState,
            outcome.states(),
            settings.published().after(number, position.published(), mean, next),
            settings.overlap() == Overlap.NONE ? next : before,
            position.interval());
  }

  /**
   * How workers come by their states after a round.
   *
   * @param began what they began it with
   */
  private PastRounds after(
      PastRounds until, Work<S> work, SharedModel began, List<WorkerReport> reports) {
    if (states == null) {
      return until;
    }
    return work.keep() == AveragingRound.Keep.FILES
        ? PastRounds.of(AveragingRound.Outcome.statesOf(reports))
        : until.and(new PastRounds.Round(shared(position.round() + 1, began), work.planner()));
  }

  private StateFile shared(int number, SharedModel before) {
    try {
      return states.writeShared(number, before);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops where the policy says so, or where nothing is left to average. */
  private void guard(List<WorkerReport> reports) {
    int number = position.round() + 1;
    boolean averages =
        reports.stream().anyMatch(report -> report.rejected() == null && report.tokens() > 0);
    if (!averages && reports.stream().noneMatch(report -> report.skipped() > 0)) {
      throw UserException.data("round " + number + " was given no data to train on");
    }
    if (averages && settings.onDivergence() == OnDivergence.SKIP_WORKER) {
      return;
    }
    for (WorkerReport report : reports) {
      if (report.rejected() != null) {
        String loss =
            report.loss() == null
                ? ""
                : String.format(
                    Locale.ROOT,
                    " (mean loss %.4g nats, and may be %.4g at most)",
                    report.loss(),
                    settings.lossBound());
        throw UserException.diverged(
            String.format(
                Locale.ROOT,
                "the training diverged in round %d at worker %d: %s%s: %s",
                number,
                report.worker(),
                report.rejected(),
                loss,
                settings.remedy()));
      }
    }
  }
}
