package org.seqlm.store;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.hadoop.fs.FileSystem;

/**
 * Puts on this machine's disks what the system would keep in memory for a while, so that it is
 * still there after the power failed. A file takes 1 to 2 ms on an SSD, and so it is done for the
 * files of which one writer writes few: manifests, and what is written with {@link
 * HashedFile#replace(FileSystem, org.apache.hadoop.fs.Path, String, HashedFile.Content)}, as a
 * model's parameters are. Of the many that tasks write, the manifest tells whether they are whole.
 */
public final class Durable {
  private Durable() {}

  /**
   * The content of a file; of other file systems' files nothing.
   *
   * @throws IOException if it cannot be kept
   */
  public static void file(FileSystem fs, org.apache.hadoop.fs.Path path) throws IOException {
    File file = Paths.local(fs, path);
    if (file != null) {
      file(file.toPath());
    }
  }

  /** The same of a file of this machine's. */
  static void file(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /** The names of the files in a folder, as far as the disk can; of other file systems nothing. */
  static void names(FileSystem fs, org.apache.hadoop.fs.Path folder) {
    File file = Paths.local(fs, folder);
    if (file != null) {
      names(file.toPath());
    }
  }

  /** The same of a folder of this machine's. */
  static void names(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Not every system opens a folder, and not every disk knows of it: the files are there.
    }
  }
}
