package org.seqlm.neural.learner;

import org.seqlm.neural.optimizer.AveragingMode;
import org.seqlm.neural.optimizer.GradientStats;

/**
 * What a worker's round came to.
 *
 * @param parameters after its last step, flat; in {@link AveragingMode#GRADIENTS} in their place
 *     the mean gradient over the round's tokens; null if rejected
 * @param state to begin the next round with
 * @param nats the losses of the trained tokens, summed
 * @param tokens trained, or examples
 * @param weight of its result in the average: {@code tokens}, but of a mean gradient over examples
 *     the targets that it is over
 * @param skipped tokens that were planned and not trained, because the round was rejected
 * @param loss mean in nats a token; where the round was rejected, what broke the bound
 * @param rejected why the round counts for nothing, null if it counts
 * @param gradients what its updates were made of; null where an engine does not tell
 */
public record WorkerResult(
    float[] parameters,
    WorkerState state,
    double nats,
    long tokens,
    long weight,
    long skipped,
    double loss,
    String rejected,
    GradientStats gradients) {

  /** Weighted by its tokens. */
  public WorkerResult(
      float[] parameters,
      WorkerState state,
      double nats,
      long tokens,
      long skipped,
      double loss,
      String rejected,
      GradientStats gradients) {
    this(parameters, state, nats, tokens, tokens, skipped, loss, rejected, gradients);
  }

  /** Of an engine that does not tell of its gradients. */
  public WorkerResult(
      float[] parameters,
      WorkerState state,
      double nats,
      long tokens,
      long skipped,
      double loss,
      String rejected) {
    this(parameters, state, nats, tokens, skipped, loss, rejected, null);
  }

  /**
   * A round that counts for nothing; the worker begins the next one afresh.
   *
   * @param step the cursor after it
   */
  public static WorkerResult rejected(long step, long skipped, double loss, String why) {
    return rejected(step, skipped, loss, why, null);
  }

  /**
   * The same of an engine that tells of its gradients.
   *
   * @param gradients until then
   */
  static WorkerResult rejected(
      long step, long skipped, double loss, String why, GradientStats gradients) {
    WorkerState fresh = new WorkerState(step, 0, new float[0], new float[0]);
    return new WorkerResult(null, fresh, 0, 0, skipped, loss, why, gradients);
  }
}
