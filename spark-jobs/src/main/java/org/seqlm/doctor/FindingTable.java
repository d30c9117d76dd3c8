package org.seqlm.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Findings as text: one a line, how it stands first, long cells wrapped at words, and below what is
 * not well what to do about it.
 */
public final class FindingTable {
  private static final String GAP = "  ";
  private static final String REMEDY = "-> ";

  private FindingTable() {}

  /**
   * The table and a line of sums.
   *
   * @param width columns of the terminal, at least 60
   */
  public static String of(List<Finding> findings, int width) {
    int check = 0;
    int where = 0;
    for (Finding finding : findings) {
      check = Math.max(check, finding.check().length());
      where = Math.max(where, finding.where().length());
    }
    where = Math.min(where, width / 4);
    int found = Math.max(20, width - "warn".length() - check - where - 3 * GAP.length());
    StringBuilder text = new StringBuilder();
    int[] sums = new int[Status.values().length];
    for (Finding finding : findings) {
      sums[finding.status().ordinal()]++;
      List<String> places = wrapped(finding.where(), where);
      List<String> lines = new ArrayList<>(wrapped(finding.found(), found));
      if (!finding.remedy().isEmpty()) {
        List<String> remedy = wrapped(finding.remedy(), found - REMEDY.length());
        for (int i = 0; i < remedy.size(); i++) {
          lines.add((i == 0 ? REMEDY : " ".repeat(REMEDY.length())) + remedy.get(i));
        }
      }
      for (int i = 0; i < Math.max(places.size(), lines.size()); i++) {
        String line =
            padded(i == 0 ? name(finding.status()) : "", "warn".length())
                + GAP
                + padded(i == 0 ? finding.check() : "", check)
                + GAP
                + padded(i < places.size() ? places.get(i) : "", where)
                + GAP
                + (i < lines.size() ? lines.get(i) : "");
        text.append(line.stripTrailing()).append('\n');
      }
    }
    return text.append('\n').append(sums(sums)).append('\n').toString();
  }

  private static String sums(int[] sums) {
    int warnings = sums[Status.WARN.ordinal()];
    return String.format(
        Locale.ROOT,
        "%d ok, %d %s, %d failed",
        sums[Status.OK.ordinal()],
        warnings,
        warnings == 1 ? "warning" : "warnings",
        sums[Status.FAIL.ordinal()]);
  }

  private static String name(Status status) {
    return status == Status.FAIL ? "FAIL" : status.name().toLowerCase(Locale.ROOT);
  }

  private static String padded(String cell, int width) {
    return cell + " ".repeat(Math.max(0, width - cell.length()));
  }

  /** At words; a word that is longer than a line, for instance a path, is a line of its own. */
  static List<String> wrapped(String cell, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : cell.split(" ")) {
      if (line.length() > 0 && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.length() == 0 ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
