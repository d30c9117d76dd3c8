package org.seqlm.artifact;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.store.DataFolder;
import org.seqlm.store.Durable;
import org.seqlm.store.ExclusiveFile;
import org.seqlm.store.FileEntry;
import org.seqlm.store.HashedFile;
import org.seqlm.store.Paths;
import org.seqlm.store.Store;

/**
 * Writes an artifact that appears whole or not at all, on every file system in the same way. Files
 * go to a folder below the artifact's whose name nobody else uses; {@link #publish} then commits a
 * manifest, small and written once, that names that folder. What was there before stays readable
 * until that moment, and after a failed attempt; of two who write at the same time the first to
 * commit wins, and the other is told. Closing without {@link #publish} removes what was written,
 * and nothing of others.
 *
 * @see ManifestLog
 */
public final class ArtifactWriter implements Closeable {
  private static final int DRAWN_FROM = 1 << 14;

  private final FileSystem fs;
  private final String name;
  private final Path target;
  private final Path data;
  private final String unique;
  private final int before;
  private final List<FileEntry> files = new ArrayList<>();
  private Stage stage = Stage.WRITING;
  private boolean registered; // that it goes when the process ends

  private enum Stage {
    WRITING,
    /** Whether it is published nobody knows. */
    UNCERTAIN,
    PUBLISHED
  }

  private ArtifactWriter(FileSystem fs, String name, Path target, int before) throws IOException {
    this.fs = fs;
    this.name = name;
    this.target = target;
    this.before = before;
    this.unique = DataFolder.unique();
    this.data = new Path(target, DataFolder.name(unique));
    if (Store.of(fs, target).hasFolders() && !fs.mkdirs(data)) {
      throw new IOException("cannot make the folder " + data);
    }
    goesOnExit();
  }

  /**
   * Begins an artifact.
   *
   * @throws UserException with exit code 2 if {@code target} holds a complete artifact and may not
   *     be replaced, or anything that is no artifact
   */
  public static ArtifactWriter create(Configuration conf, String target, Overwrite overwrite)
      throws IOException {
    Path path = Paths.of(target);
    FileSystem fs = path.getFileSystem(conf);
    path = fs.makeQualified(path);
    ManifestLog.Entry newest =
        OutputCheck.content(fs, path, "--output", "output " + target, overwrite);
    return new ArtifactWriter(fs, target, path, newest == null ? 0 : newest.number());
  }

  /**
   * Begins an artifact within another, whose manifest says which of its parts count: it takes the
   * next number, whoever else wrote there, and removes nothing of theirs.
   */
  public static ArtifactWriter part(Configuration conf, String target) throws IOException {
    Path path = Paths.of(target);
    FileSystem fs = path.getFileSystem(conf);
    return new ArtifactWriter(fs, target, fs.makeQualified(path), -1);
  }

  /**
   * Where files are to be written: pass it to the tasks that write them with {@link HashedFile}.
   */
  public Path folder() {
    return data;
  }

  /** Adds a file that the driver writes. */
  public void write(String path, HashedFile.Content content) throws IOException {
    // The manifest has its SHA-256: a checksum of Hadoop's beside it would only be in people's way.
    files.add(HashedFile.replace(Paths.plain(fs), data, path, content));
    goesOnExit();
  }

  /**
   * Has an interrupted process leave nothing behind; where there are no folders, as soon as there
   * is a file in it.
   */
  private void goesOnExit() throws IOException {
    registered = registered || fs.deleteOnExit(data);
  }

  /** Adds a file of text that the driver writes. */
  public void write(String path, String text) throws IOException {
    write(path, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Adds a file that a task wrote. */
  public void add(FileEntry entry) {
    files.add(entry);
    try {
      goesOnExit();
    } catch (IOException e) {
      // Only an interrupted process would leave something behind.
    }
  }

  /**
   * Commits the manifest, by which the artifact appears, and removes what it replaces.
   *
   * @throws UserException with exit code 5 if another writer committed since this one began, or
   *     nobody knows whether the commit was carried out
   */
  public Manifest publish(Manifest manifest) throws IOException {
    if (before < 0) {
      throw new IllegalStateException("a part of an artifact is published by publishPart");
    }
    Manifest complete = complete(manifest);
    if (before > 0) {
      // What is replaced goes: should the power fail then, this one must be there.
      for (FileEntry file : files) {
        Durable.file(fs, Paths.below(data, file.path()));
      }
    }
    if (commit(complete, before + 1) == null) {
      throw UserException.platform(
          "output "
              + name
              + " was written by another job while this one was at work: what that one wrote is"
              + " kept, and nothing of this one; look at it, and start again with --overwrite, or"
              + " another --output, if you need this one's");
    }
    stage = Stage.PUBLISHED;
    if (before > 0) {
      Superseded.remove(fs, target, ManifestLog.name(before));
    }
    return complete;
  }

  /**
   * Commits the manifest of a {@link #part}.
   *
   * @param prefix of its path in what it is a part of, with a slash at its end
   * @return the manifest's file, as the whole's manifest lists it
   * @throws UserException with exit code 5 if nobody knows whether the commit was carried out
   */
  public FileEntry publishPart(Manifest manifest, String prefix) throws IOException {
    Manifest complete = complete(manifest);
    while (true) {
      ManifestLog.Entry newest = ManifestLog.newest(fs, target);
      int next = newest == null ? 1 : newest.number() + 1;
      FileEntry entry = commit(complete, next + skipped());
      if (entry != null) {
        stage = Stage.PUBLISHED;
        return new FileEntry(prefix + entry.path(), entry.bytes(), entry.sha256());
      }
    }
  }

  /**
   * How many numbers of a part to leave out. Where nothing keeps two writers from taking one number
   * they draw it, so that none replaces a manifest of the other's that a whole's already lists.
   */
  private int skipped() throws IOException {
    return Store.of(fs, target) == Store.LOOKS ? DataFolder.drawn(DRAWN_FROM) : 0;
  }

  private Manifest complete(Manifest manifest) throws IOException {
    removeTemporary();
    return manifest.withFiles(files, data.getName());
  }

  private FileEntry commit(Manifest complete, int number) throws IOException {
    // From here on a process that is interrupted may have published.
    if (registered && !fs.cancelDeleteOnExit(data)) {
      throw new IOException("the process is ending, and has removed what it wrote to " + data);
    }
    registered = false;
    stage = Stage.UNCERTAIN;
    try {
      FileEntry committed = ManifestLog.commit(fs, target, number, complete, unique);
      if (committed == null) {
        stage = Stage.WRITING;
      }
      return committed;
    } catch (ExclusiveFile.UncertainException e) {
      throw UserException.platform(
          "nobody knows whether output "
              + name
              + " was published: "
              + e.getMessage()
              + "; when the file system is reached again, look whether "
              + new Path(target, ManifestLog.name(number))
              + " is there, and if it is not, start again",
          e);
    } catch (IOException e) {
      stage = Stage.WRITING;
      throw e;
    }
  }

  /** Removes what tasks of killed processes left beside the files of others. */
  private void removeTemporary() throws IOException {
    Set<Path> folders = new TreeSet<>();
    for (FileEntry file : files) {
      folders.add(new Path(data, file.path()).getParent());
    }
    for (Path folder : folders) {
      for (FileStatus file :
          fs.listStatus(folder, path -> HashedFile.isTemporary(path.getName()))) {
        fs.delete(file.getPath(), false);
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (stage == Stage.WRITING) {
      fs.delete(data, true);
      fs.cancelDeleteOnExit(data);
      Superseded.removeEmpty(fs, target);
    }
  }
}
