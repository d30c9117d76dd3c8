package org.seqlm;

import java.io.IOException;
import java.nio.file.Files;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The local file system, under which a process dies of {@code kill -9} at the moment it would begin
 * a certain file. Put in place by Hadoop's setting {@code fs.file.impl}.
 */
public final class FaultyFileSystem extends LocalFileSystem {
  /** A regular expression for the whole path of the file. */
  static final String FILE = "seqlm.test.dies-before";

  /** The file that says that it happened: it does so once. */
  static final String MARKER = "seqlm.test.marker";

  public FaultyFileSystem() {
    super(new Raw());
  }

  /** Beneath Hadoop's checksums, which not every file has. */
  private static final class Raw extends RawLocalFileSystem {
    @Override
    public FSDataOutputStream create(
        Path file,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      dieIfTold(file);
      return super.create(file, overwrite, bufferSize, replication, blockSize, progress);
    }

    @Override
    public FSDataOutputStream create(
        Path file,
        FsPermission permission,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      dieIfTold(file);
      return super.create(
          file, permission, overwrite, bufferSize, replication, blockSize, progress);
    }

    private void dieIfTold(Path file) throws IOException {
      String path = file.toUri().getPath();
      if (path.matches(getConf().get(FILE))) {
        java.nio.file.Path marker = java.nio.file.Path.of(getConf().get(MARKER));
        if (Files.notExists(marker) && FaultPlugin.claim(marker, path)) {
          FaultPlugin.killThisProcess();
        }
      }
    }
  }
}
