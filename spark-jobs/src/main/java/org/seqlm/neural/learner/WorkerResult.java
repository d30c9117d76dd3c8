package org.seqlm.neural.learner;

/**
 * What a worker's round came to.
 *
 * @param parameters after its last step, flat; null if rejected
 * @param state to begin the next round with
 * @param nats the losses of the trained tokens, summed
 * @param tokens trained
 * @param skipped tokens that were planned and not trained, because the round was rejected
 * @param loss mean in nats a token; where the round was rejected, what broke the bound
 * @param rejected why the round counts for nothing, null if it counts
 */
public record WorkerResult(
    float[] parameters,
    WorkerState state,
    double nats,
    long tokens,
    long skipped,
    double loss,
    String rejected) {

  /**
   * A round that counts for nothing; the worker begins the next one afresh.
   *
   * @param step the cursor after it
   */
  public static WorkerResult rejected(long step, long skipped, double loss, String why) {
    WorkerState fresh = new WorkerState(step, 0, new float[0], new float[0]);
    return new WorkerResult(null, fresh, 0, 0, skipped, loss, why);
  }
}
