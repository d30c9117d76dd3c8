package org.seqlm.ngram.stats;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A row of the table of the most frequent n-grams.
 *
 * @param order of the n-gram
 * @param rank from 1: by falling count, then by first appearance in the text
 * @param tokens of the n-gram
 * @param count how often it appears
 */
public record TopNgram(int order, int rank, List<String> tokens, long count) {
  public TopNgram {
    tokens = List.copyOf(tokens);
  }

  /**
   * The row in {@code top.tsv}: order, rank, tokens joined by one space, count; separated by tabs.
   */
  public String row() {
    return order + "\t" + rank + "\t" + text() + "\t" + count;
  }

  /** The tokens joined by one space, each as {@link #escape} writes it. */
  public String text() {
    return tokens.stream().map(TopNgram::escape).collect(Collectors.joining(" "));
  }

  /**
   * A token as it stands in a table: tab, line feed, carriage return and backslash as {@code \t},
   * {@code \n}, {@code \r} and {@code \\}, so that a row stays a row.
   */
  public static String escape(String token) {
    StringBuilder out = null;
    for (int i = 0; i < token.length(); i++) {
      char c = token.charAt(i);
      int at = "\t\n\r\\".indexOf(c);
      if (at >= 0 && out == null) {
        out = new StringBuilder(token.length() + 8).append(token, 0, i);
      }
      if (out != null) {
        if (at >= 0) {
          out.append('\\').append("tnr\\".charAt(at));
        } else {
          out.append(c);
        }
      }
    }
    return out == null ? token : out.toString();
  }
}
