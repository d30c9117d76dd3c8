package org.seqlm.ngram.count;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.UserException;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.ngram.trie.Spills;

/**
 * Merges parts of sorted windows into one, the counts of equal windows added. Parts wait in memory
 * as bytes; when they are more than there is room for, they are merged into one part on the local
 * disk.
 */
public final class WindowMerger implements Closeable {
  private static final int BUFFER = 1 << 17;

  /** Parts on disk at most before they are merged to one, so that their buffers stay small. */
  private static final int MOST_FILES = 128;

  private final KeyLayout layout;
  private final Spill spill;
  private final List<byte[]> held = new ArrayList<>();
  private final List<Path> spilled = new ArrayList<>();
  private final List<InputStream> open = new ArrayList<>();
  private WindowSource base; // null for none
  private boolean subtracts;
  private long heldBytes;

  /** Receives windows in rising order. */
  @FunctionalInterface
  public interface Sink {
    /** Takes a window; the key is overwritten afterwards. */
    void window(long[] key, long count) throws IOException;
  }

  /**
   * @param spill for parts
   */
  public WindowMerger(KeyLayout layout, Spill spill) {
    this.layout = layout;
    this.spill = spill;
  }

  /**
   * Has windows merged with those of all parts, or the parts' counts subtracted from theirs.
   *
   * @param sorted in rising order
   * @param subtract whether the parts' counts are subtracted; windows of which none are left are
   *     left out
   */
  public void base(WindowSource sorted, boolean subtract) {
    base = sorted;
    subtracts = subtract;
  }

  /** Takes a part. */
  public void add(byte[] part) throws IOException {
    held.add(part);
    heldBytes += part.length;
    if (heldBytes > spill.memory()) {
      spill();
    }
  }

  /** Bytes written to the local disk so far. */
  long spilledBytes() throws IOException {
    long bytes = 0;
    for (Path file : spilled) {
      bytes += Files.size(file);
    }
    return bytes;
  }

