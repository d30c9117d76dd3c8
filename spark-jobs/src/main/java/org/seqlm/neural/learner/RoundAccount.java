package org.seqlm.neural.learner;

import java.util.function.Supplier;

/**
 * What the engines that train windows of tokens count in a round, and what the round comes to. It
 * is rejected at the first loss that is not finite, or at its end if the mean loss is above the
 * plan's bound, or a parameter or one of the optimiser's moments is not finite.
 */
public final class RoundAccount {
  private final RoundPlan plan;
  private double nats;
  private long tokens;
  private int done;
  private String rejected;

  public RoundAccount(RoundPlan plan) {
    this.plan = plan;
  }

  /**
   * Counts a step.
   *
   * @param loss mean in nats a token
   * @param count tokens of the step
   */
  public void add(double loss, long count) {
    nats += loss * count;
    tokens += count;
    done++;
    if (!Double.isFinite(loss)) {
      rejected = "the loss is " + loss + " at step " + (plan.firstStep() + done);
    }
  }

  /** Steps so far. */
  public int done() {
    return done;
  }

  /** Whether the round counts for nothing already. */
  public boolean rejected() {
    return rejected != null;
  }

  /**
   * What the round came to.
   *
   * @param parameters gives them flat after the last step; not asked if the losses reject the round
   * @param state gives what the worker keeps; not asked if the round counts for nothing already
   */
  public WorkerResult result(Supplier<float[]> parameters, Supplier<WorkerState> state) {
    // A worker that had nothing to do has no loss to reject it by.
    double mean = tokens == 0 ? 0 : nats / tokens;
    if (rejected == null && mean > plan.lossBound()) {
      rejected = "the loss is above its bound";
    }
    float[] flat = null;
    if (rejected == null) {
      flat = parameters.get();
      if (!RawFloats.allFinite(flat)) {
        rejected = "a parameter is not finite";
      }
    }
    WorkerState after = null;
    if (rejected == null) {
      after = state.get();
      rejected = problem(after.moments());
    }
    if (rejected != null) {
      long planned = plan.planned(tokens, done);
      return WorkerResult.rejected(plan.firstStep() + plan.steps(), planned, mean, rejected);
    }
    return new WorkerResult(flat, after, nats, tokens, 0, mean, null);
  }

  /**
   * What is wrong with the moments of an optimiser, null if nothing is: the parameters may be
   * finite still, and the next round's would not be.
   */
  public static String problem(float[] moments) {
    return RawFloats.allFinite(moments) ? null : "its optimiser moments are not finite";
  }
}
