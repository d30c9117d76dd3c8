package org.seqlm.artifact;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Paths;

/**
 * Removes what a commit has replaced. The commit stands whatever becomes of that: what cannot be
 * removed is left, and {@code seqlm files} lists it.
 */
final class Superseded {
  private Superseded() {}

  /**
   * Removes a commit of an artifact, and its files.
   *
   * @param name of the commit's file
   */
  static void remove(FileSystem fs, Path folder, String name) {
    try {
      Manifest manifest =
          SmallFile.versioned(
              fs, folder, folder.toString(), name, Manifest.class, SmallFile.Remedy.NONE);
      // First, so that nobody begins to read what is about to go.
      Paths.remove(fs, new Path(folder, name));
      remove(fs, folder, manifest);
    } catch (IOException | UserException e) {
      // Damaged, or gone, or out of reach.
    }
  }

  /** Removes the files of a manifest, and of a run its parts, and those of the run before it. */
  static void remove(FileSystem fs, Path folder, Manifest manifest) throws IOException {
    if (manifest.data() != null) {
      fs.delete(new Path(folder, manifest.data()), true);
      return;
    }
    if (manifest.kind() == ArtifactKind.RUN) {
      for (FileEntry file : manifest.files()) {
        if (ManifestLog.isManifest(Paths.below(folder, file.path()).getName())) {
          removePart(fs, folder, file.path());
        }
      }
      if (manifest.run() != null && manifest.run().previous() != null) {
        remove(fs, folder, manifest.run().previous());
      }
    }
    removeFiles(fs, folder, manifest.files().stream().map(FileEntry::path).toList());
  }

  /**
   * Removes a part of a run by its manifest; with a checkpoint go the workers' states that it
   * names.
   *
   * @param manifest its path in the run
   */
  static void removePart(FileSystem fs, Path run, String manifest) {
    Path file = Paths.below(run, manifest);
    if (!Paths.within(file, run)) {
      return; // a manifest that leads out of its folder is not ours
    }
    Set<Path> states = RunLayout.states(fs, run, file);
    remove(fs, file.getParent(), file.getName());
    removeEmpty(fs, file.getParent());
    removeEmpty(fs, new Path(run, RunLayout.CHECKPOINTS));
    for (Path each : states) {
      removeStates(fs, run, each);
    }
  }

  private static void removeStates(FileSystem fs, Path run, Path states) {
    try {
      fs.delete(states, true);
    } catch (IOException e) {
      // They do not count any more.
    }
    for (Path at = states.getParent(); !at.equals(run); at = at.getParent()) {
      removeEmpty(fs, at);
    }
  }

  /** Removes a folder if there is nothing in it. */
  static void removeEmpty(FileSystem fs, Path folder) {
    try {
      if (fs.listStatus(folder).length == 0) {
        fs.delete(folder, false);
      }
    } catch (IOException e) {
      // It is not there, or another has begun to write in it.
    }
  }

  /**
   * Removes files of a folder, and the folders that this leaves empty.
   *
   * @param files relative to the folder
   */
  static void removeFiles(FileSystem fs, Path folder, List<String> files) throws IOException {
    Set<Path> folders = new TreeSet<>(Comparator.reverseOrder());
    for (String file : files) {
      Path path = Paths.below(folder, file);
      if (!Paths.within(path, folder) || path.equals(folder)) {
        continue; // a manifest that leads out of its folder is not ours
      }
      Paths.remove(fs, path);
      for (Path at = path.getParent(); !at.equals(folder); at = at.getParent()) {
        folders.add(at);
      }
    }
    for (Path each : folders) {
      removeEmpty(fs, each);
    }
  }
}