  private void spill() throws IOException {
    boolean all = spilled.size() + 1 >= MOST_FILES;
    List<WindowSource> readers = readers(all);
    Files.createDirectories(spill.folder());
    Path file = Files.createTempFile(spill.folder(), "windows-", ".part");
    Bytes bytes = new Bytes(BUFFER);
    SortedWindows.Writer writer = new SortedWindows.Writer(layout, bytes);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER)) {
      merge(
          readers,
          (key, count) -> {
            writer.add(key, count);
            if (bytes.size() > BUFFER / 2) {
              out.write(bytes.array(), 0, bytes.size());
              bytes.clear();
            }
          });
      out.write(bytes.array(), 0, bytes.size());
    } catch (IOException | RuntimeException | Error e) {
      delete(file, e);
      throw e;
    }
    held.clear();
    heldBytes = 0;
    if (all) {
      removeFiles();
    }
    spilled.add(file);
    Spills.add(Files.size(file));
  }

  /** Deletes a file that a failure left half written. */
  private static void delete(Path file, Throwable failure) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * Gives all windows; the merger is empty afterwards.
   *
   * @throws UserException with exit code 3 if more is subtracted than there is
   */
  public void merge(Sink sink) throws IOException {
    List<WindowSource> readers = readers(true);
    if (base != null) {
      readers.add(base);
    }
    merge(readers, sink);
    base = null;
    held.clear();
    heldBytes = 0;
    removeFiles();
  }

  private List<WindowSource> readers(boolean files) throws IOException {
    List<WindowSource> readers = new ArrayList<>();
    for (int i = 0; i < held.size(); i++) {
      readers.add(new SortedWindows.Reader(layout, held.get(i)));
      held.set(i, null); // from now on the reader's, which lets go of it at its end
    }
    if (files) {
      for (Path file : spilled) {
        InputStream in = Files.newInputStream(file);
        open.add(in);
        readers.add(new SortedWindows.Reader(layout, in, BUFFER));
      }
    }
    return readers;
  }

  private void merge(List<WindowSource> readers, Sink sink) throws IOException {
    Tournament tournament = new Tournament(readers);
    boolean subtract = subtracts && readers.contains(base);
    long[] key = new long[layout.longs()];
    long count = 0;
    boolean begun = false;
    for (WindowSource least = tournament.least(); least != null; least = tournament.next()) {
      if (begun && layout.compare(least.key(), 0, key, 0) != 0) {
        give(key, count, sink);
        count = 0;
      }
      begun = true;
      System.arraycopy(least.key(), 0, key, 0, key.length);
      count = Math.addExact(count, subtract && least != base ? -least.count() : least.count());
    }
    if (begun) {
      give(key, count, sink);
    }
  }

  private static void give(long[] key, long count, Sink sink) throws IOException {
    if (count < 0) {
      throw UserException.data(
          "what is to be subtracted holds an n-gram more often than the counts do: it is no part of"
              + " them");
    }
    if (count > 0) {
      sink.window(key, count);
    }
  }

  /**
   * Finds the reader with the least window: a tree of losers (Knuth, The Art of Computer
   * Programming, volume 3, section 5.4.1), so that a window costs one comparison a level.
   */
  public static final class Tournament {
    private final WindowSource[] readers; // null where one has ended
    private final long[] leading; // first longs of their keys
    private final int[] losers; // of each match; the first is who won them all

    /**
     * Begins with the first window of each.
     *
     * @param all sorted; of equal windows that of the first comes first
     */
    public Tournament(List<? extends WindowSource> all) throws IOException {
      int size = all.size();
      readers = all.toArray(new WindowSource[0]);
      leading = new long[size];
      losers = new int[Math.max(1, size)];
      int[] winners = new int[2 * size];
      for (int i = 0; i < size; i++) {
        advance(i);
        winners[size + i] = i;
      }
      for (int match = size - 1; match > 0; match--) {
        int a = winners[2 * match];
        int b = winners[2 * match + 1];
        winners[match] = less(a, b) ? a : b;
        losers[match] = less(a, b) ? b : a;
      }
      losers[0] = size == 0 ? 0 : winners[1];
    }

    /** The reader with the least window, or null if all have ended. */
    public WindowSource least() {
      return readers.length == 0 ? null : readers[losers[0]];
    }

    /** Goes on from the least window to the next one, and gives its reader. */
    public WindowSource next() throws IOException {
      int winner = losers[0];
      advance(winner);
      for (int match = winner + readers.length >> 1; match > 0; match >>= 1) {
        int other = losers[match];
        if (less(other, winner)) {
          losers[match] = winner;
          winner = other;
        }
      }
      losers[0] = winner;
      return readers[winner];
    }

    private void advance(int i) throws IOException {
      if (readers[i].next()) {
        leading[i] = readers[i].key()[0];
      } else {
        readers[i] = null;
        leading[i] = Long.MAX_VALUE;
      }
    }

    private boolean less(int a, int b) {
      return leading[a] == leading[b] ? lessBehind(a, b) : leading[a] < leading[b];
    }

    /** Where the first longs are the same. */
    private boolean lessBehind(int a, int b) {
      if (readers[a] == null || readers[b] == null) {
        return readers[a] != null;
      }
      long[] one = readers[a].key();
      long[] other = readers[b].key();
      for (int j = 1; j < one.length; j++) {
        if (one[j] != other[j]) {
          return one[j] < other[j];
        }
      }
      return a < b;
    }
  }

  private void removeFiles() throws IOException {
    for (InputStream in : open) {
      in.close();
    }
    open.clear();
    for (Path file : spilled) {
      Files.deleteIfExists(file);
    }
    spilled.clear();
  }

  @Override
  public void close() throws IOException {
    held.clear();
    removeFiles();
  }
}
