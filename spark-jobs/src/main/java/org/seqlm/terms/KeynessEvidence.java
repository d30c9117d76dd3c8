package org.seqlm.terms;

import java.util.Arrays;
import org.seqlm.terms.DocumentBootstrap.Interval;

/**
 * What the documents of two corpora say of a word beside its counts: an interval of its log ratio,
 * and how evenly it is spread in each. One thread's.
 */
public final class KeynessEvidence {
  /** Weights that are kept, in bytes; more are drawn anew for each word. */
  private static final long MOST_WEIGHTS = 1 << 26;

  /**
   * How documents are drawn.
   *
   * @param replicates how often, 0 for no intervals
   * @param confidence of intervals, above 0 and below 1
   * @param seed of the draws
   */
  public record Draws(int replicates, double confidence, long seed)
      implements java.io.Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Of a word.
   *
   * @param logRatio its interval; null where there are too few documents
   * @param spread in the target, then in the reference // (2)
   */
  public record Found(Interval logRatio, Spread[] spread) {}

  /**
   * How evenly a word is spread in a corpus; NaN where that cannot be said.
   *
   * @param normalisedDp over blocks, which are documents where they are not too many
   * @param juillandD over parts of one size
   */
  public record Spread(double normalisedDp, double juillandD) {
    /** Parts of fewer tokens are parts of no text. */
    private static final long LEAST_PART = 10;

    /**
     * Of a word.
     *
     * @param blocks its counts in each // (blocks)
     * @param blockSizes tokens of each // (blocks)
     * @param parts its counts in each part of one size // (parts)
     * @param partSizes tokens of each // (parts)
     */
    public static Spread of(long[] blocks, long[] blockSizes, long[] parts, long[] partSizes) {
      long count = Arrays.stream(blocks).sum();
      long tokens = Arrays.stream(blockSizes).sum();
      boolean several = Arrays.stream(blockSizes).filter(size -> size > 0).limit(2).count() == 2;
      double dp =
          count > 0 && several ? Dispersion.of(blocks, blockSizes).normalisedDp() : Double.NaN;
      boolean enough = count > 0 && tokens >= LEAST_PART * partSizes.length;
      return new Spread(dp, enough ? Dispersion.of(parts, partSizes).juillandD() : Double.NaN);
    }
  }

  private final long[][] blockSizes; // (2, blocks)
  private final long[][] partSizes; // (2, parts)
  private final Draws draws;
  private final boolean drawn;
  private final byte[][][] weights; // (2, blocks, replicates); null where they are too many
  private final long[][] totals; // (2, replicates)

  /**
   * Begins.
   *
   * @param blockSizes tokens of each block of the target, then of the reference // (2, blocks)
   * @param partSizes of each part of one size // (2, parts)
   */
  public KeynessEvidence(long[][] blockSizes, long[][] partSizes, Draws draws) {
    this.blockSizes = blockSizes;
    this.partSizes = partSizes;
    this.draws = draws;
    this.drawn =
        draws.replicates() > 0
            && Math.min(blockSizes[0].length, blockSizes[1].length)
                >= DocumentBootstrap.LEAST_DOCUMENTS;
    long bytes = (long) (blockSizes[0].length + blockSizes[1].length) * draws.replicates();
    this.weights = drawn && bytes <= MOST_WEIGHTS ? new byte[2][][] : null;
    this.totals = new long[2][draws.replicates()];
    for (int side = 0; side < 2; side++) {
      if (weights != null) {
        weights[side] = new byte[blockSizes[side].length][];
      }
      for (int block = 0; block < blockSizes[side].length; block++) {
        long size = blockSizes[side][block];
        if (drawn) {
          add(totals[side], weights(side, block), size);
        }
      }
    }
  }

  private byte[] weights(int side, int block) {
    if (weights != null && weights[side][block] != null) {
      return weights[side][block];
    }
    byte[] drawn = new byte[draws.replicates()];
    for (int r = 0; r < drawn.length; r++) {
      drawn[r] = (byte) DocumentBootstrap.weight(draws.seed(), r, 2L * block + side);
    }
    if (weights != null) {
      weights[side][block] = drawn;
    }
    return drawn;
  }

  private static void add(long[] sums, byte[] weights, long count) {
    for (int r = 0; r < sums.length; r++) {
      sums[r] += weights[r] * count;
    }
  }

  /**
   * A word.
   *
   * @param blocks its counts in the blocks of each side // (2, blocks)
   * @param parts in the parts of one size // (2, parts)
   */
  public Found of(long[][] blocks, long[][] parts) {
    Spread[] spread = {
      Spread.of(blocks[0], blockSizes[0], parts[0], partSizes[0]),
      Spread.of(blocks[1], blockSizes[1], parts[1], partSizes[1])
    };
    if (!drawn) {
      return new Found(null, spread);
    }
    long[][] sums = new long[2][draws.replicates()];
    for (int side = 0; side < 2; side++) {
      for (int block = 0; block < blocks[side].length; block++) {
        if (blocks[side][block] > 0) {
          add(sums[side], weights(side, block), blocks[side][block]);
        }
      }
    }
    double[] ratios = DocumentBootstrap.logRatios(sums[0], sums[1], totals[0], totals[1]);
    return new Found(DocumentBootstrap.interval(ratios, draws.confidence()), spread);
  }
}
