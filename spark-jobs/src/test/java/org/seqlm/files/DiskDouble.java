package org.seqlm.files;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * This machine's disk, by Hadoop's own file system, with its checksum files where those are
 * written: what lies below one folder is counted, and broken where a test says so.
 */
public final class DiskDouble extends LocalFileSystem {
  /** The folder, as {@link StoreCalls} knows it. */
  static final String ROOT = "seqlm.test.disk";

  public DiskDouble() {
    super(new Raw());
  }

  private static final class Raw extends RawLocalFileSystem {
    private <T> T call(String operation, Path path, StoreCalls.Call<T> call) throws IOException {
      String root = getConf().get(ROOT);
      String key = makeQualified(path).toUri().getPath();
      boolean counted = key.startsWith(root + "/") || key.equals(root);
      // What a call of Hadoop's calls itself is part of it.
      return counted ? StoreCalls.of(root).call(operation, key, call) : call.run();
    }

    /** Hadoop starts a process for it where it has no native library. */
    @Override
    public void setPermission(Path path, FsPermission permission) {
      // Nobody asks.
    }

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
      return call("status", path, () -> super.getFileStatus(path));
    }

    @Override
    public FileStatus[] listStatus(Path path) throws IOException {
      return call("list", path, () -> super.listStatus(path));
    }

    @Override
    public boolean mkdirs(Path path) throws IOException {
      return call("mkdirs", path, () -> super.mkdirs(path));
    }

    @Override
    public boolean mkdirs(Path path, FsPermission permission) throws IOException {
      return call("mkdirs", path, () -> super.mkdirs(path, permission));
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
      return call("rename", from, () -> super.rename(from, to));
    }

    @Override
    public boolean delete(Path path, boolean recursive) throws IOException {
      return call("delete", path, () -> super.delete(path, recursive));
    }

    @Override
    public FSDataInputStream open(Path path, int bufferSize) throws IOException {
      return call("open", path, () -> super.open(path, bufferSize));
    }

    @Override
    public FSDataOutputStream create(
        Path path,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      return closing(
          path,
          call(
              "create",
              path,
              () -> super.create(path, overwrite, bufferSize, replication, blockSize, progress)));
    }

    @Override
    public FSDataOutputStream create(
        Path path,
        FsPermission permission,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      return create(path, overwrite, bufferSize, replication, blockSize, progress);
    }

    private FSDataOutputStream closing(Path path, FSDataOutputStream out) throws IOException {
      return new FSDataOutputStream(new BufferedOutputStream(new Closing(path, out)), null);
    }

    private final class Closing extends FilterOutputStream {
      private final Path path;
      private boolean closed;

      Closing(Path path, OutputStream out) {
        super(out);
        this.path = path;
      }

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        out.write(bytes, from, length);
      }

      @Override
      public void close() throws IOException {
        if (closed) {
          return;
        }
        closed = true;
        boolean[] done = new boolean[1];
        try {
          call(
              "close",
              path,
              () -> {
                out.close();
                done[0] = true;
                return null;
              });
        } finally {
          if (!done[0]) {
            out.close();
            halve();
          }
        }
      }

      /** Of a process that is gone not all had reached the disk. */
      private void halve() throws IOException {
        try (FileChannel file =
            FileChannel.open(pathToFile(path).toPath(), StandardOpenOption.WRITE)) {
          file.truncate(file.size() / 2);
        } catch (java.nio.file.NoSuchFileException e) {
          // It was removed meanwhile.
        }
      }
    }

    @Override
    public void setConf(Configuration conf) {
      super.setConf(conf);
    }
  }
}
