package org.seqlm.job.retrain;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.registry.Grounds;
import org.seqlm.registry.Registry;
import org.seqlm.store.Paths;

/** Gives up what is older than the configuration says, once the night is decided. */
final class PruneStep {
  /** How old files that no manifest lists must be: a writer that is at work has such. */
  private static final Duration ORPHANS = Duration.ofHours(24);

  private PruneStep() {}

  static void run(NightFolder night, Registry registry) throws IOException {
    RetrainConfig.Keep keep = night.config().keep();
    registry.prune(keep.versions(), ORPHANS, Grounds.night(night.night(), List.of(), null));
    Path nights = Paths.of(night.config().nights());
    FileSystem fs = nights.getFileSystem(night.hadoop());
    List<Path> folders = new ArrayList<>();
    for (FileStatus one : fs.listStatus(nights)) {
      if (one.isDirectory() && RetrainConfig.isDate(one.getPath().getName())) {
        folders.add(one.getPath());
      }
    }
    folders.sort(Comparator.comparing(Path::getName));
    for (Path old : folders.subList(0, Math.max(0, folders.size() - keep.nights()))) {
      for (String part : List.of("run", "dataset", "night", "report.html")) {
        fs.delete(new Path(old, part), true);
      }
      // Whatever else lies there is somebody's.
      if (fs.listStatus(old).length == 0) {
        fs.delete(old, false);
      }
    }
  }
}
