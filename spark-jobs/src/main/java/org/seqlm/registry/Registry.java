package org.seqlm.registry;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Orphans;
import org.seqlm.artifact.RegistryLayout;
import org.seqlm.artifact.SmallFile;
import org.seqlm.store.DataFolder;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Paths;
import org.seqlm.store.Sha256;

/**
 * A folder of versions of a model, one of them the champion, on any file system that Hadoop knows.
 * Whoever dies when, its state is the one before an operation or the one after it, whole: files are
 * copied first, under names of their own, then one manifest is committed that says all; files go
 * only after the commit that gives them up. Operations of several writers follow one another: each
 * is applied to the state that counts when it is committed.
 */
public final class Registry {
  /** The selector that names the champion in {@code REGISTRY#champion}. */
  public static final String CHAMPION = "champion";

  private final Configuration conf;
  private final RegistryLog log;
  private final InstantSource clock;

  private Registry(Configuration conf, RegistryLog log, InstantSource clock) {
    this.conf = conf;
    this.log = log;
    this.clock = clock;
  }

  /**
   * A registry that is there.
   *
   * @throws UserException with exit code 3 if there is none
   */
  public static Registry open(Configuration conf, String folder) throws IOException {
    RegistryLog log = new RegistryLog(conf, folder);
    if (log.state() == null) {
      boolean there = log.fs().exists(log.folder());
      throw UserException.data(
          folder
              + (there ? " holds no registry" : " does not exist")
              + ": seqlm models add "
              + folder
              + " --from RUN begins one");
    }
    return new Registry(conf, log, InstantSource.system());
  }

  /**
   * A registry that is there, or begins with the first version that is added.
   *
   * @throws UserException with exit code 2 if something else is there
   */
  public static Registry openOrBegin(Configuration conf, String folder) throws IOException {
    RegistryLog log = new RegistryLog(conf, folder);
    log.checkPlace();
    log.state(); // that it is not damaged, nor another artifact
    return new Registry(conf, log, InstantSource.system());
  }

  /** Whether a folder holds a registry; not if what says so is damaged. */
  public static boolean isRegistry(Configuration conf, String folder) throws IOException {
    try {
      ArtifactReader.Newest newest = ArtifactReader.newest(conf, folder, SmallFile.Remedy.NONE);
      return newest != null && RegistryLog.isOne(newest.manifest());
    } catch (UserException e) {
      return false;
    }
  }

  /** The same by another clock. */
  public Registry with(InstantSource other) {
    return new Registry(conf, log, other);
  }

  /** The folder as the caller named it. */
  public String name() {
    return log.name();
  }

  /** The state that counts; of a registry that is yet to begin the empty one. */
  public RegistryState state() throws IOException {
    RegistryState state = log.state();
    return state == null ? RegistryState.EMPTY : state;
  }

  /** What a night ended with; empty if it has not. */
  public Optional<Decision> decisionOf(String night) throws IOException {
    return state().decisionOf(night);
  }

