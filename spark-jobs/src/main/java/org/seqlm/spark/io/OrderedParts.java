package org.seqlm.spark.io;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
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
    if (held[number] != null) {
      target.write(held[number]);
    } else if (sizes[number] > 0) {
      try (var channel = Files.newByteChannel(file).position(offsets[number])) {
        InputStream in = Channels.newInputStream(channel);
        byte[] buffer = new byte[(int) Math.min(sizes[number], 1 << 16)];
        for (int left = sizes[number]; left > 0; ) {
          int read = in.read(buffer, 0, Math.min(left, buffer.length));
          if (read < 0) {
            throw new IOException(file + " is cut short");
          }
          target.write(buffer, 0, read);
          left -= read;
        }
      }
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
