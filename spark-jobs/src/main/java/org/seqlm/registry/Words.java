package org.seqlm.registry;

import org.seqlm.artifact.Json;

/** How messages say what there is. */
public final class Words {
  private Words() {}

  /** For instance {@code rolled back}. */
  public static String of(Enum<?> constant) {
    return Json.name(constant).replace('-', ' ');
  }

  /** For instance {@code version 7}. */
  static String champion(int number) {
    return number == 0 ? "none" : "version " + number;
  }
}
