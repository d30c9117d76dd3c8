package org.seqlm.spark.io;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import org.seqlm.ngram.trie.Spill;

/**
 * Parts of one whole that come from other tasks in any order and are wanted in the order of their
 * numbers. What is more than a bound waits on the local disk.
 */
public final class OrderedParts implements Closeable {
  private final Spill spill;
  private final byte[][] held; // by number; null where a part is not here or on the disk
  private final long[] offsets; // in the file
  private final int[] sizes;
  private long heldBytes;
  private long written;
  private Path file; // null while nothing is there
  private OutputStream out;

  /**
   * @param count parts are numbered from 0 to this
   */
  public OrderedParts(int count, Spill spill) {
    this.spill = spill;
    this.held = new byte[count][];
    this.offsets = new long[count];
    this.sizes = new int[count];
  }

  /** Takes a part, once. */
  public void put(int number, byte[] part) throws IOException {
    held[number] = part;
    sizes[number] = part.length;
    heldBytes += part.length;
    if (heldBytes > spill.memory()) {
      write();
    }
  }

  private void write() throws IOException {
    if (file == null) {
      Files.createDirectories(spill.folder());
      file = Files.createTempFile(spill.folder(), "parts-", ".part");
      out = Files.newOutputStream(file);
    }
    for (int number = 0; number < held.length; number++) {
      if (held[number] != null) {
        offsets[number] = written;
        out.write(held[number]);
        written += held[number].length;
        held[number] = null;
      }
    }
    heldBytes = 0;
  }

  /** Bytes of a part; 0 where none came. */
  public int size(int number) {
    return sizes[number];
  }

  /** Writes a part; nothing where none came. */
  public void writeTo(int number, OutputStream target) throws IOException {
    try (InputStream in = open(number)) {
      in.transferTo(target);
    }
  }

  /** Opens some parts, one after the other. */
  public InputStream open(int from, int to) {
    return new SequenceInputStream(
        new Enumeration<>() {
          private int next = from;

          @Override
          public boolean hasMoreElements() {
            return next < to;
          }

          @Override
          public InputStream nextElement() {
            try {
              return open(next++);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        });
  }

  private InputStream open(int number) throws IOException {
    if (held[number] != null) {
      return new ByteArrayInputStream(held[number]);
    }
    if (sizes[number] == 0) {
      return InputStream.nullInputStream();
    }
    FileInputStream whole = new FileInputStream(file.toFile());
    try {
      whole.getChannel().position(offsets[number]);
    } catch (IOException | RuntimeException e) {
      whole.close();
      throw e;
    }
    return new Section(whole, sizes[number]);
  }

  /** The next bytes of a file. */
  private static final class Section extends FilterInputStream {
    private int left;

    Section(InputStream in, int size) {
      super(in);
      this.left = size;
    }

    @Override
    public int read() throws IOException {
      int b = left == 0 ? -1 : super.read();
      left -= b < 0 ? 0 : 1;
      return b;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int read = left == 0 ? -1 : super.read(bytes, from, Math.min(length, left));
      left -= Math.max(0, read);
      return read;
    }
  }

  /** Removes what is on the local disk. */
  @Override
  public void close() throws IOException {
    if (file != null) {
      try {
        out.close();
      } finally {
        Files.deleteIfExists(file);
      }
    }
  }
}
