package org.seqlm.files;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** What file systems of tests have in common whose files lie in memory. */
abstract class StoreFileSystem extends FileSystem {
  private static final long BLOCK_BYTES = 32 << 20;

  private URI uri;
  private Path working;
  private StoreCalls calls;

  @Override
  public void initialize(URI name, Configuration conf) throws IOException {
    super.initialize(name, conf);
    setConf(conf);
    uri = URI.create(name.getScheme() + "://" + name.getAuthority());
    working = new Path(uri + "/user/test");
    calls = StoreCalls.of(store());
  }

  /** By which all file systems of this store find their files. */
  final String store() {
    return uri.toString();
  }

  @Override
  public final URI getUri() {
    return uri;
  }

  @Override
  public final String getScheme() {
    return uri.getScheme();
  }

  @Override
  public final Path getWorkingDirectory() {
    return working;
  }

  @Override
  public final void setWorkingDirectory(Path path) {
    working = path;
  }

  /** The path within the store, with its first slash. */
  final String key(Path path) {
    return makeQualified(path).toUri().getPath();
  }

  final Path path(String key) {
    return new Path(uri.getScheme(), uri.getAuthority(), key);
  }

  final <T> T call(String operation, String key, StoreCalls.Call<T> call) throws IOException {
    return calls.call(operation, key, call);
  }

  final FileStatus file(String key, long bytes, long modified) {
    return new FileStatus(bytes, false, 1, BLOCK_BYTES, modified, path(key));
  }

  final FileStatus folder(String key) {
    return new FileStatus(0, true, 1, 0, 0, path(key));
  }

  static FileNotFoundException missing(String key) {
    return new FileNotFoundException("No such file or directory: " + key);
  }

  @Override
  public FSDataOutputStream append(Path file, int bufferSize, Progressable progress) {
    throw new UnsupportedOperationException("append");
  }

  @Override
  public void setPermission(Path path, FsPermission permission) {
    // They have none.
  }

  @Override
  public void setTimes(Path path, long modified, long accessed) {
    // Nobody asks.
  }

  /** How the bytes of a file are found when it is first read. */
  @FunctionalInterface
  interface Source {
    byte[] bytes() throws IOException;
  }

  /** A file that is read: the first byte of it reaches the store. */
  final FSDataInputStream reading(String key, Source source) {
    return new FSDataInputStream(new Reading(key, source));
  }

  private final class Reading extends FSInputStream {
    private final String key;
    private final Source source;
    private byte[] bytes;
    private int at;

    Reading(String key, Source source) {
      this.key = key;
      this.source = source;
    }

    private byte[] bytes() throws IOException {
      if (bytes == null) {
        bytes = call("read", key, source::bytes);
      }
      return bytes;
    }

    @Override
    public int read() throws IOException {
      return at < bytes().length ? bytes[at++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int n = Math.min(length, bytes().length - at);
      if (n <= 0) {
        return length == 0 ? 0 : -1;
      }
      System.arraycopy(bytes, at, into, from, n);
      at += n;
      return n;
    }

    @Override
    public int available() throws IOException {
      return bytes().length - at;
    }

    @Override
    public void seek(long position) throws IOException {
      if (position < 0 || position > bytes().length) {
        throw new EOFException("seek to " + position + " of " + key);
      }
      at = (int) position;
    }

    @Override
    public long getPos() {
      return at;
    }

    @Override
    public boolean seekToNewSource(long position) {
      return false;
    }
  }

  /** What becomes of written bytes. */
  interface Sink {
    /** They are all there. */
    void close(byte[] bytes) throws IOException;

    /** They were all there, but closing failed or came too late. */
    default void broken(byte[] bytes) {}
  }

  /** A file that is written: what is in memory reaches the store when it is closed. */
  final FSDataOutputStream writing(String key, Sink sink) {
    return new FSDataOutputStream(new Writing(key, sink), statistics);
  }

  /** Whether a stream can be abandoned, and what else may be asked of it. */
  boolean streamHas(String capability) {
    return false;
  }

  private final class Writing extends OutputStream implements StreamCapabilities, Abortable {
    private final String key;
    private final Sink sink;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean closed;

    Writing(String key, Sink sink) {
      this.key = key;
      this.sink = sink;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      if (closed) {
        throw new IOException("closed: " + key);
      }
      bytes.write(from, offset, length);
    }

    @Override
    public void close() throws IOException {
      if (closed) {
        return;
      }
      closed = true;
      byte[] all = bytes.toByteArray();
      boolean[] done = new boolean[1];
      try {
        call(
            "close",
            key,
            () -> {
              sink.close(all);
              done[0] = true;
              return null;
            });
      } finally {
        if (!done[0]) {
          sink.broken(all);
        }
      }
    }

    @Override
    public boolean hasCapability(String capability) {
      return streamHas(capability);
    }

    @Override
    public AbortableResult abort() {
      if (!streamHas(CAPABILITY_ABORTABLE)) {
        throw new UnsupportedOperationException("abort");
      }
      boolean already = closed;
      closed = true;
      return new AbortableResult() {
        @Override
        public boolean alreadyClosed() {
          return already;
        }

        @Override
        public IOException anyCleanupException() {
          return null;
        }
      };
    }

    private static final String CAPABILITY_ABORTABLE = ABORTABLE_STREAM;
  }
}
