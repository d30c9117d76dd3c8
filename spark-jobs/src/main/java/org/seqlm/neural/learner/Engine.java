package org.seqlm.neural.learner;

import java.io.Serializable;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.Network;
import org.seqlm.neural.optimizer.InnerOptimizer;

/**
 * What trains networks: makes learners of them and the data of their steps, and scores or predicts
 * with them. Engines are equal in what they compute, up to float32's rounding; they differ in speed
 * and in what they can do. Stateless; travels to executors.
 *
 * @param <S> one step's data
 */
public interface Engine<S> extends Serializable {
  /** As in {@code train --engine}. */
  String name();

  /**
   * Refuses what this engine cannot train.
   *
   * @throws org.seqlm.UserException with exit code 2 that names an engine that can
   */
  void check(Network network, Recipe recipe, Execution execution);

  /** The same of plain gradient descent, which every engine can. */
  default void check(Network network, Execution execution) {
    check(network, new Recipe(new InnerOptimizer(InnerOptimizer.Kind.SGD, 0, 0)), execution);
  }

  /**
   * Refuses what tasks are to compute on if this process, in which they will run, has no such
   * device; without this they would say so, one after the other, in the first round.
   *
   * @throws org.seqlm.UserException with exit code 5
   */
  default void checkDevice(Execution execution) {}

  /**
   * Loads the engine's libraries into this process, though it may train nothing: what they choose
   * here is compared with what they choose in executors.
   */
  default void load() {}

  /**
   * Learners of a network.
   *
   * @param recipe how they train
   * @param longest tokens of the longest window of a language model; not used of other networks
   */
  Learner.Factory<S> learners(Network network, Recipe recipe, int longest, Execution execution);

  /**
   * What scores text with a language model as this engine computes it, on the device that learners
   * would train on; made by the task that uses it.
   */
  StretchScorer scorer(LanguageNetwork spec, Execution execution);

  /**
   * What predicts with any other network, on the device that learners would train on; made by the
   * task that uses it.
   *
   * @throws org.seqlm.UserException with exit code 2 if this engine has no such networks
   */
  Predictor predictor(Network network, Execution execution);

  /**
   * One step's data. The batch's arrays may be used again after the call.
   *
   * @param batch what the network's kind reads; of a language model {@link Batch#window}
   */
  S step(Network network, Batch batch);

  /**
   * One step's data of a language model: windows of {@code inputs} and the tokens after them.
   *
   * @param inputs (B, T) row-major
   * @param targets (B, T) row-major
   */
  default S step(LanguageNetwork spec, int batch, int timeSteps, int[] inputs, int[] targets) {
    return step(spec, Batch.window(batch, timeSteps, inputs, targets));
  }
}
