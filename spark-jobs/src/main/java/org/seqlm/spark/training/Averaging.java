package org.seqlm.spark.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaRDD;
import org.seqlm.UserException;
import org.seqlm.neural.files.StateFile;
import org.seqlm.neural.learner.OuterStep;

/**
 * A training by averaging: where it is, and how it goes on by one round. A {@link OuterStep} turns
 * each round's mean into the next parameters.
 *
 * @param <S> one step's data
 */
public final class Averaging<S> {
  private final AveragingRound<S> rounds;
  private final WorkerStates states;
  private final Settings settings;
  private Position position;
  private PastRounds past;

  /**
   * How rounds go on.
   *
   * @param step what turns the mean into the next parameters
   * @param onDivergence what an exploded or not finite worker does
   * @param lossBound in nats: a worker's mean loss above it is an explosion
   */
  public record Settings(OuterStep step, OnDivergence onDivergence, double lossBound) {}

  /**
   * Where a training is between two rounds.
   *
   * @param round rounds done
   * @param model to go on with
   * @param velocity what the step keeps from round to round: the outer optimiser's, or the moments
   *     of a synchronous update; empty if it keeps nothing
   * @param states where the workers' states lie, by worker; empty before the first round, and after
   *     one that kept them in memory only
   */
  public record Position(int round, SharedModel model, float[] velocity, List<StateFile> states) {
    /** Before the first round. */
    public static Position start(OuterStep step, float[] parameters) {
      return new Position(
          0, SharedModel.of(parameters), step.initialState(parameters.length), List.of());
    }
  }

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
    int number = position.round() + 1;
    SharedModel before = position.model();
    AveragingRound.Outcome outcome = rounds.run(steps, before, past, planner, keep);
    guard(outcome, number);
    float[] velocity = position.velocity().clone();
    float[] next =
        settings
            .step()
            .step(
                before.parameters(),
                outcome.mean().parameters(),
                velocity,
                number,
                planner.plan(0).lastRate());
    if (states != null) {
      past =
          keep == AveragingRound.Keep.FILES
              ? PastRounds.of(outcome.states())
              : past.and(new PastRounds.Round(shared(number, before), planner));
    }
    position =
        new Position(
            number,
            new SharedModel(next, outcome.mean().moments(), outcome.mean().updates()),
            velocity,
            outcome.states());
    return outcome;
  }

  private StateFile shared(int number, SharedModel before) {
    try {
      return states.writeShared(number, before);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops where the policy says so, or where nothing is left to average. */
  private void guard(AveragingRound.Outcome outcome, int number) {
    if (outcome.mean() == null && outcome.skipped() == 0) {
      throw UserException.data("round " + number + " was given no data to train on");
    }
    if (outcome.mean() != null && settings.onDivergence() == OnDivergence.SKIP_WORKER) {
      return;
    }
    for (WorkerReport report : outcome.reports()) {
      if (report.rejected() != null) {
        String loss =
            report.loss() == null
                ? ""
                : String.format(Locale.ROOT, " (mean loss %.4g nats a token)", report.loss());
        throw UserException.diverged(
            String.format(
                Locale.ROOT,
                "the training diverged in round %d at worker %d: %s%s, and may be %.4g at most:"
                    + " lower training.learning-rate, or set a lower training.clip-norm above 0",
                number,
                report.worker(),
                report.rejected(),
                loss,
                settings.lossBound()));
      }
    }
  }
}
