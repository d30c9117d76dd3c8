package org.seqlm.spark.examples;

import java.io.Serializable;
import org.apache.spark.Partitioner;

/**
 * Where an example goes: its block, or file, and within it the order of the keys, which are
 * unsigned.
 */
public final class ExampleKey implements Comparable<ExampleKey>, Serializable {
  private static final long serialVersionUID = 1L;

  private final int block;
  private final long key;

  /** Of a block and a key. */
  public ExampleKey(int block, long key) {
    this.block = block;
    this.key = key;
  }

  /** The block. */
  public int block() {
    return block;
  }

  @Override
  public int compareTo(ExampleKey other) {
    return block != other.block
        ? Integer.compare(block, other.block)
        : Long.compareUnsigned(key, other.key);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ExampleKey one && one.block == block && one.key == key;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(key * 31 + block);
  }

  /** Consecutive blocks to each of some tasks. */
  public static final class ByBlock extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int tasks;
    private final int blocks;

    /** Tasks, at most as many as blocks. */
    public ByBlock(int tasks, int blocks) {
      this.tasks = tasks;
      this.blocks = blocks;
    }

    @Override
    public int numPartitions() {
      return tasks;
    }

    @Override
    public int getPartition(Object key) {
      return (int) ((long) ((ExampleKey) key).block * tasks / blocks);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ByBlock one && one.tasks == tasks && one.blocks == blocks;
    }

    @Override
    public int hashCode() {
      return tasks * 31 + blocks;
    }
  }
}
