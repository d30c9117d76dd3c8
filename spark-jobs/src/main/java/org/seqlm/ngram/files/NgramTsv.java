package org.seqlm.ngram.files;

import java.util.List;
import java.util.Locale;

/**
 * The files of n-gram counts as text, laid out as in Google's Web 1T (LDC2006T13).
 *
 * <ul>
 *   <li>{@code 1gms/vocab.gz}: token, tab, count, by the tokens' bytes; {@code 1gms/vocab_cs.gz}
 *       the same by falling count; {@code 1gms/total} the sum of the counts without {@code <s>} and
 *       {@code </s>}
 *   <li>{@code Ngms/Ngm-SLICE.gz} for N from 2 on: tokens parted by spaces, tab, count
 * </ul>
 *
 * Unlike there, {@code <s>}, {@code </s>} and {@code <unk>} are written as everywhere in this
 * project, nothing is left out for being rare, and n-grams stand by the ids of their contexts, last
 * token first, not by bytes. {@link org.seqlm.ngram.files.CountText} says how tokens are escaped.
 */
public final class NgramTsv {
  /** The files of the unigrams: by bytes, by count, and their number. */
  public static final List<String> UNIGRAMS =
      List.of("1gms/vocab.gz", "1gms/vocab_cs.gz", "1gms/total");

  private NgramTsv() {}

  /** The file of a slice's n-grams of an order from 2 on. */
  public static String ngrams(int order, int slice) {
    return String.format(Locale.ROOT, "%dgms/%dgm-%05d.gz", order, order, slice);
  }
}
