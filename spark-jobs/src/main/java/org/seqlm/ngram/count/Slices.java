package org.seqlm.ngram.count;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.vocab.TokenRanks;
import org.seqlm.vocab.Vocabulary;

/**
 * Cuts the n-grams into consecutive slices by their contexts: a slice holds the contexts whose
 * nearest token lies in a range, with all that follows them. A token that is much more frequent
 * than a slice is large is hot: its contexts of two and more tokens are cut further, by their
 * second token, into parts, and its context of one token, which all parts share, is a slice of its
 * own before them, the head; the parts tell it what they saw. Slices depend on the vocabulary and
 * the number of unknown tokens only, and so does what each slice's file holds.
 */
public final class Slices implements Serializable {
  private static final long serialVersionUID = 1L;

  /** A token is hot if it fills so many slices. */
  private static final double HOT = 2;

  private static final int NONE = -1;

  private final int[] firsts; // id of each slice's first nearest token
  private final int[] seconds; // stored id of its first second token, 0 for all
  private final int[] heads; // of parts: the slice that is their head; NONE for others
  private final boolean[] isHead;

  private Slices(List<int[]> slices) {
    firsts = slices.stream().mapToInt(slice -> slice[0]).toArray();
    seconds = slices.stream().mapToInt(slice -> slice[1]).toArray();
    heads = slices.stream().mapToInt(slice -> slice[2]).toArray();
    isHead = new boolean[firsts.length];
    for (int head : heads) {
      if (head != NONE) {
        isHead[head] = true;
      }
    }
  }

  /**
   * Cuts the contexts over a vocabulary into about {@code wanted} slices.
   *
   * @param unknown tokens of the text, which no vocabulary counts
   * @param order of the stored n-grams; of order 2 none has a second token
   */
  public static Slices of(TokenRanks vocabulary, long unknown, int wanted, int order) {
    if (wanted < 1) {
      throw new IllegalArgumentException("slices " + wanted);
    }
    double total = 0;
    for (int id = 0; id < vocabulary.size(); id++) {
      total += weight(vocabulary, unknown, id);
    }
    double target = total / wanted;
    List<int[]> slices = new ArrayList<>();
    double filled = 0;
    boolean open = false;
    for (int id = 0; id < vocabulary.size(); id++) {
      double weight = weight(vocabulary, unknown, id);
      boolean hot = order > 2 && weight > HOT * target;
      if (hot && id != vocabulary.sentenceStart() && id != vocabulary.sentenceEnd()) {
        int head = slices.size();
        slices.add(new int[] {id, 0, NONE});
        parts(slices, vocabulary, unknown, id, head, (int) Math.ceil(weight / target), total);
        open = false;
        continue;
      }
      if (!open) {
        slices.add(new int[] {id, 0, NONE});
        filled = 0;
        open = true;
      }
      filled += weight;
      open = filled < target;
    }
    return new Slices(slices);
  }

  private static double weight(TokenRanks vocabulary, long unknown, int id) {
    return (id == Vocabulary.UNKNOWN ? unknown : vocabulary.count(id)) + 1.0;
  }

  /** Cuts a hot token's contexts where second tokens have filled equal shares of the text. */
  private static void parts(
      List<int[]> slices,
      TokenRanks vocabulary,
      long unknown,
      int hot,
      int head,
      int parts,
      double total) {
    slices.add(new int[] {hot, 0, head});
    double filled = 0;
    int cuts = 1;
    for (int id = 0; id + 1 < vocabulary.size() && cuts < parts; id++) {
      filled += weight(vocabulary, unknown, id);
      if (filled >= cuts * total / parts) {
        slices.add(new int[] {hot, id + 2, head}); // begins with the next id
        while (cuts < parts && filled >= cuts * total / parts) {
          cuts++;
        }
      }
    }
  }

  /** The number of slices. */
  public int count() {
    return firsts.length;
  }

  /** Whether a slice holds nothing but the context of one hot token. */
  public boolean isHead(int slice) {
    return isHead[slice];
  }

  /** The head that a slice is a part of, or -1. */
  public int headOf(int slice) {
    return heads[slice];
  }

  /** The hot token of a head, or the first nearest token of another slice. */
  public int first(int slice) {
    return firsts[slice];
  }

  /** All heads. */
  public List<Integer> heads() {
    List<Integer> found = new ArrayList<>();
    for (int slice = 0; slice < isHead.length; slice++) {
      if (isHead[slice]) {
        found.add(slice);
      }
    }
    return found;
  }

  /**
   * The slice that windows with this context go to; never a head.
   *
   * @param first id of the nearest token; -1 for none
   * @param second stored id of the second token
   */
  public int of(int first, int second) {
    int low = isHead[0] ? 1 : 0; // what has no context goes to the first that takes windows
    int high = firsts.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      boolean begins =
          firsts[middle] < first || (firsts[middle] == first && seconds[middle] <= second);
      if (begins) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** The slice that holds the followers of a context of one token: a head if the token is hot. */
  public int ofContext(int first) {
    int slice = of(first, 0);
    return heads[slice] == NONE ? slice : heads[slice];
  }

  /** Where a slice begins, as the leading long of a key; beyond all for the last one's next. */
  long start(int slice, KeyLayout layout) {
    return slice < firsts.length
        ? layout.leading(firsts[slice] + 1, seconds[slice])
        : Long.MAX_VALUE;
  }
}
