package org.seqlm.store;

import java.io.File;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.Secrets;
import org.seqlm.UserException;

/**
 * Paths as people name them, and their own files behind them. Hadoop takes whatever stands before a
 * colon for a scheme, and keeps a hidden checksum file beside each local file, which goes stale as
 * soon as a person edits that: neither happens here.
 */
public final class Paths {
  private static final String LOCAL = "file";

  private Paths() {}

  /**
   * A path as a user names it. What stands before a first colon is a scheme if it could be one and
   * a slash follows the colon; {@code 10:00.txt} is a file of this machine, the only kind of file
   * system on which a name may have a colon.
   *
   * @throws UserException with exit code 2 if it is none, or holds a password
   */
  public static Path of(String text) {
    Secrets.refuseIn(text);
    try {
      boolean name =
          text.matches("(?s)[^/:]+:.*") && !text.matches("(?s)[A-Za-z][A-Za-z0-9+.-]*:/.*");
      return name ? new Path(LOCAL, null, new File(text).getAbsolutePath()) : new Path(text);
    } catch (IllegalArgumentException e) {
      throw UserException.configuration(
          "\"" + text + "\" is no path that Hadoop understands: " + e.getMessage());
    }
  }

  /**
   * Whether a name that a file holds, of a manifest for instance, means something below a folder,
   * whichever that is: it is no whole path, has no scheme, drive or back slash, and no step up.
   *
   * @param relative with forward slashes
   */
  public static boolean isBelow(String relative) {
    if (relative == null || relative.chars().anyMatch(c -> c == ':' || c == '\\' || c < ' ')) {
      return false;
    }
    for (String name : relative.split("/", -1)) {
      if (name.isEmpty() || name.equals(".") || name.equals("..")) {
        return false;
      }
    }
    return true;
  }

  /** What lies below a folder, whatever characters its name has. */
  public static Path below(Path folder, String relative) {
    return new Path(folder, new Path(null, null, relative));
  }

  /**
   * The file system for what people read and write: on this machine's disks without Hadoop's
   * checksum files. What is replaced there is removed by {@link #remove}.
   */
  public static FileSystem plain(Path path, Configuration conf) throws IOException {
    return plain(path.getFileSystem(conf));
  }

  /** The same for a file system. */
  public static FileSystem plain(FileSystem fs) {
    return fs instanceof LocalFileSystem local ? local.getRawFileSystem() : fs;
  }

  /** Removes a file if it is there, and the checksum file that Hadoop may have put beside it. */
  public static void remove(FileSystem fs, Path file) throws IOException {
    fs.delete(file, false);
    forgetChecksum(fs, file);
  }

  /** Removes the checksum file that Hadoop may have put beside a file of this machine's. */
  public static void forgetChecksum(FileSystem fs, Path file) throws IOException {
    if (isLocal(fs)) {
      plain(fs).delete(below(file.getParent(), "." + file.getName() + ".crc"), false);
    }
  }

  /** The file of this machine, or null if it lies elsewhere. */
  public static File local(Path path, Configuration conf) throws IOException {
    String scheme = path.toUri().getScheme();
    if (scheme == null ? !isLocal(FileSystem.get(conf)) : !scheme.equals(LOCAL)) {
      return null;
    }
    return local(path.getFileSystem(conf), path);
  }

  /** The same for a path of a file system. */
  public static File local(FileSystem fs, Path path) {
    return isLocal(fs) ? new File(fs.makeQualified(path).toUri().getPath()) : null;
  }

  private static boolean isLocal(FileSystem fs) {
    return LOCAL.equals(fs.getUri().getScheme());
  }

  /**
   * Where a path leads: whole, and on this machine through all links, so that two spellings of one
   * place are equal.
   */
  public static Path real(Path path, Configuration conf) throws IOException {
    File file = local(path, conf);
    if (file != null) {
      return new Path(LOCAL, null, file.getCanonicalPath());
    }
    boolean relative = path.toUri().getScheme() == null && !path.isAbsolute();
    Path from = relative ? FileSystem.get(conf).getWorkingDirectory() : new Path("/");
    return path.makeQualified(FileSystem.getDefaultUri(conf), from);
  }

  /** Whether a path is a folder, or lies in it. */
  public static boolean within(Path path, Path folder) {
    for (Path at = path; at != null; at = at.getParent()) {
      if (at.equals(folder)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether it is there and can be read but once, or never to an end: a pipe, a socket, a device.
   */
  public static boolean isSpecial(File file) {
    return file.exists() && !file.isFile() && !file.isDirectory();
  }

  /**
   * What to tell of such a one: exit code 3.
   *
   * @param what it is, as the message begins
   */
  public static UserException special(String what) {
    return UserException.data(
        what
            + " is no regular file but a pipe or a device, and what is read here may be read more"
            + " than once: write it to a file first");
  }
}
