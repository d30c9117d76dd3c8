package org.seqlm.artifact;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.store.DataFolder;
import org.seqlm.store.ExclusiveFile;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Paths;
import org.seqlm.store.Store;

/**
 * One writer's commits to an artifact that grows, as a training run does: each succeeds only if no
 * other writer committed since the one before.
 */
public final class Commits {
  private final FileSystem fs;
  private final Path folder;
  private final String unique = DataFolder.unique();
  private int number;

  private Commits(FileSystem fs, Path folder, int number) {
    this.fs = fs;
    this.folder = folder;
    this.number = number;
  }

  /** The number of a folder's newest commit, damaged or not; 0 for none. */
  public static int newest(FileSystem fs, Path folder) throws IOException {
    ManifestLog.Entry newest = ManifestLog.newest(fs, folder);
    return newest == null ? 0 : newest.number();
  }

  /** When a commit was written, in milliseconds since 1970; 0 if it is gone. */
  public static long written(FileSystem fs, Path folder, int number) throws IOException {
    try {
      return fs.getFileStatus(new Path(folder, ManifestLog.name(number))).getModificationTime();
    } catch (FileNotFoundException e) {
      return 0;
    }
  }

  /**
   * A writer who has seen a commit.
   *
   * @param number of the newest, 0 for none
   */
  public static Commits after(FileSystem fs, Path folder, int number) {
    return new Commits(fs, fs.makeQualified(folder), number);
  }

  /** The number of the newest commit that the writer knows, his own or another's. */
  public int number() {
    return number;
  }

  /** Twelve hexadecimal digits that are the writer's own. */
  public String unique() {
    return unique;
  }

  /**
   * Commits, and removes the manifests before.
   *
   * @param manifest that holds {@link #unique}
   * @return false if another writer has committed: this one can do so no more
   * @throws UserException with exit code 5 if nobody knows whether it was carried out
   */
  public boolean commit(Manifest manifest) throws IOException {
    if (Store.of(fs, folder).hasFolders()) {
      fs.mkdirs(folder);
    }
    try {
      if (ManifestLog.commit(fs, folder, number + 1, manifest, unique) == null) {
        return false;
      }
    } catch (ExclusiveFile.UncertainException e) {
      throw UserException.platform(
          "nobody knows whether "
              + new Path(folder, ManifestLog.name(number + 1))
              + " was written: "
              + e.getMessage()
              + "; when the file system is reached again, start the same command again",
          e);
    }
    number++;
    removeOlder();
    return true;
  }

  private void removeOlder() {
    try {
      for (ManifestLog.Entry entry : ManifestLog.all(fs, folder)) {
        if (entry.number() < number) {
          Paths.remove(fs, entry.file());
        }
      }
      // By this a run of format version 1 was known.
      Paths.remove(fs, new Path(folder, RunLayout.FILE));
    } catch (IOException e) {
      // They do not count any more.
    }
  }

  /** Removes files that a commit has dropped, and the parts whose manifests they are. */
  public void remove(List<FileEntry> dropped) {
    List<String> files = new ArrayList<>();
    for (FileEntry file : dropped) {
      if (ManifestLog.isManifest(Paths.below(folder, file.path()).getName())) {
        removePart(file);
      } else {
        files.add(file.path());
      }
    }
    try {
      Superseded.removeFiles(fs, folder, files);
    } catch (IOException e) {
      // They do not count any more.
    }
  }

  /** Removes a part by its manifest. */
  public void removePart(FileEntry manifest) {
    Superseded.removePart(fs, folder, manifest.path());
  }
}
