package org.seqlm.spark.tokens;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.seqlm.corpus.RangeLabels;

/** What writing one range of a dataset gave. */
public final class WrittenRange {
  /** By split and {@link #TOKENS} to {@link #APPENDED}. */
  long[][] counts = new long[3][7];

  /** By split: the files' names, in order. */
  String[][] paths = new String[3][];

  /** By split: SHA-256 of each file. */
  String[][] hashes = new String[3][];

  /** By split: bytes of each file. */
  long[][] bytes = new long[3][];

  /** By split: tokens of each file. */
  int[][] lengths = new int[3][];

  /** Name and SHA-256 of the file with the labels of the test split's documents; null for none. */
  String[] labels;

  /** Bytes of that file. */
  long labelBytes;

  /** By label: documents of the test split whose value was put together with others. */
  long[] together = new long[0];

  static final int TOKENS = 0;
  static final int UNKNOWN = 1;
  static final int UNKNOWN_BYTES = 2;
  static final int CHARACTERS = 3;
  static final int LINES = 4;
  static final int DOCUMENTS = 5;

  /** Tokens that the vocabulary which is extended does not know. */
  static final int APPENDED = 6;

  /**
   * What to tell of labels that were put together.
   *
   * @param labels names, in the order of {@link #together}
   * @return a line a label
   */
  static List<String> told(List<WrittenRange> ranges, List<String> labels) {
    List<String> told = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      long documents = 0;
      for (WrittenRange range : ranges) {
        documents += i < range.together.length ? range.together[i] : 0;
      }
      if (documents > 0) {
        told.add(
            String.format(
                Locale.ROOT,
                "note: the label %s of %,d %s of the test split is kept as %s: a part of the text"
                    + " has more than %,d values of it",
                labels.get(i),
                documents,
                documents == 1 ? "document" : "documents",
                RangeLabels.OTHER,
                RangeLabels.MOST));
      }
    }
    return told;
  }
}
