package org.seqlm.bench.scale;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;

/**
 * What our own sorters write to their tasks' folders on the local disk, which Spark's metrics do
 * not know. It is looked up every {@value #MILLIS} ms: what comes and goes between two looks is
 * missed, so that sums are at least what they say. Of other machines' disks it sees nothing.
 */
public final class SpillMeter implements AutoCloseable {
  private static final int MILLIS = 50;

  private final Path folder;
  private final Map<Path, Long> sizes = new HashMap<>();
  private final Thread thread = new Thread(this::watch, "seqlm-spill-meter");
  private volatile boolean closed;
  private long most;

  /**
   * What was seen.
   *
   * @param bytes of all files, each by the largest size that was seen of it
   * @param peakBytes on the disk at once
   * @param files that were seen
   */
  public record Usage(long bytes, long peakBytes, int files) {}

  /**
   * @param folder the one in which tasks have theirs, {@code NAME-ATTEMPT}
   */
  SpillMeter(Path folder) {
    this.folder = folder;
    thread.setDaemon(true);
    thread.start();
  }

  private void watch() {
    while (!closed) {
      look();
      try {
        Thread.sleep(MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Looks once. */
  void look() {
    Map<Path, Long> now = new HashMap<>();
    try (DirectoryStream<Path> inside = Files.newDirectoryStream(folder, "[a-z]*-[0-9]*")) {
      for (Path task : inside) {
        add(task, now);
      }
    } catch (IOException | UncheckedIOException | java.nio.file.DirectoryIteratorException e) {
      // It went while it was looked at; the next look is soon.
    }
    synchronized (sizes) {
      now.forEach((file, bytes) -> sizes.merge(file, bytes, Math::max));
      most = Math.max(most, now.values().stream().mapToLong(Long::longValue).sum());
    }
  }

  private static void add(Path task, Map<Path, Long> now) throws IOException {
    Files.walkFileTree(
        task,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            now.put(file, attributes.size());
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException gone) {
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** What was seen until now. */
  Usage usage() {
    synchronized (sizes) {
      return new Usage(
          sizes.values().stream().mapToLong(Long::longValue).sum(), most, sizes.size());
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
