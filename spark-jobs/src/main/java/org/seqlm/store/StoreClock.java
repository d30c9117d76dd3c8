package org.seqlm.store;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The clock that dates a file system's files, which need not agree with this machine's. */
public final class StoreClock {
  private StoreClock() {}

  /**
   * What time it is by that clock, in milliseconds since 1970: that of a small file, which is
   * removed again. Where none can be written, this machine's.
   *
   * @param folder that is there
   */
  public static long now(FileSystem fs, Path folder) {
    long before = System.currentTimeMillis();
    Path probe = new Path(folder, ".clock-" + DataFolder.unique());
    try {
      try (OutputStream out = fs.create(probe, false)) {
        out.write(0); // some stores know of no empty files
      }
      return fs.getFileStatus(probe).getModificationTime();
    } catch (IOException | FSError e) {
      return before;
    } finally {
      try {
        fs.delete(probe, false);
      } catch (IOException | FSError e) {
        // A byte is left, in a file that nobody reads.
      }
    }
  }
}
