package org.seqlm.neural.files;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.seqlm.neural.optimizer.LearningRates;
import org.seqlm.neural.optimizer.Plateau;

/**
 * Everything a training needs to go on after a round, but the parameters and the outer state, which
 * lie beside it.
 *
 * @param round done; 0 is the untrained network
 * @param step of the schedule: local steps of a worker so far
 * @param tokens trained so far, by all workers
 * @param skipped tokens planned but not trained so far
 * @param replayed of the tokens trained, those of old text; null, which is 0, if nobody wrote it
 *     down
 * @param states where the workers' states lie below {@code state/}; empty at round 0
 * @param updates of the averaged moments, 0 if they are not averaged
 * @param interval local steps of the next round where they depend on the last one, else 0; null,
 *     which is 0, if nobody wrote it down
 * @param bestRound of the model that {@code model/} holds, -1 if none
 * @param bestNats its validation loss in nats a token, null if none
 * @param bestBitsPerCharacter of the same, null if none
 * @param bestMetric of the same, that of its task; null of a language model, and if none
 * @param worse validations since then, for early stopping
 * @param seconds of training so far
 * @param elapsed of these until the end of the last round; all of them if nobody wrote it down
 * @param bestOf tokens of the validation split that the best was looked at with; null if there is
 *     no best, or nobody wrote it down
 * @param lengths that the run has had so far, in steps; empty if nobody wrote it down
 * @param plateau what a schedule of that kind knows; null of others, and if nobody wrote it down
 * @param vocabulary fingerprint of the vocabulary, or of the examples that a network is of
 * @param platform versions that the bits depend on and the driver's processor, by name
 * @param kernels what computed so far, each by what was asked; empty if nobody wrote it down
 */
public record Checkpoint(
    int round,
    long step,
    long tokens,
    long skipped,
    Long replayed,
    List<StateFile> states,
    long updates,
    Integer interval,
    int bestRound,
    Double bestNats,
    Double bestBitsPerCharacter,
    Double bestMetric,
    int worse,
    Long bestOf,
    List<LearningRates.Length> lengths,
    Plateau plateau,
    double seconds,
    Double elapsed,
    String vocabulary,
    Map<String, String> platform,
    List<Map<String, String>> kernels) {
  public Checkpoint {
    elapsed = elapsed == null ? Double.valueOf(seconds) : elapsed;
    replayed = replayed == null ? Long.valueOf(0) : replayed;
    states = List.copyOf(states);
    interval = interval == null ? Integer.valueOf(0) : interval;
    lengths = lengths == null ? List.of() : List.copyOf(lengths);
    platform = Collections.unmodifiableMap(new TreeMap<>(platform));
    kernels = kernels == null ? List.of() : List.copyOf(kernels);
  }

  /** Of a training whose rounds and rates do not depend on what was before. */
  public Checkpoint(
      int round,
      long step,
      long tokens,
      long skipped,
      List<StateFile> states,
      long updates,
      int bestRound,
      Double bestNats,
      Double bestBitsPerCharacter,
      int worse,
      Long bestOf,
      List<LearningRates.Length> lengths,
      double seconds,
      String vocabulary,
      Map<String, String> platform,
      List<Map<String, String>> kernels) {
    this(
        round,
        step,
        tokens,
        skipped,
        0L,
        states,
        updates,
        0,
        bestRound,
        bestNats,
        bestBitsPerCharacter,
        null,
        worse,
        bestOf,
        lengths,
        null,
        seconds,
        seconds,
        vocabulary,
        platform,
        kernels);
  }
}
