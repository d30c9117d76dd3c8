package org.seqlm.registry;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.seqlm.UserException;
import org.seqlm.store.FileEntry;

/**
 * All that a registry says at a moment. At most one version is the champion and at most one is
 * kept; numbers, nights and folders are each one version's only, and each night has at most one
 * decision that ends it: a state of which this does not hold cannot be made.
 *
 * @param champion the number of the one; 0 for none
 * @param versions by number
 * @param history decisions, the latest last
 * @param files of all versions that are not pruned, by paths below the registry's folder
 */
public record RegistryState(
    int champion, List<ModelVersion> versions, List<Decision> history, List<FileEntry> files) {
  /** Of a registry that is yet to begin. */
  public static final RegistryState EMPTY = new RegistryState(0, List.of(), List.of(), List.of());

  /**
   * @throws IllegalArgumentException if it says what cannot be
   */
  public RegistryState {
    versions = List.copyOf(versions);
    history = List.copyOf(history);
    files = List.copyOf(files);
    checkVersions(champion, versions);
    checkHistory(versions.size(), history);
    checkFiles(versions, files);
  }

  private static void checkVersions(int champion, List<ModelVersion> versions) {
    Set<String> nights = new HashSet<>();
    Set<String> folders = new HashSet<>();
    int kept = 0;
    for (int i = 0; i < versions.size(); i++) {
      ModelVersion version = versions.get(i);
      int number = version.number();
      require(number == i + 1, "version " + number + " stands in the place of " + (i + 1));
      require(
          version.night() == null || nights.add(version.night()),
          "two versions are of the night " + version.night());
      require(folders.add(version.folder()), "two versions have the folder " + version.folder());
      require(
          (version.status() == VersionStatus.CHAMPION) == (number == champion),
          "version " + number + " is " + version.status() + ", the champion " + champion);
      kept += version.status() == VersionStatus.KEPT ? 1 : 0;
    }
    require(champion >= 0 && champion <= versions.size(), "the champion is no version");
    require(kept <= 1, "two versions are kept");
  }

  private static void checkHistory(int versions, List<Decision> history) {
    Set<String> ended = new HashSet<>();
    for (Decision one : history) {
      require(
          one.version() <= versions
              && one.version() >= (one.what() == Outcome.FAILED ? 0 : 1)
              && one.champion() >= 0
              && one.champion() <= versions,
          "a decision is about no version");
      require(
          one.night() == null || !one.what().endsNight() || ended.add(one.night()),
          "the night " + one.night() + " ends twice");
    }
  }

  private static void checkFiles(List<ModelVersion> versions, List<FileEntry> files) {
    Map<String, ModelVersion> byFolder = new HashMap<>();
    versions.forEach(version -> byFolder.put(version.folder(), version));
    Set<String> filled = new HashSet<>();
    for (FileEntry file : files) {
      String folder = folder(file);
      ModelVersion version = byFolder.get(folder);
      require(
          version != null && version.status() != VersionStatus.PRUNED,
          file.path() + " is no version's");
      filled.add(folder);
    }
    for (ModelVersion version : versions) {
      require(
          version.status() == VersionStatus.PRUNED || filled.contains(version.folder()),
          "version " + version.number() + " has no files");
    }
  }

  /** The version's folder that a file lies in: the first two names of its path. */
  private static String folder(FileEntry file) {
    int first = file.path().indexOf('/');
    int second = file.path().indexOf('/', first + 1);
    return second < 0 ? "" : file.path().substring(0, second);
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(problem);
    }
  }

  /** The number that the next version gets. */
  public int next() {
    return versions.size() + 1;
  }

  /**
   * A version by its number.
   *
   * @throws UserException with exit code 2 if there is none
   */
  public ModelVersion version(int number) {
    if (number < 1 || number > versions.size()) {
      throw UserException.configuration(
          "there is no version "
              + number
              + (versions.isEmpty()
                  ? ": the registry has none yet, seqlm models add makes the first"
                  : ": the registry has 1 to "
                      + versions.size()
                      + ", seqlm models list shows them"));
    }
    return versions.get(number - 1);
  }

  /**
   * A version that still has its files.
   *
   * @throws UserException with exit code 2 if there is none, or it was pruned
   */
  public ModelVersion stored(int number) {
    ModelVersion version = version(number);
    if (version.status() == VersionStatus.PRUNED) {
      throw UserException.configuration(
          "version "
              + number
              + " was pruned, its files are gone: take another that seqlm models list shows");
    }
    return version;
  }

  /** The version of a night, whatever became of it. */
  public Optional<ModelVersion> versionOf(String night) {
    return versions.stream().filter(one -> night.equals(one.night())).findFirst();
  }

  /** The newest version of a model that still has its files. */
  public Optional<ModelVersion> withFingerprint(String fingerprint) {
    return versions.stream()
        .filter(one -> one.status() != VersionStatus.PRUNED)
        .filter(one -> one.fingerprint().equals(fingerprint))
        .reduce((a, b) -> b);
  }

  /** What a night ended with; empty if it has not. */
  public Optional<Decision> decisionOf(String night) {
    return history.stream().filter(one -> one.ends(night)).findFirst();
  }

  /** The version that waits for the next night; empty for none. */
  public Optional<ModelVersion> kept() {
    return versions.stream().filter(one -> one.status() == VersionStatus.KEPT).findFirst();
  }

  /** What was decided about a version, the latest last. */
  public List<Decision> about(int number) {
    return history.stream().filter(one -> one.version() == number).toList();
  }

  /**
   * Champions, the one of now first, each with the one that it took the place of behind it. Going
   * back to one takes those before it away.
   */
  Deque<Integer> champions() {
    Deque<Integer> champions = new ArrayDeque<>();
    for (Decision one : history) {
      if (one.what() == Outcome.ROLLED_BACK) {
        while (!champions.isEmpty() && champions.peek() != one.version()) {
          champions.pop();
        }
      }
      boolean crowns = one.what() == Outcome.PROMOTED || one.what() == Outcome.ROLLED_BACK;
      if (crowns && (champions.isEmpty() || champions.peek() != one.version())) {
        champions.push(one.version());
      }
    }
    return champions;
  }

  /** Whom a rollback makes the champion: the last one before that still has its files. */
  public Optional<ModelVersion> predecessor() {
    return champions().stream()
        .skip(1)
        .filter(number -> number != champion)
        .map(this::version)
        .filter(one -> one.status() != VersionStatus.PRUNED)
        .findFirst();
  }

  /** A version, the one that it was trained from, and so on. */
  public List<ModelVersion> ancestors(int number) {
    List<ModelVersion> line = new ArrayList<>();
    for (int at = number; at != 0; at = version(at).parent()) {
      line.add(version(at));
    }
    return line;
  }

  /**
   * Versions whose files nobody needs: all but the champion, the one that a rollback goes to, the
   * one that is kept, and the newest.
   *
   * @param keep how many of the newest to leave
   */
  public Set<Integer> dispensable(int keep) {
    Set<Integer> numbers = new TreeSet<>();
    versions.stream()
        .filter(one -> one.status() != VersionStatus.PRUNED)
        .map(ModelVersion::number)
        .forEach(numbers::add);
    numbers.stream().skip(Math.max(0, numbers.size() - keep)).toList().forEach(numbers::remove);
    numbers.remove(champion);
    predecessor().map(ModelVersion::number).ifPresent(numbers::remove);
    kept().map(ModelVersion::number).ifPresent(numbers::remove);
    return numbers;
  }

  /** The same with its newest decisions written down by a commit. */
  RegistryState in(String commit) {
    List<Decision> stamped = new ArrayList<>();
    for (Decision one : history) {
      stamped.add(one.commit().isEmpty() ? one.in(commit) : one);
    }
    return new RegistryState(champion, versions, stamped, files);
  }

  /** Whether a commit led to this state, whatever followed it. */
  boolean follows(String commit) {
    return history.stream().anyMatch(one -> one.commit().equals(commit));
  }

  /** The files of a version; none of one that was pruned. */
  public List<FileEntry> files(ModelVersion version) {
    String prefix = version.folder() + "/";
    return files.stream().filter(file -> file.path().startsWith(prefix)).toList();
  }
}
