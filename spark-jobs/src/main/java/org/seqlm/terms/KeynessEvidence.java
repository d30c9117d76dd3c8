package org.seqlm.terms;

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
  public record Spread(double normalisedDp, double juillandD) {}

  private final long[][] blockSizes; // (2, blocks)
  private final long[][] partSizes; // (2, parts)
  private final Draws draws;
  private final boolean drawn;
  private final byte[][][] weights; // (2, blocks, replicates); null where they are too many
  private final long[][] totals; // (2, replicates)
  private final long[] tokens = new long[2];
  private final long[] least = new long[2];
  private final long[] filled = new long[2];

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
      least[side] = Long.MAX_VALUE;
      for (int block = 0; block < blockSizes[side].length; block++) {
        long size = blockSizes[side][block];
        tokens[side] += size;
        if (size > 0) {
          least[side] = Math.min(least[side], size);
          filled[side]++;
        }
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
    Spread[] spread = {spread(0, blocks, parts), spread(1, blocks, parts)};
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

  private Spread spread(int side, long[][] blocks, long[][] parts) {
    long count = 0;
    for (long here : blocks[side]) {
      count += here;
    }
    double dp = Double.NaN;
    if (count > 0 && filled[side] >= 2) {
      Dispersion documents = new Dispersion(count, filled[side], tokens[side], least[side]);
      for (int block = 0; block < blocks[side].length; block++) {
        documents.add(blocks[side][block], blockSizes[side][block]);
      }
      dp = documents.normalisedDp();
    }
    // Parts of a token or two are parts of no text.
    boolean enough = count > 0 && tokens[side] >= 10L * partSizes[side].length;
    double d = enough ? Dispersion.of(parts[side], partSizes[side]).juillandD() : Double.NaN;
    return new Spread(dp, d);
  }
}
