package org.seqlm.artifact;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;

/**
 * Writes an artifact that appears whole or not at all. Files go to a hidden folder beside the
 * output, which is renamed into place once its manifest is in it; object stores, which have no
 * atomic rename, get the files in place, after a marker that says whose they are, and the manifest
 * last, and readers take a folder without a manifest for nothing. Closing without {@link #publish}
 * removes what was written.
 */
public final class ArtifactWriter implements Closeable {
  /** Schemes whose rename is a copy of every object. */
  private static final Set<String> OBJECT_STORES =
      Set.of("s3a", "s3", "s3n", "gs", "oss", "cos", "cosn", "obs", "wasb", "wasbs");

  /** What lies in a folder of an object store while files are written to it, or removed. */
  private static final String MARKER = ".seqlm" + HashedFile.INCOMPLETE;

  private final FileSystem fs;
  private final Path target;
  private final Path staging;
  private final List<FileEntry> files = new ArrayList<>();
  private boolean published;

  private ArtifactWriter(FileSystem fs, Path target, Path staging) {
    this.fs = fs;
    this.target = target;
    this.staging = staging;
  }

  /** By its own address: not every file system knows of a scheme otherwise. */
  private static boolean isObjectStore(FileSystem fs) {
    return OBJECT_STORES.contains(fs.getUri().getScheme());
  }

  /**
   * Begins an artifact; what an earlier, incomplete attempt left is removed.
   *
   * @throws UserException with exit code 2 if {@code target} holds a complete artifact and may not
   *     be replaced, or anything that is no artifact
   */
  public static ArtifactWriter create(Configuration conf, String target, Overwrite overwrite)
      throws IOException {
    Path path = Paths.of(target);
    FileSystem fs = path.getFileSystem(conf);
    path = fs.makeQualified(path);
    checkContent(fs, path, "--output", "output " + target, overwrite);
    Path staging =
        isObjectStore(fs)
            ? path
            : Paths.below(path.getParent(), "." + path.getName() + HashedFile.INCOMPLETE);
    begin(fs, staging);
    // An interrupted process leaves nothing behind.
    fs.deleteOnExit(staging);
    return new ArtifactWriter(fs, path, staging);
  }

  /** Makes a folder empty but for the marker, which object stores need. */
  public static void begin(FileSystem fs, Path folder) throws IOException {
    if (isObjectStore(fs)) {
      // First: whoever is killed from here on leaves a folder that he may write again.
      HashedFile.replace(fs, folder, MARKER, out -> out.write('\n'));
      removeMarked(fs, folder);
      return;
    }
    fs.delete(folder, true);
    if (!fs.mkdirs(folder)) {
      throw new IOException("cannot make the folder " + folder);
    }
  }

  /** Says that a folder is known by what is in it now. */
  public static void unmark(FileSystem fs, Path folder) throws IOException {
    if (isObjectStore(fs)) {
      fs.delete(new Path(folder, MARKER), false);
    }
  }

  /** Removes what lies beside the marker, the manifest first: what is left is no artifact. */
  private static void removeMarked(FileSystem fs, Path folder) throws IOException {
    fs.delete(new Path(folder, Manifest.FILE_NAME), false);
    for (FileStatus file : fs.listStatus(folder, path -> !isMarker(path))) {
      fs.delete(file.getPath(), true);
    }
  }

  /** Whether a file is what says that others are being written. */
  public static boolean isMarker(Path file) {
    return file.getName().equals(MARKER);
  }

  /**
   * Checks, before any work, that {@code target} may and can be written.
   *
   * @throws UserException as {@link #create} does, and where no folder can be made
   */
  public static void checkTarget(Configuration conf, String target, Overwrite overwrite)
      throws IOException {
    checkTarget(conf, "--output", target, overwrite);
  }

  /**
   * The same for an output that another flag names.
   *
   * @throws UserException as for {@code --output}
   */
  public static void checkTarget(
      Configuration conf, String flag, String target, Overwrite overwrite) throws IOException {
    String output = named(flag, target);
    Path path = Paths.of(target);
    FileSystem fs = path.getFileSystem(conf);
    checkContent(fs, path, flag, output, overwrite);
    checkPlace(fs, path, flag, output);
  }

  private static String named(String flag, String target) {
    return flag.equals("--output") ? "output " + target : flag + " " + target;
  }

