package org.seqlm.report.page;

import java.util.Locale;
import java.util.function.DoubleFunction;

/** Numbers as people read them; the same everywhere, whatever the machine's language is. */
public final class Figures {
  private Figures() {}

  /** With thousands separators and so many digits after the point; infinity where it is none. */
  public static String decimal(double value, int digits) {
    if (Double.isNaN(value)) {
      return "–";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "∞" : "−∞";
    }
    String text = String.format(Locale.ROOT, "%,." + digits + "f", value);
    return text.startsWith("-") ? "−" + text.substring(1) : text;
  }

  /** Three digits that count, of very large and small figures with a power of ten. */
  public static String significant(double value) {
    double size = Math.abs(value);
    if (!Double.isFinite(value) || (size >= 0.001 && size < 1000) || size == 0) {
      return decimal(value, size == 0 ? 0 : 2 - (int) Math.floor(Math.log10(size)));
    }
    return String.format(Locale.ROOT, "%.2e", value).replace("-", "−");
  }

  /** With thousands separators. */
  public static String whole(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** A share of one, in per cent. */
  public static String percent(double share, int digits) {
    return decimal(100 * share, digits) + " %";
  }

  /** A perplexity: four digits that count. */
  public static String perplexity(double value) {
    return decimal(value, value >= 1000 ? 0 : value >= 100 ? 1 : value >= 10 ? 2 : 3);
  }

  /** Large counts in short: 484 k, 2.00 M. */
  public static String brief(long value) {
    if (value >= 1_000_000_000) {
      return decimal(value / 1e9, 2) + " G";
    }
    if (value >= 1_000_000) {
      return decimal(value / 1e6, 2) + " M";
    }
    return value >= 10_000 ? decimal(value / 1e3, 0) + " k" : whole(value);
  }

  /** A number in this format; null is an infinite one. */
  public static String orInfinite(Double value, DoubleFunction<String> format) {
    return value == null ? "∞" : format.apply(value);
  }
}
