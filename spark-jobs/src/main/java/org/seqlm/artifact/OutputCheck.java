package org.seqlm.artifact;

import java.io.File;
import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.store.DataFolder;
import org.seqlm.store.HashedFile;
import org.seqlm.store.Paths;
import org.seqlm.store.Store;

/** Checks, before any work, that what a command is to write may and can be written. */
public final class OutputCheck {
  private OutputCheck() {}

  /**
   * Checks the folder that {@code --output} names.
   *
   * @throws UserException with exit code 2 if it holds a complete artifact and may not be replaced,
   *     or anything that is no artifact, or lies where no folder can be made
   */
  public static void folder(Configuration conf, String target, Overwrite overwrite)
      throws IOException {
    folder(conf, "--output", target, overwrite);
  }

  /**
   * The same for an output that another flag names.
   *
   * @throws UserException as for {@code --output}
   */
  public static void folder(Configuration conf, String flag, String target, Overwrite overwrite)
      throws IOException {
    String output = named(flag, target);
    Path path = Paths.of(target);
    FileSystem fs = path.getFileSystem(conf);
    content(fs, path, flag, output, overwrite);
    place(fs, path, flag, output);
  }

  private static String named(String flag, String target) {
    return flag.equals("--output") ? "output " + target : flag + " " + target;
  }

  /**
   * Checks an output that is one file. An empty one, as {@code mktemp} makes, is filled.
   *
   * @throws UserException with exit code 2 if it exists and may not be replaced, is a folder, a
   *     pipe or a device, or lies where nothing can be written
   */
  public static void file(Configuration conf, String flag, String file, Overwrite overwrite)
      throws IOException {
    String output = named(flag, file);
    Path path = Paths.of(file);
    FileSystem fs = path.getFileSystem(conf);
    if (fs.exists(path)) {
      File local = Paths.local(fs, path);
      if (local != null && Paths.isSpecial(local)) {
        throw UserException.configuration(
            output + " is a pipe or a device, whose place no file may take: give a file");
      }
      FileStatus status = fs.getFileStatus(path);
      if (status.isDirectory()) {
        throw UserException.configuration(output + " is a folder: give the name of a file in it");
      }
      if (overwrite == Overwrite.REFUSE && status.getLen() > 0) {
        throw exists(output, flag);
      }
    }
    place(fs, path, flag, output);
  }

  /**
   * Checks that what lies above a folder that is to be made are folders.
   *
   * @throws UserException with exit code 2 if one of them is a file
   */
  public static void above(Configuration conf, String flag, String folder) throws IOException {
    Path path = Paths.of(folder);
    FileSystem fs = path.getFileSystem(conf);
    if (!Store.of(fs, path).hasFolders()) {
      return;
    }
    Path at = fs.makeQualified(path).getParent();
    while (at != null && !fs.exists(at)) {
      at = at.getParent();
    }
    if (at != null && !fs.getFileStatus(at).isDirectory()) {
      throw UserException.configuration(
          named(flag, folder)
              + " cannot be a folder, as "
              + Path.getPathWithoutSchemeAndAuthority(at)
              + " is a file: give another "
              + flag);
    }
  }

  private static UserException exists(String output, String flag) {
    return UserException.configuration(
        output + " exists: give --overwrite to replace it, or another " + flag);
  }

  /**
   * Tries to make a folder beside {@code path}, or as near to it as there is a folder; leaves
   * nothing. Object stores have no folders to try.
   *
   * @param output as messages name it
   * @throws UserException with exit code 2 if it cannot be made
   */
  private static void place(FileSystem fs, Path path, String flag, String output)
      throws IOException {
    if (!Store.of(fs, path).hasFolders()) {
      return;
    }
    Path at = fs.makeQualified(path).getParent();
    String why;
    try {
      while (at != null && at.getParent() != null && !fs.exists(at)) {
        at = at.getParent();
      }
      if (at == null) {
        return; // the root, which content refuses
      }
      Path probe = new Path(at, ".seqlm-" + UUID.randomUUID());
      if (fs.mkdirs(probe)) {
        fs.delete(probe, true);
        return;
      }
      why = "no folder can be made in " + at;
    } catch (IOException e) {
      why = e.getMessage();
    }
    throw UserException.configuration(
        output + " cannot be written: " + why + "; give another " + flag + ", or make room for it");
  }

  /**
   * Checks what is there.
   *
   * @return the newest commit that is there; null if there is none
   */
  static ManifestLog.Entry content(
      FileSystem fs, Path path, String flag, String output, Overwrite overwrite)
      throws IOException {
    if (!fs.exists(path)) {
      return null;
    }
    FileStatus status = fs.getFileStatus(path);
    if (!status.isDirectory()) {
      throw noArtifact(output, flag);
    }
    FileStatus[] children = fs.listStatus(path);
    var commits = ManifestLog.all(children);
    if (!commits.isEmpty()) {
      if (overwrite == Overwrite.REFUSE) {
        throw exists(output, flag);
      }
      return commits.get(commits.size() - 1);
    }
    for (FileStatus child : children) {
      if (!isOurs(child.getPath().getName())) {
        throw noArtifact(output, flag);
      }
    }
    return null;
  }

  /** Whether a name is what writers give that never came to their end. */
  private static boolean isOurs(String name) {
    return DataFolder.isOne(name) || HashedFile.isTemporary(name) || name.equals(OLD_MARKER);
  }

  /** What format version 1 put into a folder of an object store before anything else. */
  static final String OLD_MARKER = ".seqlm.incomplete";

  private static UserException noArtifact(String output, String flag) {
    return UserException.configuration(
        output
            + " exists and is no artifact of ours (it has no "
            + Manifest.FILE_NAME
            + "): give another "
            + flag
            + ", or remove it yourself");
  }
}