  /**
   * The same for an output that is one file. An empty one, as {@code mktemp} makes, is filled.
   *
   * @throws UserException with exit code 2 if it exists and may not be replaced, is a folder, a
   *     pipe or a device, or lies where nothing can be written
   */
  public static void checkFile(Configuration conf, String flag, String file, Overwrite overwrite)
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
        throw UserException.configuration(
            output + " exists: give --overwrite to replace it, or another " + flag);
      }
    }
    checkPlace(fs, path, flag, output);
  }

  /**
   * Tries to make a folder beside {@code path}, or as near to it as there is a folder; leaves
   * nothing. Object stores have no folders to try.
   *
   * @param output as messages name it
   * @throws UserException with exit code 2 if it cannot be made
   */
  private static void checkPlace(FileSystem fs, Path path, String flag, String output) {
    if (isObjectStore(fs)) {
      return;
    }
    Path at = fs.makeQualified(path).getParent();
    String why;
    try {
      while (at != null && at.getParent() != null && !fs.exists(at)) {
        at = at.getParent();
      }
      if (at == null) {
        return; // the root, which checkContent refuses
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

  private static void checkContent(
      FileSystem fs, Path path, String flag, String output, Overwrite overwrite)
      throws IOException {
    if (!fs.exists(path)) {
      return;
    }
    boolean complete = fs.exists(new Path(path, Manifest.FILE_NAME));
    if (complete && overwrite == Overwrite.REFUSE) {
      throw UserException.configuration(
          output + " exists: give --overwrite to replace it, or another " + flag);
    }
    if (!complete) {
      FileStatus status = fs.getFileStatus(path);
      boolean empty = status.isDirectory() && fs.listStatus(path).length == 0;
      boolean ours = isObjectStore(fs) && fs.exists(new Path(path, MARKER));
      if (!empty && !ours) {
        throw UserException.configuration(
            output
                + " exists and is no artifact of ours (it has no "
                + Manifest.FILE_NAME
                + "): give another "
                + flag
                + ", or remove it yourself");
      }
    }
  }

  private static Path replaced(Path target) {
    return Paths.below(target.getParent(), "." + target.getName() + ".replaced");
  }

  /**
   * Brings back the artifact that a process was about to replace when it died between taking the
   * old one away and putting the new one in its place.
   */
  public static void recover(Configuration conf, String target) throws IOException {
    Path path = Paths.of(target);
    FileSystem fs = path.getFileSystem(conf);
    path = fs.makeQualified(path);
    if (!fs.exists(path) && fs.exists(replaced(path))) {
      fs.rename(replaced(path), path);
    }
  }

  /**
   * Where files are to be written: pass it to the tasks that write them with {@link HashedFile}.
   */
  public Path folder() {
    return staging;
  }

  /** Adds a file that the driver writes. */
  public void write(String path, HashedFile.Content content) throws IOException {
    // The manifest has its SHA-256: a checksum of Hadoop's beside it would only be in people's way.
    files.add(HashedFile.replace(Paths.plain(fs), staging, path, content));
  }

  /** Adds a file of text that the driver writes. */
  public void write(String path, String text) throws IOException {
    write(path, out -> out.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  /** Adds a file that a task wrote. */
  public void add(FileEntry entry) {
    files.add(entry);
  }

  /** Writes the manifest and makes the artifact appear. */
  public Manifest publish(Manifest manifest) throws IOException {
    Manifest complete = manifest.withFiles(files);
    removeTemporary();
    HashedFile.replace(
        fs,
        staging,
        Manifest.FILE_NAME,
        out -> out.write(Json.pretty(complete).getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    if (!staging.equals(target)) {
      Path old = replaced(target);
      if (fs.exists(target)) {
        fs.delete(old, true);
        fs.rename(target, old);
      } else {
        fs.mkdirs(target.getParent());
      }
      if (!fs.rename(staging, target)) {
        throw new IOException("cannot rename " + staging + " to " + target);
      }
      fs.delete(old, true);
    } else {
      unmark(fs, target);
    }
    fs.cancelDeleteOnExit(staging);
    published = true;
    return complete;
  }

  /** Removes what tasks of killed processes left beside the files of others. */
  private void removeTemporary() throws IOException {
    Set<Path> folders = new TreeSet<>();
    for (FileEntry file : files) {
      folders.add(new Path(staging, file.path()).getParent());
    }
    for (Path folder : folders) {
      for (FileStatus file : fs.listStatus(folder, HashedFile::isTemporary)) {
        fs.delete(file.getPath(), false);
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (!published) {
      if (staging.equals(target) && fs.exists(new Path(staging, MARKER))) {
        removeMarked(fs, staging);
      }
      fs.delete(staging, true);
      fs.cancelDeleteOnExit(staging);
    }
  }
}
