package org.seqlm.neural.files;

import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.RunLayout;
import org.seqlm.artifact.SmallFile;
import org.seqlm.store.FileEntry;

/**
 * All files of a run that count: what its manifest lists, and what the manifests of its parts do.
 */
public final class RunFiles {
  private final Configuration conf;
  private final String run;
  private final Set<String> paths = new TreeSet<>();

  private RunFiles(Configuration conf, String run) {
    this.conf = conf;
    this.run = run;
  }

  /**
   * Their paths, relative to the run's folder.
   *
   * @throws UserException with exit code 3 if a part is damaged, so that nobody knows what counts
   */
  public static Set<String> of(Configuration conf, RunView view) throws IOException {
    RunFiles files = new RunFiles(conf, view.name());
    if (view.state().term() == 0) {
      files.paths.add(RunLayout.FILE);
    }
    files.add(view.manifest());
    if (view.state().previous() != null) {
      files.add(view.state().previous());
    }
    return files.paths;
  }

  private void add(Manifest manifest) throws IOException {
    for (FileEntry file : manifest.files()) {
      paths.add(file.path());
      if (RunView.isManifest(file.path())) {
        addPart(file);
      }
    }
  }

  private void addPart(FileEntry manifest) throws IOException {
    ArtifactReader part = ArtifactReader.openPart(conf, run, manifest, SmallFile.Remedy.NONE);
    String folder = manifest.path().substring(0, manifest.path().lastIndexOf('/') + 1);
    String data = part.manifest().data() == null ? "" : part.manifest().data() + "/";
    part.manifest().files().forEach(file -> paths.add(folder + data + file.path()));
    if (part.manifest().kind() == ArtifactKind.CHECKPOINT) {
      for (StateFile state : Checkpoints.checkpoint(part).states()) {
        paths.add(RunLayout.STATES + "/" + state.path());
      }
    }
  }
}
