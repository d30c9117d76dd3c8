package org.seqlm.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Commits;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.RegistryLayout;
import org.seqlm.store.HashedFile;
import org.seqlm.store.Paths;

/**
 * The states of a registry as manifests of its folder, each committed only where nobody committed
 * since the one before was read.
 */
final class RegistryLog {
  /** The version of the state that this release writes; it reads this one and all before. */
  static final int FORMAT = 1;

  /** How often to begin anew; each time another has committed, so that all together get on. */
  private static final int ATTEMPTS = 200;

  /** How often to wait for a commit that another is writing, on disks without hard links. */
  private static final int WAITS = 20;

  private static final int WAIT_MILLIS = 50;

  private final Configuration conf;
  private final String name;
  private final Path folder;
  private final FileSystem fs;

  /**
   * What the manifest holds of a state, beside its files.
   *
   * @param format of the state
   * @param writer twelve hexadecimal digits that nobody else has, by which a commit is known
   */
  private record Details(
      int format,
      String writer,
      int champion,
      List<ModelVersion> versions,
      List<Decision> history) {}

  /**
   * A state and the number of its commit.
   *
   * @param commit 0 for none
   */
  private record Read(int commit, RegistryState state) {}

  /** Told when a commit may be carried out from now on, and when it surely was not. */
  interface Watch {
    Watch NONE =
        new Watch() {
          @Override
          public void committing() {}

          @Override
          public void notCommitted() {}
        };

    void committing() throws IOException;

    void notCommitted() throws IOException;
  }

  /**
   * @param name of the folder, for messages
   */
  RegistryLog(Configuration conf, String name) throws IOException {
    this.conf = conf;
    this.name = name;
    Path path = Paths.of(name);
    fs = path.getFileSystem(conf);
    folder = fs.makeQualified(path);
  }

  String name() {
    return name;
  }

  Path folder() {
    return folder;
  }

  FileSystem fs() {
    return fs;
  }

  /** Whether a manifest is a registry's. */
  static boolean isOne(Manifest manifest) {
    return manifest.kind() == ArtifactKind.REGISTRY;
  }

  /**
   * Checks that a registry can begin here: there is none, and nothing but what is left of one that
   * never came to its first commit, or is about to.
   *
   * @throws UserException with exit code 2 if not
   */
  void checkPlace() throws IOException {
    if (!fs.exists(folder) || ArtifactReader.isArtifact(fs, folder)) {
      return;
    }
    boolean file = !fs.getFileStatus(folder).isDirectory();
    for (FileStatus child : file ? new FileStatus[0] : fs.listStatus(folder)) {
      String inside = child.getPath().getName();
      file |=
          !inside.equals(RegistryLayout.VERSIONS)
              && !inside.equals(RegistryLayout.CLAIMS)
              && !HashedFile.isTemporary(inside);
    }
    if (file) {
      throw UserException.configuration(
          name
              + " exists and is no registry: give a folder that is empty or not there, or one that"
              + " seqlm models add made");
    }
  }

  /**
   * The state that counts.
   *
   * @return null if there is no registry
   * @throws UserException with exit code 3 if it is something else, damaged, or of a later format
   */
  RegistryState state() throws IOException {
    Read read = read();
    return read.commit() == 0 ? null : read.state();
  }

  private Read read() throws IOException {
    ArtifactReader.Newest newest =
        ArtifactReader.newest(conf, name, () -> "restore the file from a copy");
    if (newest == null) {
      return new Read(0, RegistryState.EMPTY);
    }
    Manifest manifest = newest.manifest();
    if (!isOne(manifest)) {
      throw UserException.data(
          name
              + " is of kind "
              + Json.name(manifest.kind())
              + ", but a registry is needed here: give a folder that seqlm models add made");
    }
    return new Read(newest.number(), state(manifest));
  }

  private RegistryState state(Manifest manifest) {
    JsonNode tree = manifest.details();
    int format = tree == null ? 0 : tree.path("format").asInt();
    if (format > FORMAT) {
      throw UserException.data(
          name
              + " is a registry of format "
              + format
              + ", but this release reads 1 to "
              + FORMAT
              + ": use the release that wrote it, or a later one");
    }
    try {
      Details details = Json.mapper().treeToValue(tree, Details.class);
      return new RegistryState(
          details.champion(), details.versions(), details.history(), manifest.files());
    } catch (JsonProcessingException | RuntimeException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      String why = cause.getMessage() == null ? "a part of it is missing" : cause.getMessage();
      throw UserException.data(
          name
              + " is damaged: its manifest says what cannot be ("
              + why.lines().findFirst().orElse("")
              + "); restore the file from a copy",
          e);
    }
  }

  private static Manifest manifest(RegistryState state, String writer) {
    return Manifest.of(
            ArtifactKind.REGISTRY,
            Map.of(),
            Map.of(),
            0,
            new Details(FORMAT, writer, state.champion(), state.versions(), state.history()))
        .withFiles(state.files(), null);
  }

  /**
   * Commits what a function makes of the state, which may be asked again of a later one. A commit
   * that another followed before its writer looked is said to be lost, though it counts: the
   * decisions of the state say so.
   *
   * @param change gives the same object where nothing is to be done
   * @throws UserException with exit code 5 if nobody knows whether it was carried out, and what the
   *     function throws
   */
  Change update(UnaryOperator<RegistryState> change, Watch watch) throws IOException {
    int waits = 0;
    RegistryState before = null; // the state that the last commit was of
    String tried = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int newest = Commits.newest(fs, folder);
      Read now = read();
      if (now.commit() < newest && waits < WAITS) {
        waits++;
        await();
        continue; // one is being written, or was by who was killed at it
      }
      if (tried != null) {
        if (now.state().follows(tried)) {
          return new Change(before, now.state());
        }
        watch.notCommitted();
      }
      before = now.state();
      RegistryState next = change.apply(before);
      if (next == before) {
        return new Change(before, next);
      }
      Commits commits = Commits.after(fs, folder, Math.max(newest, now.commit()));
      tried = commits.unique();
      RegistryState written = next.in(tried);
      watch.committing();
      boolean committed;
      try {
        committed = commits.commit(manifest(written, tried));
      } catch (IOException e) {
        watch.notCommitted();
        throw e;
      }
      if (committed) {
        return new Change(before, written);
      }
    }
    throw UserException.platform(
        "others committed to the registry "
            + name
            + " "
            + ATTEMPTS
            + " times while this one tried to: start it again when fewer are at work");
  }

  private static void await() throws IOException {
    try {
      Thread.sleep(WAIT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while it waited for another's commit", e);
    }
  }
}
