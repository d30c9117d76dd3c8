package org.seqlm.ngram.files;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.ngram.compiled.CompiledFile;
import org.seqlm.ngram.compiled.CompiledHeader;
import org.seqlm.ngram.compiled.CompiledModel;
import org.seqlm.store.HostCopies;
import org.seqlm.store.Paths;

/**
 * Compiled models on any file system. One of this machine's disks is mapped where it lies. Of
 * another the file is copied once a host ({@link HostCopies}), under the name of its fingerprint,
 * and compared with its checksums.
 */
public final class CompiledModels {
  private CompiledModels() {}

  /** Whether a file is a compiled model's, by its first bytes. */
  public static boolean isOne(FileSystem fs, FileStatus file) throws IOException {
    if (file.getLen() < CompiledFile.HEAD) {
      return false;
    }
    try (InputStream in = Paths.plain(fs).open(file.getPath())) {
      return CompiledFile.isOne(in.readNBytes(CompiledFile.HEAD));
    }
  }

  /**
   * Opens a model; of its n-grams and words nothing is read.
   *
   * @param name for messages
   * @param cache folder for copies; need not exist
   * @throws org.seqlm.UserException with exit code 3 if the file is damaged, cut short, or of
   *     another version
   */
  public static CompiledModel open(
      FileSystem fs, FileStatus file, String name, java.nio.file.Path cache) throws IOException {
    java.io.File local = Paths.local(fs, file.getPath());
    return CompiledFile.open(local != null ? local.toPath() : copy(fs, file, name, cache), name)
        .model();
  }

  /**
   * Compares all of a file with its checksums.
   *
   * @param name its path
   * @return what it says of itself
   * @throws UserException with exit code 3 if it is no compiled model, damaged, cut short, or of
   *     another version
   */
  public static CompiledHeader verify(Configuration conf, String name) throws IOException {
    Path path = Paths.of(name);
    FileSystem fs = path.getFileSystem(conf);
    FileStatus file;
    try {
      file = fs.getFileStatus(path);
    } catch (FileNotFoundException e) {
      throw UserException.data(name + " does not exist: give what seqlm compile wrote", e);
    }
    if (!file.isFile() || !isOne(fs, file)) {
      throw UserException.data(name + " is no compiled model: make one with seqlm compile");
    }
    // Not mapped: a page that a disk cannot read ends the process, where reading tells of it.
    try (FSDataInputStream in = Paths.plain(fs).open(file.getPath())) {
      CompiledFile.Bytes bytes =
          (from, length) -> {
            byte[] some = new byte[length];
            in.readFully(from, some);
            return some;
          };
      CompiledHeader header = CompiledFile.header(file.getLen(), bytes, name);
      CompiledFile.verify(header, bytes, name);
      return header;
    }
  }

  /** Where the copy lies, which is made if it is not there. */
  private static java.nio.file.Path copy(
      FileSystem fs, FileStatus file, String name, java.nio.file.Path cache) throws IOException {
    CompiledHeader header;
    try (FSDataInputStream in = fs.open(file.getPath())) {
      header =
          CompiledFile.header(
              file.getLen(),
              (from, length) -> {
                byte[] bytes = new byte[length];
                in.readFully(from, bytes);
                return bytes;
              },
              name);
    }
    return HostCopies.copy(
        fs,
        file,
        cache.resolve(header.fingerprint() + ".seqlm"),
        copy -> CompiledFile.open(copy, name).verify());
  }
}
