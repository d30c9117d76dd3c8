package org.seqlm.job.cli;

import java.util.Locale;

/** Numbers of things in messages. */
public final class Counted {
  private Counted() {}

  /**
   * For instance {@code 1 model} and {@code 2,000 models}.
   *
   * @param thing in the singular; its plural has an s
   */
  public static String of(long number, String thing) {
    return String.format(Locale.ROOT, "%,d %s%s", number, thing, number == 1 ? "" : "s");
  }
}
