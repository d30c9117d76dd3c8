package org.seqlm.corpus.file;

import java.io.Closeable;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathFilter;
import org.apache.hadoop.fs.RemoteIterator;
import org.seqlm.UserException;
import org.seqlm.store.LocalNames;
import org.seqlm.store.Paths;

/**
 * Asks a file system what it holds, in as few calls as it allows: each may take as long as reading
 * a megabyte. Where it tells the blocks of files with their names, they come along ({@link
 * LocatedFileStatus}); nobody asks for them file by file. Calls that do not need each other's
 * answers are made at once, but not on this machine's disks.
 */
final class Listing implements Closeable {
  /** What a name node or a store takes from one client without noticing. */
  private static final int AT_ONCE = 32;

  private final FileSystem fs;
  private final boolean local;
  private final boolean deep;
  private final boolean blocks;
  private ExecutorService threads; // null until it is needed

  Listing(FileSystem fs) {
    this.fs = fs;
    local = Paths.local(fs, new Path("/")) != null;
    deep = overrides("listFiles", Path.class, boolean.class);
    blocks =
        overrides("listLocatedStatus", Path.class)
            || overrides("listLocatedStatus", Path.class, PathFilter.class);
  }

  /** Whether a file system has a way of its own for what Hadoop does in small steps otherwise. */
  private boolean overrides(String method, Class<?>... parameters) {
    for (Class<?> type = fs.getClass(); type != FileSystem.class; type = type.getSuperclass()) {
      if (Arrays.stream(type.getDeclaredMethods())
          .anyMatch(
              own ->
                  own.getName().equals(method)
                      && Arrays.equals(own.getParameterTypes(), parameters))) {
        return true;
      }
    }
    return false;
  }

  /** Something to ask. */
  @FunctionalInterface
  interface Question<A, B> {
    B ask(A about) throws IOException;
  }

  /** Asks of each of them; the answers are in the same order. */
  <A, B> List<B> each(List<A> all, Question<A, B> question) throws IOException {
    List<B> answers = new ArrayList<>(all.size());
    if (local || all.size() < 2) {
      for (A one : all) {
        answers.add(question.ask(one));
      }
      return answers;
    }
    if (threads == null) {
      threads =
          Executors.newFixedThreadPool(
              AT_ONCE,
              run -> {
                Thread thread = new Thread(run, "listing");
                thread.setDaemon(true);
                return thread;
              });
    }
    List<Future<B>> asked = new ArrayList<>(all.size());
    for (A one : all) {
      asked.add(threads.submit(() -> question.ask(one)));
    }
    for (Future<B> one : asked) {
      answers.add(answer(one));
    }
    return answers;
  }

  private static <B> B answer(Future<B> asked) throws IOException {
    try {
      return asked.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while files were listed");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** What a folder holds; links that lead nowhere as files. */
  List<FileStatus> children(Path folder) throws IOException {
    File place = Paths.local(fs, folder);
    if (place == null) {
      return blocks ? all(fs.listLocatedStatus(folder)) : Arrays.asList(fs.listStatus(folder));
    }
    LocalNames.requireReadable(place, LocalNames.charset());
    String[] names = place.list();
    if (names == null) {
      throw UserException.data("the folder " + folder + " cannot be read: may you list it?");
    }
    Arrays.sort(names);
    List<FileStatus> children = new ArrayList<>();
    for (String name : names) {
      Path path = Paths.below(folder, name);
      FileStatus status = status(path);
      children.add(status != null ? status : new FileStatus(0, false, 1, 0, 0, path));
    }
    return children;
  }

  /** Whether {@link #below} takes fewer calls than the folders below do. */
  boolean deep() {
    return deep && !local;
  }

  /** All files below a folder, hidden ones among them. */
  List<FileStatus> below(Path folder) throws IOException {
    return all(fs.listFiles(folder, true));
  }

  /** What lies at a path, with its blocks if it is a file; null where there is nothing. */
  FileStatus status(Path path) throws IOException {
    try {
      return located(fs.getFileStatus(path));
    } catch (FileNotFoundException e) {
      return null;
    }
  }

  /** The same with its blocks, if it is a file that lies elsewhere. */
  FileStatus located(FileStatus status) {
    if (local || status.isDirectory() || !blocks) {
      return status;
    }
    try {
      return new LocatedFileStatus(
          status, fs.getFileBlockLocations(status, 0, Math.max(1, status.getLen())));
    } catch (IOException e) {
      return status; // only a hint where to read; reading itself will tell what is wrong
    }
  }

  private static List<FileStatus> all(RemoteIterator<? extends FileStatus> listed)
      throws IOException {
    List<FileStatus> all = new ArrayList<>();
    while (listed.hasNext()) {
      all.add(listed.next());
    }
    return all;
  }

  @Override
  public void close() {
    if (threads != null) {
      threads.shutdownNow();
    }
  }
}
