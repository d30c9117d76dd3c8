package org.seqlm.spark.terms;

import java.io.Serializable;
import java.util.Arrays;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.terms.CutDocuments;

/** What a task counted in a part of a range of text: its sums, or rows of words with figures. */
public final class RangeCounts implements Serializable {
  private static final long serialVersionUID = 1L;

  int index;

  /** Of several texts that were read at once, which. */
  int side;

  /** The part of the range: what a task counted before it held too much. */
  int part;

  /** Of the first part, with the sums. */
  RangeSummary summary;

  /** Its documents that have tokens; see {@link CutDocuments.Stretch}. */
  long documents;

  boolean continued;

  /** The place of the {@link CutDocuments.End}. */
  int end;

  /** Sums of the part, of which each counter says what they are; null where only rows are here. */
  long[] totals;

  int size;
  int[] kinds = new int[16]; // (size or more)
  byte[][] words = new byte[16][]; // UTF-8 // (size or more)
  long[][] figures = new long[16][]; // (size or more, as many as the counter has)

  void add(int kind, byte[] word, long... values) {
    if (size == kinds.length) {
      kinds = Arrays.copyOf(kinds, 2 * size);
      words = Arrays.copyOf(words, 2 * size);
      figures = Arrays.copyOf(figures, 2 * size);
    }
    kinds[size] = kind;
    words[size] = word;
    figures[size++] = values;
  }

  /** What is known of its documents. */
  CutDocuments.Stretch stretch() {
    return new CutDocuments.Stretch(documents, continued, CutDocuments.End.values()[end]);
  }
}
