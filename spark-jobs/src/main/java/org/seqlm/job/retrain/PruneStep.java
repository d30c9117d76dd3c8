package org.seqlm.job.retrain;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.registry.Grounds;
import org.seqlm.registry.ModelVersion;
import org.seqlm.registry.Registry;
import org.seqlm.registry.RegistryState;
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

  /** Those that nobody asks for once the night is decided. */
  private static final List<String> DECIDED = List.of("counts", "_words", "_baseline");

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
    // The registry has the counts that somebody takes up, also those of a night that died before
    // it came to this.
    for (Path one : folders) {
      for (String part : DECIDED) {
        fs.delete(new Path(one, part), true);
      }
    }
    Set<Path> needed = newest(fs, registry);
    Path tonight = fs.makeQualified(Paths.of(night.path())); // a night of long ago may be taken up
    folders.removeIf(one -> fs.makeQualified(one).equals(tonight));
    folders.sort(Comparator.comparing(Path::getName));
    for (Path old : folders.subList(0, Math.max(0, folders.size() + 1 - keep.nights()))) {
      for (String part : PARTS) {
        Path path = new Path(old, part);
        if (!needed.contains(fs.makeQualified(path))) {
          fs.delete(path, true);
        }
      }
      // Whatever else lies there is somebody's.
      if (fs.listStatus(old).length == 0) {
        fs.delete(old, false);
      }
    }
  }

  /**
   * The newest dataset of the champion, which the next night's text is held against, and of one
   * that comes again and may be the champion then.
   */
  private static Set<Path> newest(FileSystem fs, Registry registry) throws IOException {
    RegistryState state = registry.state();
    Set<Path> newest = new HashSet<>();
    for (int version :
        new int[] {state.champion(), state.kept().map(ModelVersion::number).orElse(0)}) {
      List<String> datasets = NightRecord.of(registry, version).datasets();
      if (!datasets.isEmpty()) {
        newest.add(fs.makeQualified(Paths.of(datasets.get(datasets.size() - 1))));
      }
    }
    return newest;
  }
}
