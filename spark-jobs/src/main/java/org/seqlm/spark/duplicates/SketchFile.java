package org.seqlm.spark.duplicates;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.seqlm.UserException;

/**
 * A file of documents' sketches, one after the other: how many values a document's row has and how
 * many shingles (an {@code int} each), the row as {@link DocumentPass} has it, the shingles ({@code
 * long}s); at the end -1. All numbers have their greatest byte first.
 */
final class SketchFile {
  private static final int MOST_VALUES = 1 << 20;

  private SketchFile() {}

  /** Writes one. */
  static final class Writer implements Closeable {
    private final DataOutputStream out;

    Writer(OutputStream out) {
      this.out = new DataOutputStream(out);
    }

    void write(long[] row, long[] shingles) throws IOException {
      out.writeInt(row.length);
      out.writeInt(shingles.length);
      write(row);
      write(shingles);
    }

    private void write(long[] values) throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * values.length);
      bytes.asLongBuffer().put(values);
      out.write(bytes.array());
    }

    /** Ends it; what it is written to stays open. */
    @Override
    public void close() throws IOException {
      out.writeInt(-1);
      out.flush();
    }
  }

  /** Reads one. */
  static final class Reader implements Closeable {
    private final DataInputStream in;
    private final String name;
    private long[] row;
    private long[] shingles;

    /**
     * @param name for messages
     */
    Reader(InputStream in, String name) {
      this.in = new DataInputStream(in);
      this.name = name;
    }

    /** Goes to the next document; false at the end. */
    boolean next() throws IOException {
      try {
        int values = in.readInt();
        if (values < 0) {
          return false;
        }
        int set = in.readInt();
        if (values < DocumentPass.KEYS || values > MOST_VALUES || set < 0 || set > MOST_VALUES) {
          throw damaged(null);
        }
        row = read(values);
        shingles = read(set);
        return true;
      } catch (EOFException e) {
        throw damaged(e);
      }
    }

    private UserException damaged(Throwable cause) {
      return UserException.data(
          name + " is damaged: make that analysis again with --keep-sketches", cause);
    }

    private long[] read(int count) throws IOException {
      byte[] bytes = new byte[Long.BYTES * count];
      in.readFully(bytes);
      long[] values = new long[count];
      ByteBuffer.wrap(bytes).asLongBuffer().get(values);
      return values;
    }

    long[] row() {
      return row;
    }

    long[] shingles() {
      return shingles;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
