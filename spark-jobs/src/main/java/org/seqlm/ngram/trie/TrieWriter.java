package org.seqlm.ngram.trie;

import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes the file of a slice, block by block: see {@link TrieBlock}. A block ends only where a
 * context of one token does, and all of a slice may stand beneath one; so what of a level is larger
 * than a bound waits on the local disk until the block ends.
 */
public final class TrieWriter implements Closeable {
  /** A block is ended when it is as large. */
  private static final int BLOCK_BYTES = 1 << 20;

  private final DataOutputStream out;
  private final Spill spill;
  private final Bytes[] levels; // by the contexts' length, from 1 // (N)
  private final Path[] files; // null while a level is in memory
  private final OutputStream[] open;
  private final long[] spilled; // bytes in files
  private final Bytes withoutContext = new Bytes(64);
  private boolean begun;
  private final int most; // bytes of a level in memory

  /**
   * Begins a file.
   *
   * @param out stays open
   * @param order N
   */
  public TrieWriter(OutputStream out, TrieBlock.Content content, int order, Spill spill)
      throws IOException {
    this.out = new DataOutputStream(out);
    this.spill = spill;
    this.levels = new Bytes[order];
    for (int d = 1; d < order; d++) {
      levels[d] = new Bytes(1 << 12);
    }
    this.files = new Path[order];
    this.open = new OutputStream[order];
    this.spilled = new long[order];
    this.most = (int) Math.min(1 << 28, spill.memory() / (order - 1));
    this.out.writeInt(TrieBlock.MAGIC);
    this.out.writeByte(TrieBlock.VERSION);
    this.out.writeByte(content.ordinal());
    this.out.writeByte(order);
  }

  /** Where what has no context goes, before any record is written. */
  public Bytes withoutContext() {
    return withoutContext;
  }

  private void begin() throws IOException {
    if (!begun) {
      out.writeInt(withoutContext.size());
      out.write(withoutContext.array(), 0, withoutContext.size());
      begun = true;
    }
  }

  /** Where the next record of a context of so many tokens goes. */
  public Bytes level(int length) {
    return levels[length];
  }

  /** Is told when a record is written. */
  public void written(int length) throws IOException {
    if (levels[length].size() > most) {
      spill(length);
    }
  }

  /** Writes what belongs to the record at hand, a little at a time. */
  public void write(int length, SpilledBytes records) throws IOException {
    records.writeTo(this, length);
  }

  private void spill(int length) throws IOException {
    if (files[length] == null) {
      Files.createDirectories(spill.folder());
      files[length] = Files.createTempFile(spill.folder(), "level-", ".part");
      open[length] = Files.newOutputStream(files[length]);
    }
    Bytes level = levels[length];
    open[length].write(level.array(), 0, level.size());
    spilled[length] += level.size();
    Spills.add(level.size());
    level.clear();
  }

  /**
   * Is told when a context of one token and all beneath it are written.
   *
   * @return whether the block has ended here: what follows is not written as a difference
   */
  public boolean endContext() throws IOException {
    long bytes = 0;
    for (int d = 1; d < levels.length; d++) {
      bytes += spilled[d] + levels[d].size();
    }
    if (bytes < BLOCK_BYTES) {
      return false;
    }
    endBlock();
    return true;
  }

  private void endBlock() throws IOException {
    begin();
    for (int d = 1; d < levels.length; d++) {
      out.writeLong(spilled[d] + levels[d].size());
    }
    for (int d = 1; d < levels.length; d++) {
      if (files[d] != null) {
        open[d].close();
        Files.copy(files[d], out);
      }
      out.write(levels[d].array(), 0, levels[d].size());
      levels[d].clear();
    }
    close();
    out.flush();
  }

  /** Ends the file. */
  public void finish() throws IOException {
    begin();
    for (int d = 1; d < levels.length; d++) {
      if (spilled[d] + levels[d].size() > 0) {
        endBlock();
        return;
      }
    }
    out.flush();
  }

  /** Removes what is on the local disk. */
  @Override
  public void close() throws IOException {
    for (int d = 1; d < levels.length; d++) {
      if (files[d] != null) {
        if (open[d] != null) {
          open[d].close();
        }
        Files.deleteIfExists(files[d]);
        files[d] = null;
        open[d] = null;
        spilled[d] = 0;
      }
    }
  }
}
