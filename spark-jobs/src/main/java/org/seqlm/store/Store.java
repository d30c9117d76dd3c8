package org.seqlm.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Set;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.viewfs.ViewFileSystem;

/**
 * What a file system can do for who publishes: how it makes a file only where none of that name is,
 * whole and in one step.
 */
public enum Store {
  /** This machine's disks, whose rename replaces: a hard link fails on a name that is taken. */
  LINKS,

  /** HDFS and what behaves like it: a rename fails on a name that is taken. */
  RENAMES,

  /** A create that may not overwrite is carried out, or refused, when the file is closed. */
  CREATES,

  /** The same where it is asked for by {@link #CONDITIONAL_CREATE}. */
  CREATES_CONDITIONALLY,

  /**
   * Nothing of the kind: a look, a write, and a look at what is there then. Of two who write within
   * the time of one write, the later may replace the earlier, who may not notice.
   */
  LOOKS;

  /**
   * Hadoop's name for a create that the store itself refuses where there is a file: of S3A since
   * Hadoop 3.4.2, written out, for this code is compiled with an older one.
   */
  static final String CONDITIONAL_CREATE = "fs.option.create.conditional.overwrite";

  private static final Set<String> RENAMING =
      Set.of("hdfs", "webhdfs", "swebhdfs", "ofs", "o3fs", "maprfs");
  private static final Set<String> AZURE = Set.of("abfs", "abfss");

  /**
   * What a file system can do at a path.
   *
   * @param path what is to be there, or a folder above it
   */
  public static Store of(FileSystem fs, Path path) throws IOException {
    if (fs instanceof ViewFileSystem) {
      return mounted(fs, path);
    }
    // By its own address: not every file system knows of a scheme otherwise.
    String scheme = fs.getUri().getScheme();
    if (scheme.equals("file")) {
      return LINKS;
    }
    if (RENAMING.contains(scheme)) {
      return RENAMES;
    }
    if (AZURE.contains(scheme)) {
      // It has access control lists where it has folders, and without them a rename is a copy.
      return fs.hasPathCapability(path, CommonPathCapabilities.FS_ACLS) ? RENAMES : LOOKS;
    }
    if (scheme.equals("gs")) {
      return CREATES;
    }
    return fs.hasPathCapability(path, CONDITIONAL_CREATE) ? CREATES_CONDITIONALLY : LOOKS;
  }

  /** What the store behind a path can do for who reaches it by the view. */
  private static Store mounted(FileSystem view, Path path) throws IOException {
    Path real = null;
    for (Path at = path; real == null && at != null; at = at.getParent()) {
      try {
        real = view.resolvePath(at);
      } catch (FileNotFoundException e) {
        // It is yet to be made, in the folder above.
      }
    }
    FileSystem behind = real == null ? view : real.getFileSystem(view.getConf());
    Store store = behind instanceof ViewFileSystem ? LOOKS : of(behind, real);
    // The view hands on neither links nor what a create may ask for.
    return store == RENAMES || store == CREATES ? store : LOOKS;
  }

  /** Whether folders are there by themselves, and not only as the beginnings of names. */
  public boolean hasFolders() {
    return this == LINKS || this == RENAMES;
  }
}
