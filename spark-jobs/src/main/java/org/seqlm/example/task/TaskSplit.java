package org.seqlm.example.task;

import java.util.Locale;

/** What an example is for. */
public enum TaskSplit {
  TRAIN,
  VALID,
  TEST;

  /** As files are named: {@code train}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
