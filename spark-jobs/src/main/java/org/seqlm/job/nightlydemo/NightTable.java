package org.seqlm.job.nightlydemo;

import java.util.Locale;
import org.seqlm.artifact.Json;

/**
 * The nights for people, a row each as they end: the gain in bits a character, the drift in bits.
 */
final class NightTable {
  private static final String ROW = "%5s  %-10s  %-24s  %-8s  %8s  %7s  %6s  %7s  %s";

  /** A shorter beginning of a reason says nothing. */
  private static final int LEAST_REASON = 20;

  private NightTable() {}

  static String header() {
    return String.format(
        Locale.ROOT,
        ROW,
        "night",
        "date",
        "special",
        "decision",
        "champion",
        "gain",
        "drift",
        "seconds",
        "main reason");
  }

  static String row(DemoNight night) {
    return String.format(
        Locale.ROOT,
        ROW,
        night.night(),
        night.date(),
        night.special() == null ? "" : night.special().text(),
        Json.name(night.decision()),
        night.champion() == 0 ? "none" : "v" + night.champion(),
        night.contest() == null ? "" : String.format(Locale.ROOT, "%+.4f", night.contest().gain()),
        night.text() == null || night.text().drift() == null
            ? ""
            : String.format(Locale.ROOT, "%.3f", night.text().drift().bits()),
        String.format(Locale.ROOT, "%.1f", night.seconds()),
        reason(night));
  }

  /** The first one, without the figures behind its colon, which the table has or the page. */
  private static String reason(DemoNight night) {
    if (night.reasons().isEmpty()) {
      return "";
    }
    String reason = night.reasons().get(0);
    int colon = reason.indexOf(": ");
    boolean cut = night.decision() != DemoNight.Decision.FAILED && colon >= LEAST_REASON;
    return cut ? reason.substring(0, colon) : reason;
  }
}
