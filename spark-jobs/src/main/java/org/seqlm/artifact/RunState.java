package org.seqlm.artifact;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Where a training run is, in each of its manifests. Its files are metrics and the manifests of the
 * checkpoints and of the model that count.
 *
 * @param term of the writer: each takes the next, and one whose term is no longer the newest writes
 *     and removes nothing
 * @param writer twelve hexadecimal digits of his own, in the names of his files
 * @param job fingerprint of all that decides the run's result
 * @param phase whether it has come to its end
 * @param previous the finished run that this one replaces when it is complete; until then its model
 *     is read; null if there is none
 */
public record RunState(
    long term,
    String writer,
    String job,
    Phase phase,
    @JsonInclude(JsonInclude.Include.NON_NULL) Manifest previous) {
  /** How far a run has come. */
  public enum Phase {
    TRAINING,
    COMPLETE
  }
}
