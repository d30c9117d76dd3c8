package org.seqlm.doctor;

import java.util.Locale;

/** Bytes as people read them. */
final class Sizes {
  static final long GIB = 1L << 30;
  static final long MIB = 1L << 20;

  private Sizes() {}

  /** For instance {@code 4.0 GiB} or {@code 384 MiB}. */
  static String of(double bytes) {
    String[] units = {"KiB", "MiB", "GiB", "TiB"};
    double value = bytes / 1024;
    int unit = 0;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, units[unit]);
  }
}
