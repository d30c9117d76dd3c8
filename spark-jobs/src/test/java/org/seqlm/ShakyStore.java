package org.seqlm;

import java.io.FilterInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.PositionedReadable;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.Seekable;

/**
 * Local files over a connection that breaks: {@code shaky:/path} is {@code /path}. The first calls
 * that would read from a file fail; later ones do not.
 */
public final class ShakyStore extends RawLocalFileSystem {
  /** How many calls fail, of each file's; for processes that are started with it. */
  public static final String FAILING = "seqlm.test.shaky.calls";

  private static final Map<String, AtomicInteger> CALLS = new ConcurrentHashMap<>();
  private static volatile int from;
  private static volatile int to;
  private static volatile Function<String, Exception> failure = IOException::new;

  /** A configuration that knows it. */
  public static Configuration configuration() {
    Configuration conf = new Configuration();
    conf.set("fs.shaky.impl", ShakyStore.class.getName());
    return conf;
  }

  /** Of each file's calls, counted from 0, those from one to another, exclusive, fail. */
  public static void fail(int first, int end, Function<String, Exception> as) {
    CALLS.clear();
    from = first;
    to = end;
    failure = as;
  }

  /** How many calls there have been of the file that had most. */
  public static int calls() {
    return CALLS.values().stream().mapToInt(AtomicInteger::get).max().orElse(0);
  }

  /** The name of a local file there. */
  public static String name(Path file) {
    return "shaky:" + file.toAbsolutePath();
  }

  @Override
  public void initialize(URI uri, Configuration conf) throws IOException {
    super.initialize(uri, conf);
    to = conf.getInt(FAILING, to);
  }

  @Override
  public URI getUri() {
    return URI.create("shaky:///");
  }

  @Override
  public String getScheme() {
    return "shaky";
  }

  private static void call(org.apache.hadoop.fs.Path path) throws IOException {
    int n =
        CALLS.computeIfAbsent(path.toUri().getPath(), key -> new AtomicInteger()).getAndIncrement();
    if (n >= from && n < to) {
      Exception problem = failure.apply("Connection reset");
      if (problem instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw (IOException) problem;
    }
  }

  @Override
  public FSDataInputStream open(org.apache.hadoop.fs.Path path, int bufferSize) throws IOException {
    call(path);
    return new FSDataInputStream(new Shaky(super.open(path, bufferSize), path));
  }

  private static final class Shaky extends FilterInputStream
      implements Seekable, PositionedReadable {
    private final FSDataInputStream file;
    private final org.apache.hadoop.fs.Path path;

    Shaky(FSDataInputStream file, org.apache.hadoop.fs.Path path) {
      super(file);
      this.file = file;
      this.path = path;
    }

    @Override
    public int read() throws IOException {
      call(path);
      return super.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      call(path);
      return super.read(into, offset, length);
    }

    @Override
    public void seek(long position) throws IOException {
      call(path);
      file.seek(position);
    }

    @Override
    public long getPos() throws IOException {
      return file.getPos();
    }

    @Override
    public boolean seekToNewSource(long target) {
      return false;
    }

    @Override
    public int read(long position, byte[] into, int offset, int length) throws IOException {
      call(path);
      return file.read(position, into, offset, length);
    }

    @Override
    public void readFully(long position, byte[] into, int offset, int length) throws IOException {
      call(path);
      file.readFully(position, into, offset, length);
    }

    @Override
    public void readFully(long position, byte[] into) throws IOException {
      readFully(position, into, 0, into.length);
    }
  }
}
