package org.seqlm.corpus;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.seqlm.corpus.PieceReader.UnreadableException;
import org.seqlm.corpus.file.BulkInput;
import org.seqlm.store.Paths;

/**
 * A file as its file system gives it. What that complains of is remembered, so that it is told from
 * what a codec or a format finds wrong with the bytes: a connection that breaks may hold the next
 * time, and a page that is damaged is so for ever. Libraries wrap the one like the other, or take
 * it for the end.
 */
final class StoredFile {
  private final Path path;
  private final FileSystem fs;
  private Exception failure; // the file system's

  StoredFile(Configuration conf, String path) throws IOException {
    this.path = new Path(path);
    fs = Paths.plain(this.path, conf);
  }

  /** A call of the file system. */
  @FunctionalInterface
  private interface Call<T> {
    T make() throws IOException;
  }

  private <T> T call(Call<T> call) throws IOException {
    try {
      return call.make();
    } catch (IOException | RuntimeException e) {
      failure = e;
      throw e;
    }
  }

  /**
   * Its bytes.
   *
   * @param from the first
   * @param progress receives the bytes read, a bit at a time
   * @throws UnreadableException if it ends before them
   */
  InputStream open(long from, LongConsumer progress) throws IOException {
    FSDataInputStream in = call(() -> fs.open(path));
    Bytes bytes = new Bytes(in, progress);
    if (from > 0) {
      try {
        call(
            () -> {
              in.seek(from);
              return null;
            });
      } catch (EOFException e) {
        in.close();
        throw new UnreadableException(
            new EOFException("it ends before byte " + from + ", which was there before"));
      } catch (IOException | RuntimeException e) {
        in.close();
        throw e;
      }
    }
    return bytes;
  }

  /** The same for Parquet. */
  InputFile parquet() throws IOException {
    long length = call(() -> fs.getFileStatus(path)).getLen();
    return new InputFile() {
      @Override
      public long getLength() {
        return length;
      }

      @Override
      public SeekableInputStream newStream() throws IOException {
        return new Seekable(call(() -> fs.open(path)), length);
      }
    };
  }

  /**
   * What reading has come to: the file system's complaint if it had one, for another attempt or for
   * ever, otherwise what was found wrong with the bytes.
   *
   * @param damage what whoever read the bytes complains of, in words for people
   */
  IOException classify(Throwable damage) {
    if (failure instanceof RuntimeException request) {
      throw request; // what some clients of stores throw where others throw an IOException
    }
    if (failure == null) {
      return new UnreadableException(damage);
    }
    return permanent(failure) ? new UnreadableException(failure) : (IOException) failure;
  }

  /**
   * Checks that the end is the end, and no complaint that a library kept to itself.
   *
   * @throws IOException as {@link #classify} gives it
   */
  void requireNoFailure() throws IOException {
    if (failure != null) {
      throw classify(failure);
    }
  }

  /** Whether the file system itself complained. */
  boolean failed() {
    return failure != null;
  }

  private static boolean permanent(Exception e) {
    return e instanceof FileNotFoundException
        || e instanceof NoSuchFileException
        || e instanceof AccessControlException
        || e instanceof AccessDeniedException
        || e instanceof ChecksumException;
  }

  private final class Bytes extends BulkInput {
    private final LongConsumer progress;

    Bytes(FSDataInputStream in, LongConsumer progress) {
      super(in);
      this.progress = progress;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int n = call(() -> in.read(into, from, length));
      if (n > 0) {
        progress.accept(n);
      }
      return n;
    }
  }

  private final class Seekable extends DelegatingSeekableInputStream {
    private final FSDataInputStream in;
    private final long length;

    Seekable(FSDataInputStream in, long length) {
      super(new Bytes(in, n -> {}));
      this.in = in;
      this.length = length;
    }

    @Override
    public long getPos() throws IOException {
      return call(in::getPos);
    }

    /** Where a damaged file points to is nothing that its file system could be asked for. */
    @Override
    public void seek(long to) throws IOException {
      if (to < 0 || to > length) {
        throw new EOFException("it has " + length + " bytes, but points to byte " + to);
      }
      call(
          () -> {
            in.seek(to);
            return null;
          });
    }
  }
}
