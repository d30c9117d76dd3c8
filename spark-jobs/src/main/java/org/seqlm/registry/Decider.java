package org.seqlm.registry;

/** Who decides. */
public enum Decider {
  /** A scheduled retraining. */
  NIGHT,
  /** A person, by a command. */
  USER
}
