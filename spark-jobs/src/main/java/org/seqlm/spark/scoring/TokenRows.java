package org.seqlm.spark.scoring;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.seqlm.lm.files.TableFile;
import org.seqlm.ngram.trie.Spill;

/** Writes a row for each token that is scored, line by line and model by model. */
final class TokenRows implements Closeable {
  private final TableFile file;
  private final HeldRows held;
  private boolean holds;
  private String path;
  private long record;
  private long line;
  private int model;
  private long position;

  /**
   * @param spill for rows that wait
   */
  TokenRows(TableFile file, Spill spill) {
    this.file = file;
    this.held = new HeldRows(spill);
  }

  /**
   * The tokens of a line follow.
   *
   * @param model that scores them, from 1
   */
  void startLine(String path, long record, long line, int model) {
    this.path = path;
    this.record = record;
    this.line = line;
    this.model = model;
    position = 0;
  }

  /**
   * A token.
   *
   * @param order of the n-gram that its probability is of, 0 for none
   */
  void token(byte[] utf8, int from, int to, double log10, int order, boolean unknown) {
    position++;
    try {
      if (holds) {
        held.add(record, line, model, position, utf8, from, to, log10, order, unknown);
        return;
      }
      file.text(path)
          .count(record)
          .count(line)
          .count(model)
          .count(position)
          .text(new String(utf8, from, to - from, StandardCharsets.UTF_8))
          .log10(log10)
          .count(order)
          .count(unknown ? 1 : 0)
          .endRow();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // through the tokeniser
    }
  }

  /** Rows that follow, all of one file, wait for {@link #keep} or {@link #drop}. */
  void hold() {
    holds = true;
  }

  /** Writes what waits, and what follows at once. */
  void keep() throws IOException {
    if (holds) {
      held.writeTo(file, path);
      holds = false;
    }
  }

  /** Forgets what waits: others write it. What follows is written at once. */
  void drop() throws IOException {
    held.clear();
    holds = false;
  }

  /** Forgets what waits, on the disk too; the file is not closed. */
  @Override
  public void close() throws IOException {
    held.close();
  }

  /**
   * Rows of tokens that wait until it is known who writes them: in memory, and where they are more
   * than it may hold, all in a file on the task's disk.
   */
  private static final class HeldRows implements Closeable {
    /** Bytes in memory at most, whatever the heap. */
    private static final long MOST = 64L << 20;

    private final Spill spill;
    private ByteArrayOutputStream memory = new ByteArrayOutputStream();
    private DataOutputStream rows = new DataOutputStream(memory);
    private Path file; // null while all are in memory
    private long count;

    HeldRows(Spill spill) {
      this.spill = spill;
    }

    /** Holds a row; all that are held at a time are of one file. */
    void add(
        long record,
        long line,
        int model,
        long position,
        byte[] utf8,
        int from,
        int to,
        double log10,
        int order,
        boolean unknown)
        throws IOException {
      rows.writeLong(record);
      rows.writeLong(line);
      rows.writeInt(model);
      rows.writeLong(position);
      rows.writeInt(to - from);
      rows.write(utf8, from, to - from);
      rows.writeDouble(log10);
      rows.writeInt(order);
      rows.writeBoolean(unknown);
      count++;
      if (file == null && memory.size() > Math.min(spill.memory(), MOST)) {
        Files.createDirectories(spill.folder());
        file = spill.folder().resolve("rows");
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
        rows = new DataOutputStream(out);
        memory.writeTo(out);
        memory = null;
      }
    }

    /** Writes them in the order in which they came, and holds none. */
    void writeTo(TableFile table, String path) throws IOException {
      rows.flush();
      try (DataInputStream in =
          new DataInputStream(
              file == null
                  ? new ByteArrayInputStream(memory.toByteArray())
                  : new BufferedInputStream(Files.newInputStream(file)))) {
        for (long i = 0; i < count; i++) {
          writeOne(in, table.text(path));
        }
      }
      clear();
    }

    private static void writeOne(DataInputStream in, TableFile table) throws IOException {
      table.count(in.readLong()).count(in.readLong()).count(in.readInt()).count(in.readLong());
      table.text(new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8));
      table.log10(in.readDouble()).count(in.readInt()).count(in.readBoolean() ? 1 : 0).endRow();
    }

    /** Holds none. */
    void clear() throws IOException {
      close();
      if (memory == null) {
        memory = new ByteArrayOutputStream();
        rows = new DataOutputStream(memory);
      }
      memory.reset();
      count = 0;
    }

    @Override
    public void close() throws IOException {
      if (file != null) {
        try (OutputStream last = rows) {
          // What it still holds goes with the file.
        } finally {
          Files.deleteIfExists(file);
          Files.deleteIfExists(spill.folder());
          file = null;
        }
      }
    }
  }
}
