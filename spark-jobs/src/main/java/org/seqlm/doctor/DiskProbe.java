package org.seqlm.doctor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Tries a folder of this machine's: whether it can be written to, how much and how fast. */
public final class DiskProbe {
  private static final int CHUNK = 4 << 20;
  private static final long MOST_NANOS = 500_000_000L;

  private DiskProbe() {}

  /**
   * Writes a file, forces it to the disk and removes it. A folder that is not there is judged by
   * the one above it: who uses it makes it.
   *
   * @param bytes to write at most, within half a second; 0 for a byte that is not timed
   */
  public static ProcessFacts.Disk of(Path folder, long bytes) {
    Path at = folder.toAbsolutePath();
    while (!Files.exists(at) && at.getParent() != null) {
      at = at.getParent();
    }
    Path file = at.resolve(".seqlm-doctor-" + UUID.randomUUID());
    try {
      if (!Files.isDirectory(at)) {
        throw new NotDirectoryException(at.toString());
      }
      double speed = 0;
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        long from = System.nanoTime();
        ByteBuffer chunk = ByteBuffer.allocateDirect(bytes == 0 ? 1 : CHUNK);
        long written = 0;
        do {
          chunk.clear();
          while (chunk.hasRemaining()) {
            written += channel.write(chunk);
          }
        } while (written < bytes && System.nanoTime() - from < MOST_NANOS);
        if (bytes > 0) {
          channel.force(true);
          speed = written / ((System.nanoTime() - from) * 1e-9);
        }
      } finally {
        Files.deleteIfExists(file);
      }
      return new ProcessFacts.Disk(
          folder.toString(), "", Files.getFileStore(at).getUsableSpace(), speed);
    } catch (IOException e) {
      return new ProcessFacts.Disk(folder.toString(), problem(e, at), 0, 0);
    }
  }

  private static String problem(IOException e, Path at) {
    if (e instanceof AccessDeniedException) {
      return "this user may not write to " + at;
    }
    if (e instanceof NotDirectoryException || e instanceof FileAlreadyExistsException) {
      return at + " is a file";
    }
    String reason = e instanceof FileSystemException of ? of.getReason() : e.getMessage();
    return reason == null ? e.getClass().getSimpleName() : reason;
  }
}
