package org.seqlm.ngram.trie;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Bytes that are written one after the other and read again in pieces, many pieces side by side and
 * while more is written: in memory, and beyond a bound on the local disk.
 */
public final class SpilledRuns implements Closeable {
  private static final int MOST_HELD = 1 << 28;

  private final Spill spill;
  private final int most; // bytes in memory
  private final Bytes held = new Bytes(64);
  private long onDisk; // bytes, which stand before those held
  private Path file; // null while nothing is there
  private FileChannel channel;

  /** Begins without a byte. */
  public SpilledRuns(Spill spill) {
    this.spill = spill;
    this.most = (int) Math.min(MOST_HELD, spill.memory());
  }

  /** Where the next bytes go. */
  public Bytes next() {
    return held;
  }

  /** Is told, now and then, that bytes were written. */
  public void written() throws IOException {
    if (held.size() <= most) {
      return;
    }
    if (file == null) {
      Files.createDirectories(spill.folder());
      file = Files.createTempFile(spill.folder(), "runs-", ".part");
      channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
    ByteBuffer bytes = ByteBuffer.wrap(held.array(), 0, held.size());
    while (bytes.hasRemaining()) {
      channel.write(bytes, onDisk + bytes.position());
    }
    onDisk += held.size();
    Spills.add(held.size());
    held.clear();
  }

  /** How many bytes there are so far, and so where the next run begins. */
  public long size() {
    return onDisk + held.size();
  }

  /**
   * Reads a run.
   *
   * @param to where it ends, at most {@link #size}
   * @param buffer bytes at a time, more or less
   */
  public Bytes.Reader reader(long from, long to, int buffer) {
    return new Bytes.Reader(new Run(from, to), (int) Math.min(buffer, to - from));
  }

  /** A run as it stands. */
  public InputStream stream(long from, long to) {
    return new Run(from, to);
  }

  /** A whole run, which an array can hold. */
  public byte[] bytes(long from, long to) throws IOException {
    try (InputStream in = new Run(from, to)) {
      return in.readNBytes(Math.toIntExact(to - from));
    }
  }

  /** Looks anew where its bytes are whenever it is read: they may have gone to the disk. */
  private final class Run extends InputStream {
    private final long to;
    private long at;

    Run(long from, long to) {
      this.at = from;
      this.to = to;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      if (at == to) {
        return -1;
      }
      int some = (int) Math.min(length, (at < onDisk ? Math.min(to, onDisk) : to) - at);
      if (at >= onDisk) {
        System.arraycopy(held.array(), (int) (at - onDisk), bytes, from, some);
        at += some;
        return some;
      }
      int read = channel.read(ByteBuffer.wrap(bytes, from, some), at);
      at += Math.max(0, read);
      return read;
    }
  }

  /** Removes what is on the local disk. */
  @Override
  public void close() throws IOException {
    if (file != null) {
      try {
        channel.close();
      } finally {
        Files.deleteIfExists(file);
        file = null;
      }
    }
  }
}