  /**
   * Commits what a function makes of the state. If another commits first, the function is asked
   * again, of that one's state.
   *
   * @param change of {@link Transitions}; gives the same object where nothing is to be done, and
   *     does nothing else
   * @throws UserException with exit code 5 if nobody knows whether it was carried out: the same
   *     operation again tells; and what the function throws
   */
  public Change update(UnaryOperator<RegistryState> change) throws IOException {
    return log.update(change, RegistryLog.Watch.NONE);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  /**
   * What adding came to.
   *
   * @param version that there is now
   * @param isNew whether it was not there before
   */
  public record Added(ModelVersion version, boolean isNew) {}

  /**
   * Copies a version in, and makes it a candidate. Of a night that has one, and where no night is
   * told of a model that is there, that version is given.
   *
   * @throws UserException with exit code 2 if the night has a version of another model, 3 if a file
   *     is damaged, 5 if nobody knows whether it was added
   */
  public Added add(VersionDraft draft, Grounds grounds) throws IOException {
    Optional<ModelVersion> before = there(state(), draft);
    if (before.isPresent()) {
      return new Added(before.get(), false);
    }
    Instant when = now();
    String folder = RegistryLayout.version(when.toString().substring(0, 10), DataFolder.unique());
    try (VersionFiles files = new VersionFiles(log.fs(), log.folder(), folder)) {
      List<Attachment> attachments = write(draft, folder, files);
      Change change =
          log.update(
              state ->
                  there(state, draft).isPresent()
                      ? state
                      : Transitions.add(
                          state,
                          version(draft, state, when, folder, attachments),
                          files.files(),
                          when,
                          grounds),
              files);
      // Others may have followed.
      return change.after().versions().stream()
          .filter(one -> one.folder().equals(folder))
          .findFirst()
          .map(one -> new Added(one, true))
          .orElseGet(() -> new Added(there(change.after(), draft).orElseThrow(), false));
    }
  }

  /** The version that adding a draft again would be. */
  private static Optional<ModelVersion> there(RegistryState state, VersionDraft draft) {
    if (draft.night() == null) {
      return state.withFingerprint(draft.fingerprint());
    }
    Optional<ModelVersion> ofNight = state.versionOf(draft.night());
    if (ofNight.isPresent() && !ofNight.get().fingerprint().equals(draft.fingerprint())) {
      throw UserException.configuration(
          "the night "
              + draft.night()
              + " has version "
              + ofNight.get().number()
              + ", which is another model (text, champion or configuration have changed since): a"
              + " night makes one version; name another night, the next one takes its text, too");
    }
    return ofNight;
  }

  private static ModelVersion version(
      VersionDraft draft,
      RegistryState state,
      Instant when,
      String folder,
      List<Attachment> attachments) {
    return new ModelVersion(
        state.next(),
        draft.name(),
        when.toString(),
        draft.night(),
        draft.parent(state),
        draft.fingerprint(),
        folder,
        VersionStatus.CANDIDATE,
        draft.trainedOn(),
        draft.model().manifest().inputs(),
        draft.figures(),
        attachments);
  }

  private List<Attachment> write(VersionDraft draft, String folder, VersionFiles files)
      throws IOException {
    files.add(RegistryLayout.MODEL, draft.model());
    List<Attachment> attachments = new ArrayList<>();
    for (Role role : Role.values()) {
      String path = folder + "/" + role.place();
      byte[] bytes = draft.documents().get(role);
      ArtifactReader copy = draft.copies().get(role);
      ArtifactReader other = draft.references().get(role);
      if (bytes != null) {
        files.add(role.place(), out -> out.write(bytes));
        attachments.add(new Attachment(role, Attachment.Held.COPY, path, Sha256.of(bytes)));
      }
      if (copy != null) {
        files.add(role.place(), copy);
        attachments.add(
            new Attachment(role, Attachment.Held.COPY, path, copy.manifest().fingerprint()));
      }
      if (other != null) {
        attachments.add(
            new Attachment(
                role,
                Attachment.Held.REFERENCE,
                other.folder().toString(),
                other.manifest().fingerprint()));
      }
    }
    return attachments;
  }

  /**
   * Makes a version the champion, whoever is it now.
   *
   * @throws UserException with exit code 2 if there is no such version, or it was pruned
   */
  public Change promote(int version, Grounds grounds) throws IOException {
    return update(state -> Transitions.promote(state, version, null, now(), grounds));
  }

  /**
   * Makes a version the champion if the champion is still the one that it was compared with.
   *
   * @param expected that champion; 0 for none
   * @throws UserException with exit code 5 if it is another by now
   */
  public Change promote(int version, int expected, Grounds grounds) throws IOException {
    return update(state -> Transitions.promote(state, version, expected, now(), grounds));
  }

  /** Has a challenger wait for the next night, in the place of one that waited before. */
  public Change keep(int version, Grounds grounds) throws IOException {
    return update(state -> Transitions.keep(state, version, now(), grounds));
  }

  /**
   * Has a challenger lose.
   *
   * @param version 0 if the night came to nothing before it had one
   */
  public Change fail(int version, Grounds grounds) throws IOException {
    return update(state -> Transitions.fail(state, version, now(), grounds));
  }

  /**
   * Has a challenger lose if the champion is still the one that it was compared with.
   *
   * @param expected that champion; 0 for none
   * @throws UserException with exit code 5 if it is another by now
   */
  public Change fail(int version, int expected, Grounds grounds) throws IOException {
    return update(state -> Transitions.fail(state, version, expected, now(), grounds));
  }

  /**
   * Makes an earlier champion the champion again.
   *
   * @param from the champion that is to go; null for whoever it is. Told again, nothing is done
   * @param to an earlier champion; null for the last one before that has its files
   * @throws UserException with exit code 2 if there is none, 5 if the champion is another than
   *     {@code from}
   */
  public Change rollBack(Integer from, Integer to, Grounds grounds) throws IOException {
    return update(state -> Transitions.rollBack(state, from, to, now(), grounds));
  }

  /**
   * What pruning came to.
   *
   * @param versions whose files were given up now
   * @param files that were removed: theirs, of versions that were given up before, and orphans
   * @param bytes of these together
   */
  public record Pruned(Set<Integer> versions, long files, long bytes) {}

  /**
   * Which versions {@link #prune} would give up.
   *
   * @param keep how many of the newest to leave, at least 1
   */
  public Set<Integer> dispensable(int keep) throws IOException {
    return state().dispensable(keep);
  }

  /**
   * Gives up the files of versions that nobody needs, and then removes them, with what a pruning
   * before left of its own, and what killed writers left.
   *
   * @param keep how many of the newest to leave, at least 1
   * @param orphans how old what no manifest lists must be: a writer that is at work has such files
   */
  public Pruned prune(int keep, Duration orphans, Grounds grounds) throws IOException {
    Change change = update(state -> Transitions.prune(state, keep, now(), grounds));
    Set<Integer> gone = new TreeSet<>(change.before().dispensable(keep));
    RegistryState state = change.after();
    Set<String> pruned = new HashSet<>();
    for (ModelVersion version : state.versions()) {
      if (version.status() == VersionStatus.PRUNED) {
        pruned.add(version.folder());
      }
    }
    // Looked for before the state is read again: what is listed by then is no orphan.
    List<Orphans.Orphan> found = orphans(state);
    Set<String> listed = counted(state());
    long oldest = clock.instant().minus(orphans).toEpochMilli();
    FileSystem fs = Paths.plain(log.fs());
    long files = 0;
    long bytes = 0;
    for (Orphans.Orphan orphan : found) {
      boolean ours = pruned.stream().anyMatch(folder -> within(orphan.path(), folder));
      boolean counts = listed.stream().anyMatch(path -> within(path, orphan.path()));
      if (!counts && (ours || orphan.modified() <= oldest)) {
        Orphans.remove(fs, log.folder(), orphan);
        files += orphan.files();
        bytes += orphan.bytes();
      }
    }
    return new Pruned(gone, files, bytes);
  }

  private static boolean within(String path, String folder) {
    return path.equals(folder) || path.startsWith(folder + "/");
  }

  private List<Orphans.Orphan> orphans(RegistryState state) throws IOException {
    Path versions = new Path(log.folder(), RegistryLayout.VERSIONS);
    return Orphans.find(log.fs(), log.folder(), counted(state), null).stream()
        .filter(orphan -> within(orphan.path(), versions.getName()))
        .toList();
  }

  private static Set<String> counted(RegistryState state) {
    Set<String> paths = new HashSet<>();
    state.files().forEach(file -> paths.add(file.path()));
    return paths;
  }

  /** The folder of a version's model as the caller named the registry's; every command takes it. */
  public String modelFolder(ModelVersion version) {
    return Paths.below(Paths.of(name()), version.model()).toString();
  }

  /**
   * The folder of an artifact that is attached to a version; every command takes it.
   *
   * @return empty if it has none in that role
   * @throws UserException with exit code 2 if it was pruned
   */
  public Optional<String> artifactFolder(int number, Role role) throws IOException {
    return state()
        .stored(number)
        .attachment(role)
        .filter(one -> !role.isDocument())
        .map(
            one ->
                one.held() == Attachment.Held.REFERENCE
                    ? one.path()
                    : Paths.below(Paths.of(name()), one.path()).toString());
  }

  /**
   * A version's model.
   *
   * @throws UserException with exit code 2 if it was pruned, 3 if it is damaged
   */
  public ArtifactReader model(int version) throws IOException {
    ModelVersion stored = state().stored(version);
    return ArtifactReader.open(conf, modelFolder(stored), ArtifactKind.MODEL);
  }

  /**
   * A file that is attached to a version.
   *
   * @return empty if it has none in that role
   * @throws UserException with exit code 2 if it was pruned, 3 if the file is missing or damaged
   */
  public Optional<byte[]> document(int number, Role role) throws IOException {
    RegistryState state = state();
    ModelVersion version = state.stored(number);
    Optional<Attachment> attached = version.attachment(role).filter(one -> role.isDocument());
    if (attached.isEmpty()) {
      return Optional.empty();
    }
    FileEntry entry =
        state.files(version).stream()
            .filter(file -> file.path().equals(attached.get().path()))
            .findFirst()
            .orElseThrow(() -> damaged(attached.get().path(), "no manifest lists it"));
    Path file = Paths.below(log.folder(), entry.path());
    byte[] bytes = SmallFile.bytes(log.fs(), file, file.toString(), () -> "restore it from a copy");
    if (!Sha256.of(bytes).equals(entry.sha256())) {
      throw damaged(entry.path(), "its SHA-256 is not the registry's");
    }
    return Optional.of(bytes);
  }

  private UserException damaged(String path, String why) {
    return UserException.data(
        name() + "/" + path + " is damaged: " + why + "; restore it from a copy");
  }

  /**
   * An artifact that is attached to a version, wherever it lies.
   *
   * @return empty if it has none in that role
   * @throws UserException with exit code 2 if the version was pruned, 3 if the artifact is missing,
   *     or another lies in its place by now
   */
  public Optional<ArtifactReader> artifact(int number, Role role) throws IOException {
    Optional<Attachment> attached =
        state().stored(number).attachment(role).filter(one -> !role.isDocument());
    if (attached.isEmpty()) {
      return Optional.empty();
    }
    Attachment one = attached.get();
    String folder =
        one.held() == Attachment.Held.REFERENCE
            ? one.path()
            : Paths.below(log.folder(), one.path()).toString();
    ArtifactReader reader = ArtifactReader.open(conf, folder);
    if (!reader.manifest().fingerprint().equals(one.fingerprint())) {
      throw UserException.data(
          folder
              + " is not what version "
              + number
              + " was added with: another was written in its place; give the version its own copy"
              + " the next time");
    }
    return Optional.of(reader);
  }

  /** How many bytes the registry holds of each version, by number. */
  public Map<Integer, Long> bytes(RegistryState state) {
    Map<Integer, Long> bytes = new TreeMap<>();
    for (ModelVersion version : state.versions()) {
      bytes.put(version.number(), state.files(version).stream().mapToLong(FileEntry::bytes).sum());
    }
    return bytes;
  }
}
