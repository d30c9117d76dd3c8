package org.seqlm.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;

/**
 * Local copies of files of other file systems, to be mapped: one a host, in a folder that all
 * processes of a user share. A copy has its name only once it is whole and was checked. Nobody
 * removes them.
 */
public final class HostCopies {
  private HostCopies() {}

  /** Looks at what was copied. */
  @FunctionalInterface
  public interface Check {
    /** Throws where the copy is not what was to be copied. */
    void check(Path copy) throws IOException;
  }

  /**
   * Copies a file, if no process of the host did before.
   *
   * @param copy where; its name tells the file from all others of other content, its folder need
   *     not exist
   * @return the copy
   */
  public static synchronized Path copy(FileSystem fs, FileStatus file, Path copy, Check check)
      throws IOException {
    if (isWhole(copy, file.getLen())) {
      return copy;
    }
    Path folder = Files.createDirectories(copy.toAbsolutePath().getParent());
    String name = copy.getFileName().toString();
    // Other processes of the host wait here, and find the copy.
    try (FileChannel channel =
            FileChannel.open(
                folder.resolve(name + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (lock.isValid() && !isWhole(copy, file.getLen())) {
        Path part = folder.resolve("." + name + "." + UUID.randomUUID() + ".part");
        try {
          try (InputStream in = fs.open(file.getPath())) {
            Files.copy(in, part);
          }
          check.check(part);
          Files.move(part, copy, StandardCopyOption.ATOMIC_MOVE);
        } finally {
          Files.deleteIfExists(part);
        }
      }
    }
    return copy;
  }

  private static boolean isWhole(Path copy, long size) throws IOException {
    return Files.exists(copy) && Files.size(copy) == size;
  }
}
