package org.seqlm.registry;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.VerifiedStream;
import org.seqlm.store.FileEntry;
import org.seqlm.store.HashedFile;
import org.seqlm.store.Paths;
import org.seqlm.store.Store;

/**
 * The files of one version as they are copied into a registry: under a folder whose name nobody
 * else gives, each hashed and put on the disk before a commit lists it. Closing it before that
 * removes them, and so does the end of an interrupted process; what is left of a killed one no
 * manifest lists.
 */
final class VersionFiles implements Closeable, RegistryLog.Watch {
  private final FileSystem fs;
  private final Path registry;
  private final Path folder;
  private final String prefix;
  private final List<FileEntry> files = new ArrayList<>();
  private boolean registered; // that they go when the process ends
  private boolean mayCount;

  /**
   * @param folder of the version, below the registry's
   */
  VersionFiles(FileSystem fs, Path registry, String folder) throws IOException {
    this.fs = Paths.plain(fs);
    this.registry = registry;
    this.prefix = folder + "/";
    this.folder = Paths.below(registry, folder);
    if (Store.of(fs, registry).hasFolders() && !fs.mkdirs(this.folder)) {
      throw new IOException("cannot make the folder " + this.folder);
    }
    goesOnExit();
  }

  private void goesOnExit() throws IOException {
    registered = registered || fs.deleteOnExit(folder);
  }

  /** All of them, by paths below the registry's folder. */
  List<FileEntry> files() {
    return List.copyOf(files);
  }

  /**
   * Adds one.
   *
   * @param path below the version's folder
   */
  FileEntry add(String path, HashedFile.Content content) throws IOException {
    FileEntry entry = HashedFile.replace(fs, registry, prefix + path, content);
    files.add(entry);
    goesOnExit();
    return entry;
  }

  /**
   * Adds a whole artifact, file by file as its manifest lists them, each checked as it is read.
   *
   * @param place its folder, below the version's
   * @throws UserException with exit code 3 if a file is missing or damaged
   */
  void add(String place, ArtifactReader artifact) throws IOException {
    Manifest manifest = artifact.manifest();
    String data = manifest.data() == null ? "" : manifest.data() + "/";
    for (FileEntry file : manifest.files()) {
      try {
        add(
            place + "/" + data + file.path(),
            out -> {
              try (InputStream in = artifact.openVerified(file.path())) {
                in.transferTo(out);
              } catch (UserException | IOException e) {
                VerifiedStream.throwIfDamaged(e);
                throw e;
              }
            });
      } catch (FileNotFoundException e) {
        throw artifact.missing(file.path(), e);
      }
    }
    byte[] text = Json.pretty(manifest).getBytes(StandardCharsets.UTF_8);
    add(place + "/" + Manifest.FILE_NAME, out -> out.write(text));
  }

  @Override
  public void committing() throws IOException {
    if (registered && !fs.cancelDeleteOnExit(folder)) {
      throw new IOException("the process is ending, and has removed what it wrote to " + folder);
    }
    registered = false;
    mayCount = true;
  }

  @Override
  public void notCommitted() throws IOException {
    mayCount = false;
    goesOnExit();
  }

  @Override
  public void close() throws IOException {
    if (!mayCount) {
      fs.delete(folder, true);
      fs.cancelDeleteOnExit(folder);
    }
  }
}
