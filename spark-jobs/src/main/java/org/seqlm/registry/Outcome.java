package org.seqlm.registry;

/** What a decision does. */
public enum Outcome {
  /** A version came in. */
  ADDED,
  /** A version became the champion. */
  PROMOTED,
  /** A challenger waits for the next night. */
  KEPT,
  /** A challenger lost, or a night came to nothing. */
  FAILED,
  /** An earlier champion is the champion again. */
  ROLLED_BACK,
  /** The files of a version were given up. */
  PRUNED;

  /** Whether it is what a night ends with; a night has one such decision. */
  public boolean endsNight() {
    return this == PROMOTED || this == KEPT || this == FAILED;
  }
}
