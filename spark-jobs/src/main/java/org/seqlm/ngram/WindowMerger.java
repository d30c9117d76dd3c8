package org.seqlm.ngram;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Merges sorted runs of windows into one, the counts of equal windows added. Runs wait in memory as
 * bytes; when they are more than there is room for, they are merged into one run on the local disk.
 */
public final class WindowMerger implements Closeable {
  private static final int BUFFER = 1 << 17;

  /** Runs on disk at most before they are merged to one, so that their buffers stay small. */
  private static final int MOST_FILES = 128;

  private final KeyLayout layout;
  private final long memory;
  private final Path folder;
  private final List<byte[]> held = new ArrayList<>();
  private final List<Path> spilled = new ArrayList<>();
  private final List<InputStream> open = new ArrayList<>();
  private long heldBytes;

  /** Receives windows in rising order. */
  @FunctionalInterface
  public interface Sink {
    /** Takes a window; the key is overwritten afterwards. */
    void window(long[] key, long count) throws IOException;
  }

  /**
   * @param memory bytes of runs to hold
   * @param folder on the local disk for the others; need not exist
   */
  public WindowMerger(KeyLayout layout, long memory, Path folder) {
    this.layout = layout;
    this.memory = memory;
    this.folder = folder;
  }

  /** Takes a run. */
  public void add(byte[] run) throws IOException {
    held.add(run);
    heldBytes += run.length;
    if (heldBytes > memory) {
      spill();
    }
  }

  /** Bytes written to the local disk so far. */
  public long spilledBytes() throws IOException {
    long bytes = 0;
    for (Path file : spilled) {
      bytes += Files.size(file);
    }
    return bytes;
  }

  private void spill() throws IOException {
    boolean all = spilled.size() + 1 >= MOST_FILES;
    List<WindowRun.Reader> readers = readers(all);
    Files.createDirectories(folder);
    Path file = Files.createTempFile(folder, "windows-", ".run");
    Bytes bytes = new Bytes(BUFFER);
    WindowRun.Writer writer = new WindowRun.Writer(layout, bytes);
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
    }
    held.clear();
    heldBytes = 0;
    if (all) {
      removeFiles();
    }
    spilled.add(file);
  }

  /** Gives all windows; the merger is empty afterwards. */
  public void merge(Sink sink) throws IOException {
    merge(readers(true), sink);
    held.clear();
    heldBytes = 0;
    removeFiles();
  }

  private List<WindowRun.Reader> readers(boolean files) throws IOException {
    List<WindowRun.Reader> readers = new ArrayList<>();
    for (int i = 0; i < held.size(); i++) {
      readers.add(new WindowRun.Reader(layout, held.get(i)));
      held.set(i, null); // from now on the reader's, which lets go of it at its end
    }
    if (files) {
      for (Path file : spilled) {
        InputStream in = Files.newInputStream(file);
        open.add(in);
        readers.add(new WindowRun.Reader(layout, in, BUFFER));
      }
    }
    return readers;
  }

  private void merge(List<WindowRun.Reader> readers, Sink sink) throws IOException {
    WindowRun.Reader[] heap = new WindowRun.Reader[readers.size()];
    int size = 0;
    for (WindowRun.Reader reader : readers) {
      if (reader.next()) {
        heap[size++] = reader;
      }
    }
    for (int i = size / 2 - 1; i >= 0; i--) {
      sink(heap, i, size);
    }
    long[] key = new long[layout.longs()];
    long count = 0;
    while (size > 0) {
      WindowRun.Reader least = heap[0];
      if (count > 0 && layout.compare(least.key(), 0, key, 0) != 0) {
        sink.window(key, count);
        count = 0;
      }
      System.arraycopy(least.key(), 0, key, 0, key.length);
      count = Math.addExact(count, least.count());
      if (!least.next()) {
        heap[0] = heap[--size];
        heap[size] = null;
      }
      sink(heap, 0, size);
    }
    if (count > 0) {
      sink.window(key, count);
    }
  }

  /** Lets the reader at {@code at} sink to where no smaller one is beneath it. */
  private void sink(WindowRun.Reader[] heap, int at, int size) {
    if (at >= size) {
      return;
    }
    WindowRun.Reader moving = heap[at];
    long[] key = moving.key();
    int hole = at;
    while (true) {
      int child = 2 * hole + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && layout.compare(heap[child + 1].key(), 0, heap[child].key(), 0) < 0) {
        child++;
      }
      if (layout.compare(heap[child].key(), 0, key, 0) >= 0) {
        break;
      }
      heap[hole] = heap[child];
      hole = child;
    }
    heap[hole] = moving;
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
