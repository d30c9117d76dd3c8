package org.seqlm.artifact;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.store.DataFolder;
import org.seqlm.store.HashedFile;
import org.seqlm.store.Paths;

/**
 * What writers that were killed or came second left in an artifact's folder: what has a name that
 * only a writer gives, and no manifest lists. A writer that is at work has such files, too: only
 * their age tells them apart.
 */
public final class Orphans {
  private static final Set<String> OF_RUNS =
      Set.of(RunLayout.MODEL, RunLayout.CHECKPOINTS, RunLayout.METRICS, RunLayout.STATES);

  private final FileSystem fs;
  private final Path root;
  private final Set<String> counted;
  private final List<Orphan> found = new ArrayList<>();

  /**
   * A file, or a folder with all that is in it.
   *
   * @param path relative to the artifact's folder
   * @param files how many
   * @param bytes of them together
   * @param modified the latest of them, in milliseconds since 1970
   */
  public record Orphan(String path, long files, long bytes, long modified) {
    private Orphan and(Orphan other) {
      return new Orphan(
          path, files + other.files, bytes + other.bytes, Math.max(modified, other.modified));
    }
  }

  private Orphans(FileSystem fs, Path root, Set<String> counted) {
    this.fs = fs;
    this.root = root;
    this.counted = counted;
  }

  /**
   * Finds them.
   *
   * @param folder an artifact's, or one in which an artifact was begun
   * @param counted paths of the files that manifests list, and of the manifests that count,
   *     relative to the folder
   * @param run whether it is a run's
   * @return in no particular order; empty if there is no such folder
   */
  public static List<Orphan> find(FileSystem fs, Path folder, Set<String> counted, Kind run)
      throws IOException {
    Orphans orphans = new Orphans(Paths.plain(fs), folder, counted);
    for (FileStatus child : orphans.children(folder)) {
      String name = child.getPath().getName();
      if (child.isDirectory()
          ? DataFolder.isOne(name) || (run == Kind.RUN && OF_RUNS.contains(name))
          : isWriters(name)) {
        orphans.visit(child, name);
      }
    }
    return orphans.found;
  }

  /** What an artifact's folder may hold beside data. */
  public enum Kind {
    RUN,
    ANY_OTHER
  }

  /** Whether only a writer gives such a name to a file beside his data. */
  private static boolean isWriters(String name) {
    return ManifestLog.isManifest(name)
        || HashedFile.isTemporary(name)
        || (name.startsWith("..") && name.endsWith(HashedFile.TEMPORARY + ".crc"))
        || name.equals(OutputCheck.OLD_MARKER);
  }

  private FileStatus[] children(Path folder) throws IOException {
    try {
      return fs.listStatus(folder);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }

  /**
   * Looks at a file or folder.
   *
   * @return all of it if nothing in it counts, else null: then what does not count is in the list
   */
  private Orphan visit(FileStatus status, String path) throws IOException {
    Orphan orphan = look(status, path);
    if (orphan != null && !path.contains("/") && orphan.files() > 0) {
      found.add(orphan);
    }
    return orphan;
  }

  private Orphan look(FileStatus status, String path) throws IOException {
    if (!status.isDirectory()) {
      return counts(path)
          ? null
          : new Orphan(path, 1, status.getLen(), status.getModificationTime());
    }
    Orphan all = new Orphan(path, 0, 0, status.getModificationTime());
    List<Orphan> parts = new ArrayList<>();
    boolean some = false;
    for (FileStatus child : children(status.getPath())) {
      Orphan part = look(child, path + "/" + child.getPath().getName());
      if (part == null) {
        some = true;
      } else {
        parts.add(part);
        all = all.and(part);
      }
    }
    if (!some) {
      return all;
    }
    parts.stream().filter(part -> part.files() > 0).forEach(found::add);
    return null;
  }

  /** Also of the checksum file that Hadoop keeps beside a local one. */
  private boolean counts(String path) {
    int slash = path.lastIndexOf('/') + 1;
    String name = path.substring(slash);
    boolean checksum = name.startsWith(".") && name.endsWith(".crc");
    return counted.contains(
        checksum
            ? path.substring(0, slash) + name.substring(1, name.length() - ".crc".length())
            : path);
  }

  /** Removes one, with all that is in it. */
  public static void remove(FileSystem fs, Path folder, Orphan orphan) throws IOException {
    Path path = Paths.below(folder, orphan.path());
    fs.delete(path, true);
    for (Path at = path.getParent(); !at.equals(folder); at = at.getParent()) {
      Superseded.removeEmpty(fs, at);
    }
  }
}
