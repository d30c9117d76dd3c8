package org.seqlm.store;

import java.io.FilterOutputStream;
import java.io.IOException;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A new file that does not appear once writing to it has failed, where the file system offers that:
 * closing a file of an object store publishes what was written of it, whatever went before.
 */
final class AbortableOutput extends FilterOutputStream {
  private final FSDataOutputStream file;
  private boolean failed;

  private AbortableOutput(FSDataOutputStream file) {
    super(file);
    this.file = file;
  }

  static AbortableOutput of(FSDataOutputStream file) {
    return new AbortableOutput(file);
  }

  /** Whether a file of that name never appears in part. */
  static boolean isOffered(FileSystem fs, Path file) throws IOException {
    return fs.hasPathCapability(file, CommonPathCapabilities.ABORTABLE_STREAM);
  }

  /** Makes closing it give the file up. */
  void giveUp() {
    failed = true;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    try {
      file.write(bytes, from, length);
    } catch (IOException | RuntimeException | Error e) {
      failed = true;
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    if (failed && file.hasCapability(CommonPathCapabilities.ABORTABLE_STREAM)) {
      file.abort();
    } else {
      file.close();
    }
  }
}
