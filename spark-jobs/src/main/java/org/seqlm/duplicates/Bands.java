package org.seqlm.duplicates;

import java.io.Serializable;
import java.util.Locale;
import org.seqlm.Problems;
import org.seqlm.UserException;
import org.seqlm.text.Hash128;

/**
 * How signatures are cut into bands: sets that agree in all rows of a band are candidates, which
 * those of Jaccard similarity J become with probability {@code 1 - (1 - J^rows)^bands}, an S-curve
 * in J (Leskovec, Rajaraman &amp; Ullman, "Mining of Massive Datasets", section 3.4.2).
 *
 * @param bands 1 or more
 * @param rows of each, 1 or more
 */
public record Bands(int bands, int rows) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Values of a signature, at most. */
  public static final int MOST_VALUES = 1024;

  /** Checks the values. */
  public Bands {
    new Problems()
        .inRange("near.bands", bands, 1, MOST_VALUES)
        .inRange("near.rows", rows, 1, MOST_VALUES)
        .require(
            (long) bands * rows <= MOST_VALUES,
            "near.bands x near.rows must be at most "
                + MOST_VALUES
                + ", but is "
                + (long) bands * rows)
        .throwIfAny();
  }

  /**
   * The most rows, then the fewest bands, of signatures of at most {@code most} values with which
   * sets of a similarity become candidates often enough: with more rows fewer that are less alike
   * do.
   *
   * @param threshold the similarity, above 0, at most 1
   * @param recall how often, above 0, below 1
   * @throws UserException with exit code 2 if there are none
   */
  public static Bands of(double threshold, double recall, int most) {
    for (int rows = most; rows >= 1; rows--) {
      double of = Math.pow(threshold, rows);
      if (of >= 1) {
        return new Bands(1, Math.min(most, 16)); // equal sets agree everywhere
      }
      int bands = (int) Math.max(1, Math.ceil(Math.log1p(-recall) / Math.log1p(-of)));
      if ((long) bands * rows <= most) {
        return new Bands(bands, rows);
      }
    }
    throw UserException.configuration(
        String.format(
            Locale.ROOT,
            "near.recall %s at a threshold of %s needs signatures of more than the %d values of"
                + " near.values: give a lower recall, a higher threshold or more values",
            recall,
            threshold,
            most));
  }

  /** Values of a signature. */
  public int values() {
    return bands * rows;
  }

  /** How likely sets of a similarity become candidates, 0 to 1. */
  public double probability(double similarity) {
    return 1 - Math.pow(1 - Math.pow(similarity, rows), bands);
  }

  /**
   * The mean of that over similarities which are evenly spread between two: the recall that is to
   * be expected where nothing else is known of the pairs.
   */
  public double recall(double from, double to) {
    if (from == to) {
      return probability(from);
    }
    // Simpson's rule; the curve is smooth.
    int parts = 256;
    double sum = probability(from) + probability(to);
    for (int i = 1; i < parts; i++) {
      sum += (i % 2 == 0 ? 2 : 4) * probability(from + (to - from) * i / parts);
    }
    return sum / (3 * parts);
  }

  /**
   * What sets have in common that agree in a band.
   *
   * @param signature of {@link #values}
   * @return (band): a hash of the band's number and values
   */
  public long[] keys(int[] signature) {
    long[] keys = new long[bands];
    for (int band = 0; band < bands; band++) {
      long key = Hash128.mix(band + 1);
      for (int row = 0; row < rows; row++) {
        key = Hash128.mix(key * 31 + signature[band * rows + row]);
      }
      keys[band] = key;
    }
    return keys;
  }
}
