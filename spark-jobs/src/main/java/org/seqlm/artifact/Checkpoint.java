package org.seqlm.artifact;

import java.util.List;

/**
 * Everything a training needs to go on after a round, but the parameters and the outer velocity,
 * which lie beside it.
 *
 * @param round done; 0 is the untrained network
 * @param step of the schedule: local steps of a worker so far
 * @param tokens trained so far, by all workers
 * @param skipped tokens planned but not trained so far
 * @param states where the workers' states lie below {@code state/}; empty at round 0
 * @param bestRound of the model that {@code model/} holds, -1 if none
 * @param bestNats its validation loss in nats a token, null if none
 * @param bestBitsPerCharacter of the same, null if none
 * @param worse validations since then, for early stopping
 * @param seconds of training so far
 */
public record Checkpoint(
    int round,
    long step,
    long tokens,
    long skipped,
    List<StateFile> states,
    int bestRound,
    Double bestNats,
    Double bestBitsPerCharacter,
    int worse,
    double seconds) {
  public Checkpoint {
    states = List.copyOf(states);
  }
}
