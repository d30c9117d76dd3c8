package org.seqlm.registry;

import java.io.IOException;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.store.Paths;
import org.seqlm.store.Store;

/**
 * Where a registry may begin. A mistyped path would lead to a second one beside the first, whose
 * champion begins anew, and nothing would fail.
 */
public enum Beginning {
  /**
   * Where the folder above is there, and no registry beside it has nearly its name. Names that
   * differ by their digits are taken for a series.
   */
  CHECKED,
  /** Anywhere. */
  ALWAYS,
  /** Nowhere: there must be one. */
  NEVER;

  /** Letters by which two names may differ and be taken for one. */
  private static final int NEAR = 2;

  /**
   * Checks a folder that holds no registry yet.
   *
   * @throws UserException with exit code 2 if none may begin there
   */
  public void check(Configuration conf, String folder) throws IOException {
    if (this == ALWAYS) {
      return;
    }
    Path path = Paths.of(folder);
    FileSystem fs = path.getFileSystem(conf);
    Path whole = fs.makeQualified(path);
    String near = neighbour(conf, fs, whole);
    if (near != null) {
      throw UserException.configuration(
          "--registry "
              + folder
              + " holds no registry, but "
              + near
              + " beside it does: give that"
              + (this == CHECKED ? ", or --begin always to begin another" : ""));
    }
    if (this == NEVER) {
      throw UserException.configuration(
          "--registry "
              + folder
              + " holds no registry, and begin is never: give the folder of one, or --begin checked"
              + " to begin one there");
    }
    Path above = whole.getParent();
    if (above != null && Store.of(fs, whole).hasFolders() && !fs.exists(above)) {
      throw UserException.configuration(
          "--registry "
              + folder
              + " holds no registry, and none begins there, as there is no folder "
              + Path.getPathWithoutSchemeAndAuthority(above)
              + ": correct the path, make that folder, or give --begin always");
    }
  }

  /** The name of a registry beside a folder that has nearly its name; null if there is none. */
  private static String neighbour(Configuration conf, FileSystem fs, Path folder)
      throws IOException {
    Path above = folder.getParent();
    if (above == null || !fs.exists(above)) {
      return null;
    }
    for (FileStatus one : fs.listStatus(above)) {
      if (one.isDirectory()
          && isNear(folder.getName(), one.getPath().getName())
          && Registry.isRegistry(conf, one.getPath().toString())) {
        return Path.getPathWithoutSchemeAndAuthority(one.getPath()).toString();
      }
    }
    return null;
  }

  /** Whether one of two names may be a slip for the other. */
  static boolean isNear(String one, String other) {
    int most = Math.min(NEAR, Math.min(one.length(), other.length()) / 3);
    return new LevenshteinDistance(most).apply(one, other) > 0
        && !one.replaceAll("\\d+", "0").equals(other.replaceAll("\\d+", "0"));
  }
}
