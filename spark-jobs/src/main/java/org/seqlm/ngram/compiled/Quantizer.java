package org.seqlm.ngram.compiled;

import java.io.Closeable;
import java.io.IOException;
import org.seqlm.ngram.trie.Spill;

/**
 * Logarithms of one kind, log10 p or log10 γ, in a few bits: they are sorted and cut into bins of
 * equally many, and each is replaced by what stands for a bin, the nearest (Federico &amp; Bertoldi
 * 2006, "How many bits are needed to store probabilities for phrase-based translation?"; KenLM's
 * {@code -q} and {@code -b}). What stands for a bin is the logarithm of its mean probability, where
 * KenLM takes the mean logarithm: so the probabilities of a bin add up to what they did. The first
 * code may stand for a value of its own, which stays exact.
 */
final class Quantizer implements Closeable {
  private final int bits;
  private final float exact; // the first code's value
  private final RecordSort values; // all others
  private final int[] record = new int[1];
  private boolean meetsExact;
  private float[] means; // by code, rising but for the exact one; null until trained

  /**
   * @param bits of a code, 2 to 16
   * @param exact a value that has a code of its own if it comes at all
   */
  Quantizer(int bits, float exact, Spill spill) {
    this.bits = bits;
    this.exact = exact;
    this.values = new RecordSort(1, 1, spill);
  }

  /** Adds a value that is to be replaced. */
  void add(float value) throws IOException {
    if (isExact(value)) {
      meetsExact = true;
      return;
    }
    record[0] = rising(value);
    values.add(record);
  }

  /** A number that, unsigned, rises with a value. */
  private static int rising(float value) {
    int raw = Float.floatToIntBits(value);
    return raw < 0 ? ~raw : raw ^ Integer.MIN_VALUE;
  }

  /** The value of such a number. */
  private static float value(int rising) {
    return Float.intBitsToFloat(rising < 0 ? rising ^ Integer.MIN_VALUE : ~rising);
  }

  private boolean isExact(float value) {
    return value == exact || (Float.isNaN(value) && Float.isNaN(exact));
  }

  /** Finds what stands for each bin. */
  void train() throws IOException {
    means = new float[1 << bits];
    int first = meetsExact ? 1 : 0;
    means[0] = exact;
    long bins = means.length - first;
    RecordSort.Cursor sorted = values.sorted();
    long at = 0;
    float last = Float.NEGATIVE_INFINITY;
    for (int bin = 0; bin < bins; bin++) {
      long end = Math.floorDiv(values.size() * (bin + 1), bins);
      long size = end - at;
      double sum = 0;
      for (; at < end; at++) {
        sorted.next();
        sum += Math.pow(10, value(sorted.record()[0]));
      }
      // A bin of none is as the one before, and never chosen.
      last = size > 0 ? (float) Math.log10(sum / size) : last;
      means[first + bin] = last;
    }
  }

  /** The means by code // (2^bits). */
  float[] means() {
    return means;
  }

  /** The code of the mean that is nearest to a value. */
  int code(float value) {
    int first = meetsExact ? 1 : 0;
    if (meetsExact && isExact(value)) {
      return 0;
    }
    int from = first;
    int to = means.length - 1;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (means[middle] < value) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    boolean below = from > first && value - means[from - 1] < means[from] - value;
    return below || (from > first && Float.isInfinite(means[from]) && value != means[from])
        ? from - 1
        : from;
  }

  /** Removes what is on the local disk. */
  @Override
  public void close() throws IOException {
    values.close();
  }
}
