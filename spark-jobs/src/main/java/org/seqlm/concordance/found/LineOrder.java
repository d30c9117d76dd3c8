package org.seqlm.concordance.found;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.seqlm.concordance.ContextLine;

/**
 * The order of lines by words around what was found: {@code L1} is the word before it, {@code R2}
 * the second behind it, {@code C} what was found itself. Words are compared as they are found,
 * folded, by their code points; where a document has no such word the line comes first. What is
 * equal stands in the order of the text.
 */
public final class LineOrder {
  private static final Pattern KEY = Pattern.compile("([LRlr])([1-9][0-9]{0,2})|([Cc])(?:0)?");

  private LineOrder() {}

  /** What is wrong with a key, or null. */
  public static String problem(String key) {
    Matcher matcher = KEY.matcher(key);
    return matcher.matches()
        ? null
        : "sort key \"" + key + "\" is none: give L1, L2, ..., R1, R2, ... or C, such as R1,L1";
  }

  /** The order by these keys, the first first; by none the order of the text. */
  public static Comparator<ContextLine> by(List<String> keys) {
    Comparator<ContextLine> order = (a, b) -> 0;
    for (String key : keys) {
      order = order.thenComparing(line -> word(line, key), LineOrder::compareCodePoints);
    }
    return order.thenComparingLong(ContextLine::word);
  }

  /** The words on each side that these keys look at. */
  public static int reach(List<String> keys) {
    int reach = 0;
    for (String key : keys) {
      Matcher matcher = KEY.matcher(key);
      if (matcher.matches() && matcher.group(3) == null) {
        reach = Math.max(reach, Integer.parseInt(matcher.group(2)));
      }
    }
    return reach;
  }

  private static String word(ContextLine line, String key) {
    Matcher matcher = KEY.matcher(key);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(problem(key));
    }
    if (matcher.group(3) != null) {
      return String.join(" ", line.keyWords());
    }
    List<String> words =
        matcher.group(1).equalsIgnoreCase("L") ? line.leftWords() : line.rightWords();
    int place = Integer.parseInt(matcher.group(2));
    return place <= words.size() ? words.get(place - 1) : "";
  }

  /** Not by UTF-16, in which what lies above the first plane comes before some that lies in it. */
  static int compareCodePoints(String a, String b) {
    int[] x = a.codePoints().toArray();
    int[] y = b.codePoints().toArray();
    return java.util.Arrays.compare(x, y);
  }

  /** Keys of a list that commas part. */
  public static List<String> keys(String list) {
    List<String> keys = new ArrayList<>();
    for (String key : list.split(",", -1)) {
      keys.add(key.strip());
    }
    return keys;
  }
}
