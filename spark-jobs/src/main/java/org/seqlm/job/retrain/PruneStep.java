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

  /** What steps leave in a night's folder. */
  private static final List<String> PARTS =
      List.of(
          "run",
          "dataset",
          "night",
          "report.html",
          NightPages.SUMMARY,
          "drift",
          "samples",
          "counts",
          "_fresh",
          "look",
          "_words",
          "_baseline");

  private PruneStep() {}

  static void run(NightFolder night, Registry registry) throws IOException {
    RetrainConfig.Keep keep = night.config().keep();
    registry.prune(keep.versions(), ORPHANS, Grounds.night(night.night(), List.of(), null));
    // The registry has the counts of a night that was promoted, and those of others nobody takes
    // up.
    for (String done : List.of(night.counts(), night.words(), night.baseline())) {
      Path path = Paths.of(done);
      path.getFileSystem(night.hadoop()).delete(path, true);
    }
    Path nights = Paths.of(night.config().nights());
    FileSystem fs = nights.getFileSystem(night.hadoop());
    List<Path> folders = new ArrayList<>();
    for (FileStatus one : fs.listStatus(nights)) {
      if (one.isDirectory() && RetrainConfig.isDate(one.getPath().getName())) {
        folders.add(one.getPath());
      }
    }
    Path champion = newest(fs, registry);
    folders.sort(Comparator.comparing(Path::getName));
    for (Path old : folders.subList(0, Math.max(0, folders.size() - keep.nights()))) {
      for (String part : PARTS) {
        Path path = new Path(old, part);
        if (!path.equals(champion)) {
          fs.delete(path, true);
        }
      }
      // Whatever else lies there is somebody's.
      if (fs.listStatus(old).length == 0) {
        fs.delete(old, false);
      }
    }
  }

  /** The newest dataset of the champion, which the next night's text is held against. */
  private static Path newest(FileSystem fs, Registry registry) throws IOException {
    List<String> datasets = NightRecord.of(registry, registry.state().champion()).datasets();
    return datasets.isEmpty()
        ? null
        : fs.makeQualified(Paths.of(datasets.get(datasets.size() - 1)));
  }
}
