package org.seqlm.ngram.trie;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Records that are written once and then read any number of times: in memory, and beyond a bound on
 * the local disk.
 */
public final class SpilledBytes implements Closeable {
  private static final int BUFFER = 1 << 16;

  private final Spill spill;
  private final Bytes held = new Bytes(64);
  private final List<InputStream> open = new ArrayList<>();
  private Path file; // null while nothing is there
  private OutputStream out;

  /**
   * @param spill null where all is to be in memory
   */
  public SpilledBytes(Spill spill) {
    this.spill = spill;
  }

  /** Where the next record goes. */
  public Bytes next() {
    return held;
  }

  /** Is told when a record is written. */
  public void written() throws IOException {
    if (spill != null && held.size() > Math.min(spill.memory(), 1 << 28)) {
      write();
    }
  }

  private void write() throws IOException {
    if (file == null) {
      Files.createDirectories(spill.folder());
      file = Files.createTempFile(spill.folder(), "records-", ".part");
      out = Files.newOutputStream(file);
    }
    out.write(held.array(), 0, held.size());
    Spills.add(held.size());
    held.clear();
  }

  /** All records; nothing more is written then. */
  public Bytes.Reader reader() throws IOException {
    return file == null ? new Bytes.Reader(held.array(), held.size()) : new Bytes.Reader(open());
  }

  /** All bytes, likewise. */
  public InputStream open() throws IOException {
    if (file == null) {
      return new ByteArrayInputStream(held.array(), 0, held.size());
    }
    write();
    InputStream in = Files.newInputStream(file);
    open.add(in);
    return in;
  }

  /** Writes all records behind others of a trie's level. */
  void writeTo(TrieWriter trie, int length) throws IOException {
    try (InputStream in = open()) {
      byte[] buffer = new byte[BUFFER];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        trie.level(length).write(buffer, 0, read);
        trie.written(length);
      }
    }
  }

  /** Begins anew, without a record. */
  public void clear() throws IOException {
    held.clear();
    close();
  }

  /** Removes what is on the local disk. */
  @Override
  public void close() throws IOException {
    for (InputStream in : open) {
      in.close();
    }
    open.clear();
    if (file != null) {
      try {
        out.close();
      } finally {
        Files.deleteIfExists(file);
        file = null;
      }
    }
  }
}
