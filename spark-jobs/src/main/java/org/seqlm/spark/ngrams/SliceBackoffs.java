package org.seqlm.spark.ngrams;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.seqlm.ngram.smooth.BackoffExchange;
import scala.Tuple2;

/**
 * Back-off weights on their way from the slice whose contexts have them to one where the same words
 * are n-grams; see {@link BackoffExchange}.
 */
public final class SliceBackoffs implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int slice;
  private final byte[] bytes;

  private SliceBackoffs(int slice, byte[] bytes) {
    this.slice = slice;
    this.bytes = bytes;
  }

  /** What a slice sends, with the numbers of those that it goes to. */
  static List<Tuple2<Integer, Object>> drain(BackoffExchange.Writer collected, int slice) {
    List<Tuple2<Integer, Object>> sent = new ArrayList<>();
    collected.drain((bytes, to) -> sent.add(new Tuple2<>(to, new SliceBackoffs(slice, bytes))));
    return sent;
  }

  /** The weights in the order of the slices that they come from. */
  static List<byte[]> sorted(List<SliceBackoffs> received) {
    return received.stream()
        .sorted(Comparator.comparingInt(backoffs -> backoffs.slice))
        .map(backoffs -> backoffs.bytes)
        .toList();
  }
}
