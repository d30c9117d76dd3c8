package org.seqlm.job.bench.place;

import java.io.IOException;
import java.nio.file.Files;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.ShutdownHookManager;
import org.seqlm.UserException;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.Master;
import org.seqlm.store.Paths;

/**
 * A folder of a benchmark's own that goes when it ends, however that is: in a user's folder,
 * whatever else lies there, or a temporary one of this machine.
 */
public final class BenchFolder implements AutoCloseable {
  private static final int HOOK_PRIORITY = 20; // above the file systems', which close them

  private final Path path;
  private final FileSystem fs;
  private final Runnable hook = this::removeQuietly;

  private BenchFolder(Path path, FileSystem fs) {
    this.path = path;
    this.fs = fs;
    ShutdownHookManager.get().addShutdownHook(hook, HOOK_PRIORITY);
  }

  /**
   * Opens one; it is made by who writes to it.
   *
   * @param folder of the user, or null
   * @throws UserException with exit code 2 if it is null and executors run elsewhere
   */
  public static BenchFolder open(String folder, JobContext context) throws IOException {
    Configuration hadoop = context.hadoop();
    if (folder == null) {
      String master = context.sparkConf().get("spark.master");
      if (!Master.of(master).onThisMachine()) {
        throw UserException.configuration(
            "folder is missing, and executors of "
                + master
                + " do not see this machine's: give --folder DIR on a file system that all of them"
                + " reach");
      }
      return of(new Path(Files.createTempDirectory("seqlm-bench").toUri()), hadoop);
    }
    return of(Paths.below(Paths.of(folder), "seqlm-bench-" + UUID.randomUUID()), hadoop);
  }

  private static BenchFolder of(Path path, Configuration hadoop) throws IOException {
    FileSystem fs = path.getFileSystem(hadoop);
    return new BenchFolder(fs.makeQualified(path), fs);
  }

  /** Something in it, as executors can open it. */
  public String below(String name) {
    return path + "/" + name;
  }

  /** Removes something in it, if it is there. */
  public void remove(String name) throws IOException {
    fs.delete(new Path(path, name), true);
  }

  private void removeQuietly() {
    try {
      fs.delete(path, true);
    } catch (IOException e) {
      // Nobody is left to be told, and what ends the process is told already.
    }
  }

  @Override
  public void close() {
    ShutdownHookManager.get().removeShutdownHook(hook);
    removeQuietly();
  }
}
