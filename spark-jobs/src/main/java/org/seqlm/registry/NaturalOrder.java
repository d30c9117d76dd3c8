package org.seqlm.registry;

import java.util.Comparator;

/** The order of names in which {@code replay-2} stands before {@code replay-10}. */
final class NaturalOrder {
  /** Runs of digits by their number, all else by its characters; of equal numbers the text's. */
  static final Comparator<String> NAMES =
      ((Comparator<String>) NaturalOrder::compare).thenComparing(Comparator.naturalOrder());

  private NaturalOrder() {}

  private static int compare(String one, String other) {
    int i = 0;
    int j = 0;
    while (i < one.length() && j < other.length()) {
      int end = digits(one, i);
      int otherEnd = digits(other, j);
      if (end == i || otherEnd == j) {
        if (one.charAt(i) != other.charAt(j)) {
          return Character.compare(one.charAt(i), other.charAt(j));
        }
        i++;
        j++;
        continue;
      }
      String number = one.substring(i, end).replaceFirst("^0+(?=.)", "");
      String otherNumber = other.substring(j, otherEnd).replaceFirst("^0+(?=.)", "");
      int order =
          number.length() != otherNumber.length()
              ? Integer.compare(number.length(), otherNumber.length())
              : number.compareTo(otherNumber);
      if (order != 0) {
        return order;
      }
      i = end;
      j = otherEnd;
    }
    return Integer.compare(one.length() - i, other.length() - j);
  }

  /** Where the digits that stand at a place end. */
  private static int digits(String text, int from) {
    int end = from;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    return end;
  }
}
