package org.seqlm.spark.duplicates;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import org.seqlm.spark.task.TaskMemory;

/**
 * Rows of numbers that a task makes all at once and hands on one by one: they wait in a file on its
 * local disk, since a range has more of them than a task may hold. The file goes with the task.
 */
final class LongRows implements Iterator<long[]>, Closeable {
  private final Path file;
  private DataOutputStream out;
  private DataInputStream in;
  private long left;

  private LongRows(Path file) throws IOException {
    this.file = file;
    out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16));
  }

  /** Begins them. */
  static LongRows open(TaskContext task) throws IOException {
    Path folder = TaskMemory.localFolder("duplicates");
    Files.createDirectories(folder);
    LongRows rows = new LongRows(Files.createTempFile(folder, "rows-", ".long"));
    TaskCompletionListener close =
        ended -> {
          try {
            rows.close();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    task.addTaskCompletionListener(close);
    return rows;
  }

  /** Adds a row. */
  void add(long... row) {
    try {
      out.writeInt(row.length);
      for (long value : row) {
        out.writeLong(value);
      }
      left++;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends writing; the rows can be read, once. */
  LongRows read() throws IOException {
    out.close();
    in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
    return this;
  }

  @Override
  public boolean hasNext() {
    return left > 0;
  }

  @Override
  public long[] next() {
    if (left == 0) {
      throw new NoSuchElementException();
    }
    try {
      long[] row = new long[in.readInt()];
      for (int i = 0; i < row.length; i++) {
        row[i] = in.readLong();
      }
      if (--left == 0) {
        close();
      }
      return row;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    try (DataOutputStream first = out;
        DataInputStream second = in) {
      // Both are closed.
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
