package org.seqlm.corpus.example;

import java.io.Serializable;
import org.seqlm.dataset.Examples;
import org.seqlm.dataset.Split;
import org.seqlm.text.Hash128;

/**
 * How the examples of each split are mixed and cut into blocks: an example's key is a hash of its
 * split and its place among all examples. Examples stand in the order of their keys, and the keys
 * are cut into stretches of one length, a block each, so that a block needs no other to be made. A
 * block's size varies as a binomial does: by cutting for {@value #MEAN} on average none comes to
 * more than {@link Examples#BLOCK_EXAMPLES} (8 standard deviations away).
 */
public final class BlockCut implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Examples of a full block, on average. */
  private static final int MEAN = Examples.BLOCK_EXAMPLES - (1 << 10);

  /** Fewer, on average, and a block might have none (e^-64). */
  private static final int LEAST_MEAN = 64;

  private static final long SEED = 0;

  private final int[] blocks = new int[Split.values().length];
  private final int[] firsts = new int[blocks.length + 1];

  public BlockCut(ReadExamples read) {
    for (Split split : Split.values()) {
      int s = split.ordinal();
      blocks[s] = blocks(read.examples(split), read.blockBytes(split));
      firsts[s + 1] = firsts[s] + blocks[s];
    }
  }

  /**
   * The number of blocks of some examples; 0 of none.
   *
   * @param bytes that they have in blocks
   */
  static int blocks(long examples, long bytes) {
    if (examples == 0) {
      return 0;
    }
    long wanted = Math.max((examples - 1) / MEAN, (bytes - 1) / Examples.BLOCK_BYTES) + 1;
    return (int) Math.max(1, Math.min(wanted, examples / LEAST_MEAN));
  }

  /** Blocks of a split. */
  public int blocks(Split split) {
    return blocks[split.ordinal()];
  }

  /** Blocks of all splits. */
  public int all() {
    return firsts[blocks.length];
  }

  /** The split of a block. */
  public Split split(int block) {
    int s = 0;
    while (block >= firsts[s + 1]) {
      s++;
    }
    return Split.values()[s];
  }

  /** The place of a block in its split. */
  public int place(int block) {
    return block - firsts[split(block).ordinal()];
  }

  /**
   * The key of an example; as an unsigned number it has the order of its split.
   *
   * @param split its place among all splits
   * @param position among the examples of all splits
   */
  public static long key(int split, long position) {
    return Hash128.mix(Hash128.mix(SEED * 31 + split + 1) ^ Hash128.mix(position + 1));
  }

  /** The block, among all splits', of a key. */
  public int block(int split, long key) {
    // The upper half of the product of two unsigned numbers.
    long place = Math.multiplyHigh(key, (long) blocks[split]) + (key < 0 ? blocks[split] : 0);
    return firsts[split] + (int) place;
  }
}
