package org.seqlm.artifact;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.store.DataFolder;
import org.seqlm.store.HashedFile;
import org.seqlm.store.Paths;
import org.seqlm.store.Store;

/**
 * What writers that were killed or came second left in an artifact's folder: what has a name that
 * only a writer gives, at the place where he gives it, and no manifest lists. All else is not ours,
 * wherever it lies. A writer that is at work has such files, too: but for those by which a run in
 * training goes on, only their age tells them apart.
 */
public final class Orphans {
  private static final Pattern CHECKSUM = Pattern.compile("\\.(.+)\\.crc");

  /** Of an attempt, by its number, or of a writer; see {@link HashedFile}. */
  private static final Pattern TEMPORARY =
      Pattern.compile("\\.(.+)\\.(-?\\d+|[0-9a-f]{12})" + Pattern.quote(HashedFile.TEMPORARY));

  private static final Pattern ROUND = Pattern.compile("\\d{1,9}");
  private static final Pattern SEGMENT = Pattern.compile("\\d{8,10}-[0-9a-f]{12}\\.jsonl");
  private static final Pattern WRITER =
      Pattern.compile("[0-9a-f]{12}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  // Of format version 1, which gave plainer names.
  private static final Pattern OLD_SEGMENT = Pattern.compile("\\d{8,10}\\.jsonl");
  private static final Pattern OLD_STATE = Pattern.compile("\\d+\\.\\d+|shared");
  private static final Pattern OLD_MODEL =
      Pattern.compile("network\\.json|parameters\\.safetensors|vocabulary\\.jsonl");
  private static final Pattern OLD_CHECKPOINT =
      Pattern.compile(
          OLD_MODEL.pattern()
              + "|checkpoint\\.json|velocity\\.safetensors|moment-\\d+\\.safetensors");

  private final FileSystem fs;
  private final Path root;
  private final boolean folders;
  private final Set<String> counted;
  private final RunState run;
  private final List<Orphan> found = new ArrayList<>();

  /**
   * A file, or a folder with all that is in it.
   *
   * @param path relative to the artifact's folder
   * @param files how many; 0 of an empty folder
   * @param bytes of them together
   * @param modified the latest of them, in milliseconds since 1970; when an empty folder was
   */
  public record Orphan(String path, long files, long bytes, long modified) {
    private Orphan and(Orphan other) {
      return new Orphan(
          path, files + other.files, bytes + other.bytes, Math.max(modified, other.modified));
    }
  }

  private Orphans(FileSystem fs, Path root, Set<String> counted, RunState run) throws IOException {
    this.fs = fs;
    this.root = root;
    this.folders = Store.of(fs, root).hasFolders();
    this.counted = counted;
    this.run = run;
  }

  /**
   * Finds them. Parts of a run are looked for whatever the folder holds: it may have been a run's.
   *
   * @param folder an artifact's, or one in which an artifact was begun
   * @param counted paths of the files that manifests list, and of the manifests that count,
   *     relative to the folder
   * @param run where the run is that the folder holds; null if it holds none
   * @return in no particular order; empty if there is no such folder
   */
  public static List<Orphan> find(FileSystem fs, Path folder, Set<String> counted, RunState run)
      throws IOException {
    Orphans orphans = new Orphans(Paths.plain(fs), folder, counted, run);
    orphans.find();
    return orphans.found;
  }

  private void find() throws IOException {
    for (FileStatus child : children(root)) {
      String name = child.getPath().getName();
      if (!child.isDirectory()) {
        // A commit that came since the counted files were told is none.
        if (isNamed(name, Orphans::isOfArtifact) && ManifestLog.number(name) <= newest()) {
          add(child, name);
        }
      } else if (DataFolder.isOne(name)) {
        add(child, name);
      } else {
        switch (name) {
          case RunLayout.MODEL -> findPart(child, name, ArtifactKind.MODEL, OLD_MODEL);
          case RunLayout.CHECKPOINTS -> findCheckpoints(child, name);
          case RunLayout.METRICS -> findFiles(child, name, this::isSegment);
          case RunLayout.STATES -> findStates(child, name);
          case RegistryLayout.VERSIONS -> findVersions(child, name);
          default -> {
            // Not ours.
          }
        }
      }
    }
  }

  /** The number of the newest manifest that counts. */
  private int newest() {
    return counted.stream().mapToInt(ManifestLog::number).max().orElse(0);
  }

  private static boolean isOfArtifact(String name) {
    return ManifestLog.isManifest(name) || name.equals(OutputCheck.OLD_MARKER);
  }

  /** Dates in a folder of metrics that is not a run's look like files of format version 1. */
  private boolean isSegment(String name) {
    return SEGMENT.matcher(name).matches() || (run != null && OLD_SEGMENT.matcher(name).matches());
  }

  /** Whether a file has such a name, was to get it, or is Hadoop's checksum of one that has. */
  private static boolean isNamed(String file, Predicate<String> names) {
    Matcher checksum = CHECKSUM.matcher(file);
    String name = checksum.matches() ? checksum.group(1) : file;
    Matcher temporary = TEMPORARY.matcher(name);
    return names.test(temporary.matches() ? temporary.group(1) : name);
  }

  private void findCheckpoints(FileStatus folder, String path) throws IOException {
    for (FileStatus child : children(folder.getPath())) {
      String name = child.getPath().getName();
      if (child.isDirectory() && ROUND.matcher(name).matches()) {
        findPart(child, path + "/" + name, ArtifactKind.CHECKPOINT, OLD_CHECKPOINT);
      }
    }
  }

  /**
   * What is left of parts of a run in the folder that they share.
   *
   * @param old names of the files of one of format version 1
   */
  private void findPart(FileStatus folder, String path, ArtifactKind kind, Pattern old)
      throws IOException {
    FileStatus[] children = children(folder.getPath());
    if (!isOfRun(children, path, kind)) {
      return;
    }
    List<String> living = living(children, path, kind);
    for (FileStatus child : children) {
      String name = child.getPath().getName();
      boolean ours =
          child.isDirectory()
              ? DataFolder.isOne(name)
              : isNamed(name, each -> ManifestLog.isManifest(each) || old.matcher(each).matches());
      if (ours && !living.contains(name)) {
        add(child, path + "/" + name);
      }
    }
  }

  /** Whether a folder at a part's place is one: an artifact of its own may lie there, too. */
  private boolean isOfRun(FileStatus[] children, String path, ArtifactKind kind)
      throws IOException {
    List<ManifestLog.Entry> manifests = ManifestLog.all(children);
    if (manifests.stream().anyMatch(each -> counts(path + "/" + each.file().getName()))) {
      return true;
    }
    for (ManifestLog.Entry each : manifests) {
      if (!text(each.file(), "kind").equals(Json.name(kind))) {
        return false;
      }
    }
    return true;
  }

  /**
   * The newest model of a run in training and its data: it may be better than the one that counts,
   * and is to do so with the next checkpoint, however long that takes.
   */
  private List<String> living(FileStatus[] children, String path, ArtifactKind kind)
      throws IOException {
    List<ManifestLog.Entry> manifests = ManifestLog.all(children);
    if (!inTraining() || kind != ArtifactKind.MODEL || manifests.isEmpty()) {
      return List.of();
    }
    Path newest = manifests.get(manifests.size() - 1).file();
    return counts(path + "/" + newest.getName())
        ? List.of()
        : List.of(newest.getName(), text(newest, "data"));
  }

  private boolean inTraining() {
    return run != null && run.phase() == RunState.Phase.TRAINING;
  }

  /** What a manifest says; empty if nobody can tell. */
  private String text(Path manifest, String key) throws IOException {
    try {
      return SmallFile.object(fs, manifest, manifest.toString(), SmallFile.Remedy.NONE)
          .path(key)
          .asText();
    } catch (UserException | FileNotFoundException e) {
      return "";
    }
  }

  private void findStates(FileStatus folder, String path) throws IOException {
    for (FileStatus child : children(folder.getPath())) {
      String name = child.getPath().getName();
      if (!child.isDirectory() || (inTraining() && name.equals(run.writer()))) {
        continue; // the run goes on by its writer's, whatever their age
      }
      if (WRITER.matcher(name).matches()) {
        add(child, path + "/" + name);
      } else if (ROUND.matcher(name).matches()) {
        findFiles(child, path + "/" + name, each -> OLD_STATE.matcher(each).matches());
      }
    }
  }

  /** What is left of versions of a registry. */
  private void findVersions(FileStatus folder, String path) throws IOException {
    for (FileStatus child : children(folder.getPath())) {
      String name = child.getPath().getName();
      if (child.isDirectory() && RegistryLayout.isName(name)) {
        add(child, path + "/" + name);
      }
    }
  }

  private void findFiles(FileStatus folder, String path, Predicate<String> names)
      throws IOException {
    for (FileStatus child : children(folder.getPath())) {
      String name = child.getPath().getName();
      if (!child.isDirectory() && isNamed(name, names)) {
        add(child, path + "/" + name);
      }
    }
  }

  private FileStatus[] children(Path folder) throws IOException {
    try {
      return fs.listStatus(folder);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }

  /** Adds what a writer named so, with all that is in it, but for what counts. */
  private void add(FileStatus status, String path) throws IOException {
    Orphan orphan = look(status, path);
    // An empty folder of a store that has none is gone by itself, and nobody knows its age.
    if (orphan != null && (orphan.files() > 0 || folders)) {
      found.add(orphan);
    }
  }

  /**
   * Looks at a file or folder. A store without folders tells of one that it was modified now, and
   * one that is not empty is as old as what is in it.
   *
   * @return all of it if nothing in it counts, else null: then what does not count is in the list
   */
  private Orphan look(FileStatus status, String path) throws IOException {
    if (!status.isDirectory()) {
      return counts(path)
          ? null
          : new Orphan(path, 1, status.getLen(), status.getModificationTime());
    }
    FileStatus[] children = children(status.getPath());
    boolean dated = children.length == 0 && folders;
    Orphan all = new Orphan(path, 0, 0, dated ? status.getModificationTime() : 0);
    List<Orphan> parts = new ArrayList<>();
    boolean some = false;
    for (FileStatus child : children) {
      Orphan part = look(child, path + "/" + child.getPath().getName());
      if (part == null) {
        some = true;
      } else {
        parts.add(part);
        all = all.and(part);
      }
    }
    if (!some) {
      return all;
    }
    parts.stream().filter(part -> part.files() > 0).forEach(found::add);
    return null;
  }

  /** Also of the checksum file that Hadoop keeps beside a local one. */
  private boolean counts(String path) {
    int slash = path.lastIndexOf('/') + 1;
    Matcher checksum = CHECKSUM.matcher(path.substring(slash));
    return counted.contains(
        checksum.matches() ? path.substring(0, slash) + checksum.group(1) : path);
  }

  /** Removes one, with all that is in it, and the folders that this leaves empty. */
  public static void remove(FileSystem fs, Path folder, Orphan orphan) throws IOException {
    Path path = Paths.below(folder, orphan.path());
    fs.delete(path, true);
    for (Path at = path.getParent(); !at.equals(folder); at = at.getParent()) {
      Superseded.removeEmpty(fs, at);
    }
  }
}
