package org.seqlm.neural.files;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.RunLayout;
import org.seqlm.artifact.SmallFile;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Paths;

/**
 * All files of a run that count: what its manifest lists, and what the manifests of its parts do.
 */
public final class RunFiles {
  private final Configuration conf;
  private final String run;
  private final FileSystem fs;
  private final Path folder;
  private final Map<String, Long> files = new TreeMap<>();

  private RunFiles(Configuration conf, String run) throws IOException {
    this.conf = conf;
    this.run = run;
    this.folder = Paths.of(run);
    this.fs = folder.getFileSystem(conf);
  }

  /**
   * Their bytes by their paths, which are relative to the run's folder; 0 bytes of a worker's state
   * that is gone.
   *
   * @throws UserException with exit code 3 if a part is damaged, so that nobody knows what counts
   */
  public static Map<String, Long> of(Configuration conf, RunView view) throws IOException {
    RunFiles files = new RunFiles(conf, view.name());
    if (view.state().term() == 0) {
      files.addByItself(RunLayout.FILE);
    }
    files.add(view.manifest());
    if (view.state().previous() != null) {
      files.add(view.state().previous());
    }
    return files.files;
  }

  private void add(Manifest manifest) throws IOException {
    for (FileEntry file : manifest.files()) {
      files.put(file.path(), file.bytes());
      if (RunView.isManifest(file.path())) {
        addPart(file);
      }
    }
  }

  private void addPart(FileEntry manifest) throws IOException {
    ArtifactReader part = ArtifactReader.openPart(conf, run, manifest, SmallFile.Remedy.NONE);
    String prefix = manifest.path().substring(0, manifest.path().lastIndexOf('/') + 1);
    String data = part.manifest().data() == null ? "" : part.manifest().data() + "/";
    part.manifest().files().forEach(file -> files.put(prefix + data + file.path(), file.bytes()));
    if (part.manifest().kind() == ArtifactKind.CHECKPOINT) {
      for (StateFile state : Checkpoints.checkpoint(part).states()) {
        addByItself(RunLayout.STATES + "/" + state.path());
      }
    }
  }

  /** Adds a file of which no manifest says how long it is. */
  private void addByItself(String path) throws IOException {
    if (!files.containsKey(path)) {
      files.put(path, bytes(path));
    }
  }

  private long bytes(String path) throws IOException {
    try {
      return fs.getFileStatus(Paths.below(folder, path)).getLen();
    } catch (FileNotFoundException e) {
      return 0;
    }
  }
}
