package org.seqlm.neural.torch;

import org.seqlm.neural.learner.Batch;

/** What a step of this engine reads. */
public sealed interface TorchStep permits TorchWindow, TorchStep.Examples {

  /**
   * Of any network but a language model.
   *
   * @param batch whose arrays are the step's own
   */
  record Examples(Batch batch) implements TorchStep {}
}
