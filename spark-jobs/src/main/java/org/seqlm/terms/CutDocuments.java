package org.seqlm.terms;

import java.io.Serializable;
import java.util.List;

/**
 * The numbers of a text's documents, whose stretches are counted one by one, each by itself: a
 * document that goes on from stretch to stretch is one. Numbers are of documents that have tokens,
 * in their order: from 1 in a stretch, from 0 in the text.
 */
public final class CutDocuments implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What a stretch's end is to the document that is open there. */
  public enum End {
    /** Its end, too; or none is open. */
    CLOSED,
    /** It may go on in the next stretch, and has tokens here; it is the last of those that have. */
    OPEN,
    /** It may go on, has no tokens here, and began in an earlier stretch. */
    PASSING,
    /** It may go on, has no tokens here, and began here. */
    EMPTY
  }

  /**
   * What is known of a stretch alone.
   *
   * @param documents that have tokens here
   * @param continued whether the first of them began in an earlier stretch
   */
  public record Stretch(long documents, boolean continued, End end) {}

  private final long[] first; // of each stretch's document 1 // (stretches)
  private final long[] documents; // (stretches)
  private final boolean[] before; // whether document 1 has tokens in an earlier one // (stretches)
  private final boolean[] after; // whether the last has tokens in a later one // (stretches)
  private final long total;

  /**
   * Numbers documents.
   *
   * @param stretches in the order of the text
   */
  public CutDocuments(List<Stretch> stretches) {
    int n = stretches.size();
    first = new long[n];
    documents = new long[n];
    before = new boolean[n];
    after = new boolean[n];
    long so = 0;
    int open = -1; // the last stretch with tokens of the document that is open
    for (int i = 0; i < n; i++) {
      Stretch stretch = stretches.get(i);
      before[i] = stretch.continued() && open >= 0;
      if (before[i]) {
        after[open] = true;
      }
      first[i] = so - (before[i] ? 1 : 0);
      documents[i] = stretch.documents();
      so = first[i] + documents[i];
      open =
          switch (stretch.end()) {
            case OPEN -> i;
            case PASSING -> open;
            case CLOSED, EMPTY -> -1;
          };
    }
    total = so;
  }

  /** Documents of the text. */
  public long total() {
    return total;
  }

  /** The number of a stretch's first document in the text. */
  public long first(int stretch) {
    return first[stretch];
  }

  /** Whether any document has tokens in two stretches. */
  public boolean any() {
    for (boolean cut : before) {
      if (cut) {
        return true;
      }
    }
    return false;
  }

  /**
   * The number in the text of a stretch's first document, if it is cut and a word stands in it.
   *
   * @param firstWith the stretch's first document with the word
   * @return -1 if not
   */
  public long cutAtStart(int stretch, long firstWith) {
    return before[stretch] && firstWith == 1 ? first[stretch] : -1;
  }

  /**
   * The number in the text of a stretch's last document, if it is cut and a word stands in it; not
   * that of its only one where that is {@link #cutAtStart}.
   *
   * @param lastWith the stretch's last document with the word
   * @return -1 if not
   */
  public long cutAtEnd(int stretch, long lastWith) {
    return after[stretch]
            && lastWith == documents[stretch]
            && !(before[stretch] && documents[stretch] == 1)
        ? first[stretch] + documents[stretch] - 1
        : -1;
  }
}
