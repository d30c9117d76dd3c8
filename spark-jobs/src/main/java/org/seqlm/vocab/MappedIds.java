package org.seqlm.vocab;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.IntBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.IntUnaryOperator;

/**
 * What each id of a vocabulary becomes in another, in a file on the local disk that is mapped into
 * memory: the operating system keeps as much of it there as it has room for, and the heap holds
 * none. Safe for any number of threads.
 */
public final class MappedIds implements IntUnaryOperator {
  /** Ids of one mapping: 1 GiB of them, as a buffer of Java's has less than 2. */
  private static final int EACH_BITS = 28;

  private final int bits;
  private final IntBuffer[] parts;

  private MappedIds(int bits, IntBuffer[] parts) {
    this.bits = bits;
    this.parts = parts;
  }

  /**
   * Copies what the ids become to a file without a name, which goes when nobody holds this any
   * more.
   *
   * @param in an int32 an id, the highest byte first; stays open
   * @param size ids
   * @param folder on the local disk
   * @throws EOFException if there are fewer
   */
  public static MappedIds copy(InputStream in, int size, Path folder) throws IOException {
    return copy(in, size, folder, EACH_BITS);
  }

  static MappedIds copy(InputStream in, int size, Path folder, int bits) throws IOException {
    Files.createDirectories(folder);
    Path file = Files.createTempFile(folder, "ids-", ".int32");
    try {
      long bytes = 4L * size;
      try (OutputStream out = Files.newOutputStream(file)) {
        if (in.transferTo(out) != bytes) {
          throw new EOFException(
              "what " + size + " ids become takes " + bytes + " bytes, not " + Files.size(file));
        }
      }
      IntBuffer[] parts = new IntBuffer[(int) ((size + (1L << bits) - 1) >>> bits)];
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        for (int part = 0; part < parts.length; part++) {
          long from = 4L * part << bits;
          long length = Math.min(4L << bits, bytes - from);
          parts[part] = channel.map(FileChannel.MapMode.READ_ONLY, from, length).asIntBuffer();
        }
      }
      return new MappedIds(bits, parts);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  @Override
  public int applyAsInt(int id) {
    return parts[id >>> bits].get(id & (1 << bits) - 1);
  }
}
