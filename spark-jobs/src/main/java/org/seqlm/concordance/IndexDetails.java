package org.seqlm.concordance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.seqlm.text.TextRules;

/**
 * What an index says of itself.
 *
 * @param rules by which words are cut and folded
 * @param words of the text
 * @param documents those without a word among them
 * @param records of its files, bad ones among them
 * @param bad records that were left out, by kind
 * @param parts its files, in the order of the text
 */
public record IndexDetails(
    TextRules rules,
    long words,
    long documents,
    long records,
    Map<String, Long> bad,
    List<Index.Part> parts) {
  public IndexDetails {
    bad = Map.copyOf(bad);
    parts = List.copyOf(parts);
  }

  /** Of several with the same rules, each one's text behind that of the one before. */
  public static IndexDetails together(List<IndexDetails> all) {
    Map<String, Long> bad = new TreeMap<>();
    List<Index.Part> parts = new ArrayList<>();
    for (IndexDetails one : all) {
      one.bad.forEach((kind, count) -> bad.merge(kind, count, Long::sum));
      parts.addAll(one.parts);
    }
    return new IndexDetails(
        all.get(0).rules,
        all.stream().mapToLong(IndexDetails::words).sum(),
        all.stream().mapToLong(IndexDetails::documents).sum(),
        all.stream().mapToLong(IndexDetails::records).sum(),
        bad,
        parts);
  }

  /** Where a file of the index is, below the artifact's folder. */
  public static String file(int part) {
    return String.format(java.util.Locale.ROOT, "index/part-%05d.idx", part);
  }
}
