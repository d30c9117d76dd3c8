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

  /** Of both, the other one's text behind this one's. */
  public IndexDetails plus(IndexDetails other) {
    Map<String, Long> bad = new TreeMap<>(this.bad);
    other.bad.forEach((kind, count) -> bad.merge(kind, count, Long::sum));
    List<Index.Part> all = new ArrayList<>(parts);
    all.addAll(other.parts);
    return new IndexDetails(
        rules, words + other.words, documents + other.documents, records + other.records, bad, all);
  }

  /** Where a file of the index is, below the artifact's folder. */
  public static String file(int part) {
    return String.format(java.util.Locale.ROOT, "index/part-%05d.idx", part);
  }
}
