package org.seqlm.neural.learner;

import java.util.Iterator;
import java.util.function.Supplier;
import org.seqlm.neural.optimizer.AveragingMode;
import org.seqlm.neural.optimizer.GradientStats;

/**
 * What the engines that train windows of tokens count in a round, when they make an update, and
 * what the round comes to. It is rejected at the first loss that is not finite, or at its end if
 * the mean loss is above the plan's bound, or a parameter or one of the optimiser's moments is not
 * finite.
 */
public final class RoundAccount {
  private final RoundPlan plan;
  private final int accumulate;
  private double nats;
  private long tokens;
  private long targets;
  private int done;
  private int updates;
  private String rejected;

  /** Of a learner that makes an update a window. */
  RoundAccount(RoundPlan plan) {
    this(plan, 1);
  }

  /** Of a learner that trains by a recipe. */
  public RoundAccount(RoundPlan plan, Recipe recipe) {
    this(plan, recipe.accumulate());
  }

  private RoundAccount(RoundPlan plan, int accumulate) {
    this.plan = plan;
    this.accumulate = accumulate;
  }

  /** Whether a round's gradients are added up over windows, for an update or for the result. */
  public static boolean addsUp(RoundPlan plan, Recipe recipe) {
    return recipe.accumulate() > 1 || plan.mode() == AveragingMode.GRADIENTS;
  }

  /**
   * Counts a step.
   *
   * @param loss mean in nats a token
   * @param count tokens of the step
   */
  public void add(double loss, long count) {
    add(loss, count, count);
  }

  /**
   * Counts a step of examples.
   *
   * @param loss mean in nats a target; not read where there are none
   * @param count examples of the step
   * @param of targets of the step
   */
  public void add(double loss, long count, long of) {
    nats += of == 0 ? 0 : loss * of;
    tokens += count;
    targets += of;
    done++;
    if (of > 0 && !Double.isFinite(loss)) {
      rejected = "the loss is " + loss + " at step " + (plan.firstStep() + done);
    }
  }

  /**
   * After a step, whether an update by the gradients since the last one is due; if so, it counts.
   * Groups of windows begin with the round, so they do not depend on how a run was cut, where all
   * rounds but the last are multiples of them.
   *
   * @param steps so far, whether their losses are known or not
   * @param left the round's further steps; where there are none, those since are a group
   */
  public boolean updates(int steps, Iterator<?> left) {
    boolean due =
        plan.mode() == AveragingMode.PARAMETERS
            && (steps % accumulate == 0 || steps >= plan.steps() || !left.hasNext());
    updates += due ? 1 : 0;
    return due;
  }

  /** Updates so far. */
  public int updates() {
    return updates;
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
   * @param parameters gives them flat after the last step, or the mean gradient where the plan asks
   *     for that; not asked if the losses reject the round
   * @param state gives what the worker keeps; not asked if the round counts for nothing already
   * @param gradients what the updates were made of, null if nobody knows
   */
  public WorkerResult result(
      Supplier<float[]> parameters, Supplier<WorkerState> state, GradientStats gradients) {
    // A worker that had nothing to do has no loss to reject it by.
    double mean = targets == 0 ? 0 : nats / targets;
    if (rejected == null && mean > plan.lossBound()) {
      rejected = "the loss is above its bound";
    }
    float[] flat = null;
    if (rejected == null) {
      flat = parameters.get();
      if (!RawFloats.allFinite(flat)) {
        rejected =
            plan.mode() == AveragingMode.GRADIENTS
                ? "its gradient is not finite"
                : "a parameter is not finite";
      }
    }
    WorkerState after = null;
    if (rejected == null) {
      after = state.get();
      rejected = problem(after.moments());
    }
    if (rejected != null) {
      long planned = plan.planned(tokens, done);
      return WorkerResult.rejected(
          plan.firstStep() + plan.steps(), planned, mean, rejected, gradients);
    }
    // Of text the targets are the tokens; of examples the mean counts for each of them.
    double sum = targets == tokens ? nats : mean * tokens;
    long weight = plan.mode() == AveragingMode.GRADIENTS ? targets : tokens;
    return new WorkerResult(flat, after, sum, tokens, weight, 0, mean, null, gradients);
  }

  /** The same of an engine that does not tell of its gradients. */
  WorkerResult result(Supplier<float[]> parameters, Supplier<WorkerState> state) {
    return result(parameters, state, null);
  }

  /**
   * What is wrong with the moments of an optimiser, null if nothing is: the parameters may be
   * finite still, and the next round's would not be.
   */
  public static String problem(float[] moments) {
    return RawFloats.allFinite(moments) ? null : "its optimiser moments are not finite";
  }
}
