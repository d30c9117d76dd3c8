package org.seqlm.job.bench;

import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.seqlm.store.Paths;

/**
 * Folders that benchmarks write to: what they write is theirs to remove, whatever else lies there.
 */
final class Places {
  private Places() {}

  /** A folder of our own in a user's, as executors can open it. */
  static String below(String folder, Configuration hadoop) throws IOException {
    Path path = Paths.below(Paths.of(folder), "seqlm-bench-" + UUID.randomUUID());
    return path.getFileSystem(hadoop).makeQualified(path).toString();
  }

  static void remove(String folder, Configuration hadoop) throws IOException {
    Path path = Paths.of(folder);
    path.getFileSystem(hadoop).delete(path, true);
  }
}
