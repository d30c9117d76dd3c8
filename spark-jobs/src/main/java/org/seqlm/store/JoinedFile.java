package org.seqlm.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file of many pieces: bytes, and files that lie in one folder. Where the file system can put
 * files together by itself, as HDFS's name node does in one step without reading a byte, it is
 * asked to; elsewhere this process copies them.
 */
public final class JoinedFile {
  private static final int BUFFER = 1 << 20;

  /** Of shorter files on average a joined one would have too many blocks to be read quickly. */
  private static final long MEAN_BYTES = 4 << 20;

  /** Files that a name node is asked to join at once: it does nothing else meanwhile. */
  private static final int BATCH = 1000;

  private final FileSystem fs;
  private final Path folder;
  private final long meanBytes;
  private final List<Piece> pieces = new ArrayList<>();

  /** Bytes, or the name of a file; the other is null. */
  private record Piece(byte[] bytes, String name) {}

  /**
   * A file without pieces.
   *
   * @param folder of the files; it goes with them
   */
  public JoinedFile(FileSystem fs, Path folder) {
    this(fs, folder, MEAN_BYTES);
  }

  /**
   * The same.
   *
   * @param meanBytes length of the files on average from which on the file system joins them
   */
  JoinedFile(FileSystem fs, Path folder, long meanBytes) {
    this.fs = fs;
    this.folder = folder;
    this.meanBytes = meanBytes;
  }

  /** Adds some bytes. */
  public JoinedFile add(byte[] bytes) {
    pieces.add(new Piece(bytes, null));
    return this;
  }

  /** Adds a file of the folder. */
  public JoinedFile add(String name) {
    pieces.add(new Piece(null, name));
    return this;
  }

  /**
   * Writes the file in place of what may be there. The folder goes.
   *
   * @param target outside the folder, on the same file system
   */
  public void writeTo(Path target) throws IOException {
    if (!concatenates() || !concatenated(target)) {
      copy(target);
    }
    fs.delete(folder, true);
  }

  /**
   * Whether it may be asked to join files. Hadoop's system of this machine's disks offers it too,
   * and copies then, 4 KiB at a time, over what the first file holds.
   */
  private boolean concatenates() throws IOException {
    return Store.of(fs, folder) == Store.RENAMES
        && fs.hasPathCapability(folder, CommonPathCapabilities.FS_CONCAT);
  }

  private void copy(Path target) throws IOException {
    byte[] buffer = new byte[BUFFER];
    try (OutputStream out = fs.create(target, true, BUFFER)) {
      for (Piece piece : pieces) {
        if (piece.bytes != null) {
          out.write(piece.bytes);
          continue;
        }
        try (InputStream in = fs.open(new Path(folder, piece.name))) {
          for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            out.write(buffer, 0, n);
          }
        }
      }
    }
  }

  /**
   * Has the file system put the pieces together. HDFS wants them in one folder, whole, none empty,
   * with no larger blocks than the first one's, and outside encrypted zones and snapshots.
   *
   * @return false if it refuses, or would make too many blocks; then all pieces are there still
   */
  private boolean concatenated(Path target) throws IOException {
    Map<String, FileStatus> files = new HashMap<>();
    for (FileStatus file : fs.listStatus(folder)) {
      files.put(file.getPath().getName(), file);
    }
    long bytes = 0; // of the files
    long whole = 0;
    long count = 0;
    long blockSize = fs.getDefaultBlockSize(folder);
    List<Piece> some = new ArrayList<>();
    for (Piece piece : pieces) {
      FileStatus file = files.get(piece.name);
      if (piece.bytes == null ? file == null : piece.bytes.length == 0) {
        return false; // copying tells which file is not there
      }
      if (file != null) {
        bytes += file.getLen();
        count++;
        blockSize = Math.max(blockSize, file.getBlockSize());
      }
      if (file == null || file.getLen() > 0) {
        some.add(piece);
        whole += file == null ? piece.bytes.length : file.getLen();
      }
    }
    // The first one takes the others.
    if (bytes < count * meanBytes || some.size() < 2 || some.get(0).bytes == null) {
      return false;
    }
    Path[] paths = new Path[some.size()];
    for (int i = 0; i < paths.length; i++) {
      Piece piece = some.get(i);
      paths[i] = new Path(folder, piece.bytes == null ? piece.name : name(i));
      if (piece.bytes != null) {
        try (OutputStream out =
            fs.create(paths[i], true, BUFFER, fs.getDefaultReplication(folder), blockSize)) {
          out.write(piece.bytes);
        }
      }
    }
    for (int from = 1; from < paths.length; from += BATCH) {
      Path[] next = Arrays.copyOfRange(paths, from, Math.min(paths.length, from + BATCH));
      try {
        fs.concat(paths[0], next);
      } catch (IOException | RuntimeException e) {
        // Each step is taken whole or not at all, and what it joined is gone.
        if (from > 1) {
          throw e;
        }
        return false;
      }
    }
    long joined = fs.getFileStatus(paths[0]).getLen();
    if (joined != whole) {
      throw new IOException(
          paths[0] + " was joined of files of " + whole + " bytes but has " + joined);
    }
    HashedFile.replace(fs, paths[0], target);
    return true;
  }

  private static String name(int piece) {
    return String.format(Locale.ROOT, ".piece-%05d", piece);
  }
}
