package org.seqlm;

import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;
import org.apache.spark.TaskContext;

/**
 * The local file system, under which a task runs out of memory when it begins to write. Put in
 * place by Hadoop's setting {@code fs.file.impl}.
 */
public final class FullMemoryFileSystem extends LocalFileSystem {
  @Override
  public FSDataOutputStream create(
      Path file,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws java.io.IOException {
    if (TaskContext.get() != null) {
      throw new OutOfMemoryError("Java heap space");
    }
    return super.create(file, permission, overwrite, bufferSize, replication, blockSize, progress);
  }
}
