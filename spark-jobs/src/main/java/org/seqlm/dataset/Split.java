package org.seqlm.dataset;

/** The parts of a dataset. */
public enum Split {
  TRAIN,
  VALID,
  TEST
}
