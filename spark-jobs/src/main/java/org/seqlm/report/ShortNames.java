package org.seqlm.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Names as tables and charts show them. Models are named by their paths: a long one is shortened in
 * its middle, for its beginning and its end tell most, and no two are shown alike.
 */
final class ShortNames {
  /** Code points of the longest name that is shown whole. */
  static final int MAX = 40;

  private static final int HEAD = 13;
  private static final int TAIL = MAX - HEAD - 1;

  /** Of each of the parts of a name that would else be shown like another. */
  private static final int PART = 12;

  private static final String GAP = "…";

  private final Map<String, String> shown = new LinkedHashMap<>();

  private ShortNames() {}

  static ShortNames of(Collection<String> names) {
    Map<String, List<String>> alike = new LinkedHashMap<>();
    for (String name : new LinkedHashSet<>(names)) {
      String text = length(name) <= MAX ? name : cut(name, 0, HEAD) + GAP + tail(name, TAIL);
      alike.computeIfAbsent(text, key -> new ArrayList<>()).add(name);
    }
    ShortNames result = new ShortNames();
    alike.forEach(
        (text, group) -> {
          int differ = group.size() == 1 ? 0 : commonPrefix(group);
          for (String name : group) {
            result.shown.put(name, result.free(group.size() == 1 ? text : around(name, differ)));
          }
        });
    return result;
  }

  /** With what lies around its first code point that others of its kind do not have. */
  private static String around(String name, int at) {
    int from = Math.max(PART, at - PART / 3);
    return cut(name, 0, PART) + GAP + cut(name, from, from + PART) + GAP + tail(name, PART);
  }

  /** The text, or with a number if another name is shown so. */
  private String free(String text) {
    String free = text;
    for (int number = 2; shown.containsValue(free); number++) {
      free = text + " (" + number + ")";
    }
    return free;
  }

  private static int commonPrefix(List<String> names) {
    int[] first = names.get(0).codePoints().toArray();
    int common = first.length;
    for (String name : names) {
      int[] other = name.codePoints().toArray();
      int at = 0;
      while (at < Math.min(common, other.length) && first[at] == other[at]) {
        at++;
      }
      common = at;
    }
    return common;
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String tail(String text, int length) {
    return cut(text, length(text) - length, length(text));
  }

  private static String cut(String text, int from, int to) {
    int end = Math.min(to, length(text));
    return text.substring(
        text.offsetByCodePoints(0, Math.min(from, end)), text.offsetByCodePoints(0, end));
  }

  /** As it is shown. */
  String of(String name) {
    return shown.getOrDefault(name, name);
  }

  /** The whole name, or null where it is shown whole. */
  String whole(String name) {
    return of(name).equals(name) ? null : name;
  }

  /** The names that are not shown whole, by how they are shown. */
  Map<String, String> shortened() {
    Map<String, String> shortened = new LinkedHashMap<>();
    shown.forEach(
        (name, text) -> {
          if (!text.equals(name)) {
            shortened.put(text, name);
          }
        });
    return shortened;
  }
}
