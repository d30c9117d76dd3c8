package org.seqlm.gate;

/** What a scored document is there for. */
public enum DocumentSet {
  /** New tonight, and never trained on: evidence. */
  FRESH,
  /** The same every night: a guard rail, and no evidence, as nights have been chosen by it. */
  FROZEN
}
