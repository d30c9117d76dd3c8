package org.seqlm.neural.learner;

import java.io.Serializable;
import java.util.Iterator;
import org.seqlm.kernels.KernelChoice;
import org.seqlm.kernels.KernelSet;

/**
 * One worker's round of training: the seam between the engines, which train, and what distributes
 * and averages.
 *
 * <p>The result is a function of the arguments alone: the same parameters, state, steps and plan
 * give the same bits with the same {@link #kernels} of the same libraries. A learner keeps no
 * memory between rounds but caches. Not shared between threads.
 *
 * @param <S> one step's data
 */
public interface Learner<S> {
  /**
   * Trains the steps of a round.
   *
   * @param parameters flat, not changed
   * @param state of this worker after its last round, {@link WorkerState#FRESH} before the first;
   *     where moments are averaged, with the average in place of its own
   * @param steps at least {@code plan.steps()} of them
   * @return parameters and state after the last step; or, if the loss left the plan's bound or any
   *     result is not finite, a rejection with a fresh state at the round's end
   */
  WorkerResult run(float[] parameters, WorkerState state, Iterator<S> steps, RoundPlan plan);

  /** What computed the last round. */
  default KernelChoice kernels() {
    return KernelChoice.none();
  }

  /**
   * The GPU that computed the last round, or before the first is likely to compute it, as {@code
   * nvidia-smi} numbers this machine's; null of a CPU, and where nobody tells.
   *
   * @throws org.seqlm.UserException as {@link #run} where there is no such GPU
   */
  default Integer gpu() {
    return null;
  }

  /** Seconds that the last round waited for a GPU that other tasks computed on. */
  default double waited() {
    return 0;
  }

  /**
   * How an executor comes by learners. Building one is slow, so an executor keeps one a task slot
   * and hands it to whichever worker runs there.
   */
  interface Factory<S> extends Serializable {
    /** A new learner. */
    Learner<S> create();

    /** Equal keys make equal learners. */
    String key();

    /** What the libraries of an executor are to choose, before the first of them is loaded. */
    default KernelSet kernels() {
      return KernelSet.NATIVE;
    }
  }
}
