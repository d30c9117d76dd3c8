package org.seqlm;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.PathFilter;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Local files as if they lay elsewhere, where every call takes its time and is counted: {@code
 * far:/path} is {@code /path}. A listing costs a call for each thousand of its entries. This one
 * says of no file where its blocks are.
 */
public class CountingStore extends RawLocalFileSystem {
  private static final int PAGE = 1000;

  private static final Map<String, Integer> CALLS = new TreeMap<>();
  private static volatile int milliseconds;

  /** What a call makes of the calls within it. */
  private final ThreadLocal<Boolean> within = ThreadLocal.withInitial(() -> false);

  /** A call, without its time. */
  @FunctionalInterface
  private interface Call<T> {
    T make() throws IOException;
  }

  /**
   * A configuration that knows it; no call has been counted.
   *
   * @param kind this class or one of those in it
   * @param milliseconds that each call takes
   */
  public static Configuration start(Class<? extends CountingStore> kind, int milliseconds) {
    Configuration conf = new Configuration();
    conf.set("fs.far.impl", kind.getName());
    conf.setBoolean("fs.far.impl.disable.cache", true);
    synchronized (CALLS) {
      CALLS.clear();
    }
    CountingStore.milliseconds = milliseconds;
    return conf;
  }

  /** Calls by name, since the start. */
  public static Map<String, Integer> calls() {
    synchronized (CALLS) {
      return Map.copyOf(CALLS);
    }
  }

  /** All of them. */
  public static int total() {
    return calls().values().stream().mapToInt(Integer::intValue).sum();
  }

  /** The name of a local file there. */
  public static String name(Path file) {
    return "far:" + file.toAbsolutePath();
  }

  @Override
  public URI getUri() {
    return URI.create("far:///");
  }

  @Override
  public String getScheme() {
    return "far";
  }

  private static void count(String name) {
    synchronized (CALLS) {
      CALLS.merge(name, 1, Integer::sum);
    }
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private <T> T call(String name, Call<T> call) throws IOException {
    if (within.get()) {
      return call.make();
    }
    count(name);
    within.set(true);
    try {
      return call.make();
    } finally {
      within.set(false);
    }
  }

  @Override
  public FileStatus getFileStatus(org.apache.hadoop.fs.Path path) throws IOException {
    return call("status", () -> plain(super.getFileStatus(path)));
  }

  /** Without what only a local file has. */
  private static FileStatus plain(FileStatus file) {
    return new FileStatus(
        file.getLen(),
        file.isDirectory(),
        file.getReplication(),
        file.getBlockSize(),
        file.getModificationTime(),
        file.getPath());
  }

  @Override
  public boolean exists(org.apache.hadoop.fs.Path path) throws IOException {
    return call("exists", () -> super.exists(path));
  }

  @Override
  public FSDataInputStream open(org.apache.hadoop.fs.Path path, int bufferSize) throws IOException {
    return call("open", () -> super.open(path, bufferSize));
  }

  @Override
  public FileStatus[] listStatus(org.apache.hadoop.fs.Path path) throws IOException {
    FileStatus[] children = call("list", () -> super.listStatus(path));
    for (int i = PAGE; i < children.length && !within.get(); i += PAGE) {
      count("list");
    }
    return children;
  }

  @Override
  public BlockLocation[] getFileBlockLocations(FileStatus file, long start, long length)
      throws IOException {
    return call("blocks", () -> super.getFileBlockLocations(file, start, length));
  }

  /** Lists children with their blocks, as HDFS does. */
  public static final class Blocks extends CountingStore {
    /** Bytes of a block. */
    public static final long BLOCK = 16 << 20;

    /** The block's number decides where it is; one copy of each is in this process. */
    @Override
    public BlockLocation[] getFileBlockLocations(FileStatus file, long start, long length)
        throws IOException {
      super.getFileBlockLocations(file, start, length);
      List<BlockLocation> blocks = new ArrayList<>();
      for (long b = start / BLOCK; b * BLOCK < Math.min(start + length, file.getLen()); b++) {
        String[] hosts = {"h" + b, "localhost", "h" + (b + 1)};
        long end = Math.min(file.getLen(), (b + 1) * BLOCK);
        blocks.add(new BlockLocation(hosts, hosts, b * BLOCK, end - b * BLOCK));
      }
      return blocks.toArray(BlockLocation[]::new);
    }

    @Override
    protected RemoteIterator<LocatedFileStatus> listLocatedStatus(
        org.apache.hadoop.fs.Path path, PathFilter filter) throws IOException {
      FileStatus[] children = listStatus(path);
      return super.call(
          () -> {
            List<LocatedFileStatus> located = new ArrayList<>();
            for (FileStatus child : children) {
              located.add(
                  new LocatedFileStatus(
                      child,
                      child.isDirectory()
                          ? null
                          : getFileBlockLocations(child, 0, Long.MAX_VALUE)));
            }
            return iterator(located.iterator());
          });
    }
  }

  /** Lists all that lies below a folder in one go, as object stores do. */
  public static final class Flat extends CountingStore {
    @Override
    public RemoteIterator<LocatedFileStatus> listFiles(
        org.apache.hadoop.fs.Path path, boolean recursive) throws IOException {
      List<LocatedFileStatus> all = new ArrayList<>();
      super.call(
          () -> {
            collect(path, all);
            return null;
          });
      for (int i = 0; i == 0 || i < all.size(); i += PAGE) {
        count("list");
      }
      return iterator(all.iterator());
    }

    private void collect(org.apache.hadoop.fs.Path folder, List<LocatedFileStatus> into)
        throws IOException {
      for (FileStatus child : Arrays.asList(listStatus(folder))) {
        if (child.isDirectory()) {
          collect(child.getPath(), into);
        } else {
          into.add(new LocatedFileStatus(child, null));
        }
      }
    }
  }

  /** What is not to be counted. */
  private <T> T call(Call<T> call) throws IOException {
    boolean before = within.get();
    within.set(true);
    try {
      return call.make();
    } finally {
      within.set(before);
    }
  }

  private static <T> RemoteIterator<T> iterator(Iterator<T> items) {
    return new RemoteIterator<>() {
      @Override
      public boolean hasNext() {
        return items.hasNext();
      }

      @Override
      public T next() {
        return items.next();
      }
    };
  }
}
