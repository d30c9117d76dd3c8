package org.seqlm.spark.doctor;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.doctor.ProcessFacts;
import org.seqlm.doctor.ReachRules;
import org.seqlm.store.ExclusiveFile;
import org.seqlm.store.Paths;
import org.seqlm.store.Store;

/**
 * Tries the place where an output is to lie: in a folder beside it, or as near as there is one,
 * which is removed again.
 */
public final class OutputProbe implements Closeable {
  private static final int WRITERS = 2;

  private final FileSystem fs;
  private final Path folder;

  private OutputProbe(FileSystem fs, Path folder) {
    this.fs = fs;
    this.folder = folder;
  }

  /**
   * Makes the folder.
   *
   * @throws IOException if it cannot be made
   */
  public static OutputProbe open(Configuration conf, String output) throws IOException {
    Path path = Paths.of(output);
    FileSystem fs = path.getFileSystem(conf);
    Path qualified = fs.makeQualified(path);
    Path at = qualified.getParent() == null ? qualified : qualified.getParent();
    while (Store.of(fs, at).hasFolders() && at.getParent() != null && !fs.exists(at)) {
      at = at.getParent();
    }
    Path folder = new Path(at, ".seqlm-doctor-" + UUID.randomUUID());
    try {
      if (!fs.mkdirs(folder)) {
        throw new IOException("no folder can be made in " + at);
      }
    } catch (FSError e) {
      throw new IOException(e.getMessage(), e);
    }
    return new OutputProbe(fs, folder);
  }

  /** The folder, whole. */
  public String folder() {
    return folder.toString();
  }

  /**
   * Writes a file there, from whatever process.
   *
   * @return what is wrong; empty if it is written
   */
  static String write(Configuration conf, String folder, String name) {
    Path file = new Path(new Path(folder), name);
    try {
      FileSystem fs = Paths.plain(file, conf);
      try (OutputStream out = fs.create(file, false)) {
        out.write(name.getBytes(StandardCharsets.UTF_8));
      }
      return "";
    } catch (IOException | FSError e) {
      String why = e.getMessage();
      return why == null ? e.getClass().getSimpleName() : why.lines().findFirst().orElse("");
    }
  }

  /** With what a process wrote, and this one does not see, counted as not written. */
  public ProcessFacts seen(ProcessFacts facts) throws IOException {
    return !"".equals(facts.output()) || fs.exists(new Path(folder, facts.id()))
        ? facts
        : facts.withOutput(
            "what is written there the driver does not see: it is a disk of that host's own");
  }

  /** Lets two write one name at one moment. */
  public ReachRules.Commit commit() throws IOException {
    Path file = new Path(folder, "commit");
    CyclicBarrier together = new CyclicBarrier(WRITERS);
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    List<byte[]> contents = new ArrayList<>();
    List<Future<Boolean>> writing = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      String unique = "writer" + i;
      byte[] content = (unique + " " + UUID.randomUUID()).getBytes(StandardCharsets.UTF_8);
      contents.add(content);
      writing.add(
          threads.submit(
              () -> {
                together.await();
                return ExclusiveFile.write(fs, file, content, unique);
              }));
    }
    Store store = Store.of(Paths.plain(fs), folder);
    int winners = 0;
    byte[] winner = new byte[0];
    try {
      for (int i = 0; i < WRITERS; i++) {
        if (won(writing.get(i), store)) {
          winners++;
          winner = contents.get(i);
        }
      }
    } finally {
      threads.shutdownNow();
    }
    if (winners == 1) {
      try (InputStream in = fs.open(file)) {
        winners = java.util.Arrays.equals(in.readAllBytes(), winner) ? 1 : 0;
      }
    }
    return new ReachRules.Commit(row(store), store == Store.LOOKS, winners);
  }

  /** Where the other may replace it meanwhile, a writer may not know. */
  private static boolean won(Future<Boolean> writer, Store store) throws IOException {
    try {
      return writer.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ExclusiveFile.UncertainException && store == Store.LOOKS) {
        return false;
      }
      throw e.getCause() instanceof IOException of ? of : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** The row of the table in docs/cluster.md. */
  private String row(Store store) throws IOException {
    String scheme = fs.getUri().getScheme();
    return switch (store) {
      case LINKS -> {
        File local = Paths.local(fs, folder);
        yield "local disk ("
            + Files.getFileStore(local.toPath()).type()
            + "), "
            + (hasLinks(local.toPath())
                ? "a hard link"
                : "without hard links: a file that is made only where there is none");
      }
      case RENAMES -> scheme + ", a rename that fails on a name that is taken";
      case CREATES -> scheme + ", a create that the store refuses";
      case CREATES_CONDITIONALLY -> scheme + ", a conditional put";
      case LOOKS -> scheme + ", a look, a put, and a look at what is there then";
    };
  }

  private static boolean hasLinks(java.nio.file.Path folder) {
    try {
      Files.createLink(folder.resolve("link"), folder.resolve("commit"));
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /**
   * How far the file system's time stamps are from this process's clock at least.
   *
   * @return milliseconds; more than 0 if the file system is ahead
   */
  public long skew() throws IOException {
    Path file = new Path(folder, "stamp");
    long from = System.currentTimeMillis();
    fs.create(file, true).close();
    long to = System.currentTimeMillis();
    // Some have whole seconds only.
    return Survey.skew(fs.getFileStatus(file).getModificationTime(), from - 1_000, to);
  }

  @Override
  public void close() throws IOException {
    fs.delete(folder, true);
  }
}
