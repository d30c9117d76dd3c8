package org.seqlm.ngram.smooth;

import java.io.Serializable;
import java.util.Arrays;
import org.seqlm.ngram.count.Passages;

/**
 * Which n-grams a model leaves out: those that appear no more often than their order's threshold,
 * and those with a word outside a limited vocabulary. What is left out still counts: its mass goes
 * to the back-off. An n-gram that stays has all its parts in the model, as thresholds never fall.
 */
public final class Pruning implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Leaves nothing out. */
  public static final Pruning NONE = new Pruning(new long[] {0}, null);

  private final long[] thresholds;
  private final long[] allowed; // a bit an id; null for all

  private Pruning(long[] thresholds, long[] allowed) {
    this.thresholds = thresholds;
    this.allowed = allowed;
  }

  /**
   * @param thresholds from order 1 on, never falling; the last holds for all higher orders too
   * @param allowed a bit an id, as {@link java.util.BitSet#toLongArray} gives them; null for all
   */
  public static Pruning of(long[] thresholds, long[] allowed) {
    if (thresholds.length == 0) {
      throw new IllegalArgumentException("no thresholds");
    }
    return new Pruning(thresholds.clone(), allowed == null ? null : allowed.clone());
  }

  /** Whether anything can be left out. */
  public boolean isNone() {
    return allowed == null && Arrays.stream(thresholds).allMatch(threshold -> threshold == 0);
  }

  /** The raw count that an n-gram of an order must exceed. */
  public long threshold(int order) {
    return thresholds[Math.min(order, thresholds.length) - 1];
  }

  /** Whether a word may stand in the model's n-grams; reserved words always may. */
  public boolean allows(int id) {
    return allowed == null || (id >> 6 < allowed.length && (allowed[id >> 6] >>> id & 1) != 0);
  }

  /** Whether an n-gram stays that ends with {@code id}, if what precedes it does. */
  public boolean keeps(int order, int id, long raw, Passages passages) {
    return raw > threshold(order) && (passages.reserved(id) || allows(id));
  }
}
