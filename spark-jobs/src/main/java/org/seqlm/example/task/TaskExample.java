package org.seqlm.example.task;

import java.util.Map;

/** One example of a task. */
public interface TaskExample {
  /**
   * What a file of examples holds of it, in order: strings, whole numbers, exact decimals, null,
   * and lists of these.
   */
  Map<String, Object> fields();

  /** A line for people. */
  String line();
}
