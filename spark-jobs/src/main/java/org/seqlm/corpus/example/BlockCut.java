package org.seqlm.corpus.example;

import java.io.Serializable;
import org.seqlm.dataset.Examples;
import org.seqlm.dataset.Split;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.learner.KeyedPermutation;
import org.seqlm.text.Hash128;

/**
 * How the examples of each split are mixed and cut into blocks: an example's key is a hash of its
 * split and its place among all examples. Examples stand in the order of their keys, and the keys
 * are cut into stretches of one length, a block each, so that a block needs no other to be made. A
 * block's size varies as a binomial does: by cutting for {@value #MEAN} on average none comes to
 * more than {@link Examples#BLOCK_EXAMPLES} (8 standard deviations away).
 *
 * <p>Of a split whose examples are so large that {@value #LEAST_MEAN} of them are more than {@link
 * Examples#BLOCK_BYTES}, as clips are, the key is a place in a keyed permutation of the split, and
 * blocks have one number of examples, as many as fit on average, at least one.
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
  private final long[] examples = new long[blocks.length];
  private final long[] sizes = new long[blocks.length]; // of a block; 0 where sizes vary

  public BlockCut(ReadExamples read) {
    for (Split split : Split.values()) {
      int s = split.ordinal();
      examples[s] = read.examples(split);
      sizes[s] = size(examples[s], read.blockBytes(split));
      blocks[s] = blocks(examples[s], read.blockBytes(split));
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
    long size = size(examples, bytes);
    return Math.toIntExact(
        size > 0 ? (examples - 1) / size + 1 : Math.min(wanted(examples, bytes), most(examples)));
  }

  private static long wanted(long examples, long bytes) {
    return Math.max((examples - 1) / MEAN, (bytes - 1) / Examples.BLOCK_BYTES) + 1;
  }

  /** Blocks that keys may be cut into. */
  private static long most(long examples) {
    return Math.max(1, examples / LEAST_MEAN);
  }

  /** Examples of a block but the last, where bytes allow fewer than a cut of keys; else 0. */
  private static long size(long examples, long bytes) {
    return examples == 0 || wanted(examples, bytes) <= most(examples)
        ? 0
        : Math.max(1, (long) (Examples.BLOCK_BYTES / ((double) bytes / examples)));
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
   * @param own position among those of its split
   */
  public long key(int split, long position, long own) {
    return sizes[split] > 0
        ? KeyedPermutation.at(KeyedRandom.of(SEED, "blocks", split), own, examples[split])
        : Hash128.mix(Hash128.mix(SEED * 31 + split + 1) ^ Hash128.mix(position + 1));
  }

  /** The block, among all splits', of a key. */
  public int block(int split, long key) {
    if (sizes[split] > 0) {
      return firsts[split] + (int) (key / sizes[split]);
    }
    // The upper half of the product of two unsigned numbers.
    long place = Math.multiplyHigh(key, (long) blocks[split]) + (key < 0 ? blocks[split] : 0);
    return firsts[split] + (int) place;
  }
}
