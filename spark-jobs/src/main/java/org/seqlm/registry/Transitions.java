package org.seqlm.registry;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.seqlm.UserException;
import org.seqlm.store.FileEntry;

/**
 * What becomes of a registry's state, without any file. Each function gives the next state, the
 * same object where nothing is to be done because it was done before, and refuses what may not be:
 * so it can be applied again to a state that another writer has committed meanwhile.
 */
public final class Transitions {
  private Transitions() {}

  /**
   * Adds a version.
   *
   * @param version with the next number
   * @param files its own, all in its folder
   */
  public static RegistryState add(
      RegistryState state,
      ModelVersion version,
      List<FileEntry> files,
      Instant when,
      Grounds grounds) {
    List<ModelVersion> versions = new ArrayList<>(state.versions());
    versions.add(version.with(VersionStatus.CANDIDATE));
    List<FileEntry> all = new ArrayList<>(state.files());
    all.addAll(files);
    Decision decision =
        Decision.of(when, Outcome.ADDED, version.number(), state.champion(), grounds);
    return new RegistryState(state.champion(), versions, and(state, decision), all);
  }

  /**
   * Makes a version the champion. One that was kept, and is another, is retired: it was compared
   * with a champion that is no more.
   *
   * @param expected the champion that it was compared with, 0 for none; null for whoever it is
   * @throws UserException with exit code 5 if the champion is another, 2 if the version cannot be
   */
  public static RegistryState promote(
      RegistryState state, int number, Integer expected, Instant when, Grounds grounds) {
    if (isDecided(state, Outcome.PROMOTED, number, grounds)
        || (grounds.night() == null && state.champion() == number)) {
      return state;
    }
    state.stored(number);
    refuseOther(state, expected);
    return crown(state, number, when, Outcome.PROMOTED, grounds);
  }

  private static RegistryState crown(
      RegistryState state, int number, Instant when, Outcome what, Grounds grounds) {
    List<ModelVersion> versions = new ArrayList<>();
    for (ModelVersion one : state.versions()) {
      boolean before = one.status() == VersionStatus.CHAMPION || one.status() == VersionStatus.KEPT;
      versions.add(
          one.number() == number
              ? one.with(VersionStatus.CHAMPION)
              : before ? one.with(VersionStatus.RETIRED) : one);
    }
    Decision decision = Decision.of(when, what, number, state.champion(), grounds);
    return new RegistryState(number, versions, and(state, decision), state.files());
  }

  /**
   * Has a challenger wait for the next night, in the place of one that waited before.
   *
   * @throws UserException with exit code 2 if it is the champion, or pruned
   */
  public static RegistryState keep(RegistryState state, int number, Instant when, Grounds grounds) {
    return end(state, number, VersionStatus.KEPT, when, Outcome.KEPT, grounds);
  }

  /**
   * Has a challenger lose.
   *
   * @param number 0 if the night came to nothing before it had one
   * @throws UserException with exit code 2 if it is the champion, or pruned
   */
  public static RegistryState fail(RegistryState state, int number, Instant when, Grounds grounds) {
    return end(state, number, VersionStatus.FAILED, when, Outcome.FAILED, grounds);
  }

  /**
   * The same if the champion is still the one that it was compared with.
   *
   * @param expected that champion; 0 for none
   * @throws UserException with exit code 5 if it is another by now; 2 as above
   */
  public static RegistryState fail(
      RegistryState state, int number, int expected, Instant when, Grounds grounds) {
    if (!isDecided(state, Outcome.FAILED, number, grounds)) {
      refuseOther(state, expected);
    }
    return fail(state, number, when, grounds);
  }

  private static RegistryState end(
      RegistryState state,
      int number,
      VersionStatus status,
      Instant when,
      Outcome what,
      Grounds grounds) {
    if (isDecided(state, what, number, grounds)) {
      return state;
    }
    if (number != 0 || what != Outcome.FAILED) {
      state.stored(number);
    }
    if (number != 0 && number == state.champion()) {
      throw UserException.configuration(
          "version "
              + number
              + " is the champion, and cannot be "
              + (what == Outcome.KEPT ? "kept" : "failed")
              + ": promote another, or roll back, first");
    }
    List<ModelVersion> versions = new ArrayList<>();
    for (ModelVersion one : state.versions()) {
      boolean replaced = what == Outcome.KEPT && one.status() == VersionStatus.KEPT;
      versions.add(
          one.number() == number
              ? one.with(status)
              : replaced ? one.with(VersionStatus.RETIRED) : one);
    }
    Decision decision = Decision.of(when, what, number, state.champion(), grounds);
    return new RegistryState(state.champion(), versions, and(state, decision), state.files());
  }

  /**
   * Makes an earlier champion the champion again.
   *
   * @param from the champion that is to go, null for whoever it is; if it went in this way before,
   *     nothing is to be done
   * @param to an earlier champion; null for the one before
   * @throws UserException with exit code 5 if the champion is another than {@code from}, 2 if there
   *     is none to go back to
   */
  public static RegistryState rollBack(
      RegistryState state, Integer from, Integer to, Instant when, Grounds grounds) {
    if (from != null && isRolledBack(state, from, to)) {
      return state;
    }
    refuseOther(state, from);
    if (state.champion() == 0) {
      throw UserException.configuration(
          "there is no champion to roll back from: seqlm models promote makes one");
    }
    if (to != null && to == state.champion()) {
      throw UserException.configuration(
          "version " + to + " is the champion: give --to an earlier one, or leave it out");
    }
    if (to != null) {
      state.stored(to);
      if (state.champions().stream().noneMatch(to::equals)) {
        throw UserException.configuration(
            "version "
                + to
                + " was no champion before version "
                + state.champion()
                + ": seqlm models promote makes it one");
      }
    }
    Optional<Integer> target =
        to != null ? Optional.of(to) : state.predecessor().map(ModelVersion::number);
    int number =
        target.orElseThrow(
            () ->
                UserException.configuration(
                    "no champion before version "
                        + state.champion()
                        + " has its files: promote another version"));
    return crown(state, number, when, Outcome.ROLLED_BACK, grounds);
  }

  /** Whether the last that became of the champion is that very rollback. */
  private static boolean isRolledBack(RegistryState state, int from, Integer to) {
    return state.history().stream()
        .filter(one -> one.what() == Outcome.PROMOTED || one.what() == Outcome.ROLLED_BACK)
        .reduce((a, b) -> b)
        .filter(one -> one.what() == Outcome.ROLLED_BACK)
        .filter(one -> one.champion() == from && from != state.champion())
        .filter(one -> to == null || to == one.version())
        .isPresent();
  }

  /**
   * Gives up the files of versions that nobody needs.
   *
   * @param keep how many of the newest to leave, at least 1
   */
  public static RegistryState prune(RegistryState state, int keep, Instant when, Grounds grounds) {
    Set<Integer> gone = state.dispensable(keep);
    if (gone.isEmpty()) {
      return state;
    }
    List<ModelVersion> versions = new ArrayList<>();
    List<FileEntry> files = new ArrayList<>(state.files());
    List<Decision> history = new ArrayList<>(state.history());
    for (ModelVersion one : state.versions()) {
      boolean goes = gone.contains(one.number());
      versions.add(goes ? one.with(VersionStatus.PRUNED) : one);
      if (goes) {
        files.removeAll(state.files(one));
        history.add(Decision.of(when, Outcome.PRUNED, one.number(), state.champion(), grounds));
      }
    }
    return new RegistryState(state.champion(), versions, history, files);
  }

  /**
   * Whether a night came to this very end before.
   *
   * @throws UserException with exit code 2 if it came to another
   */
  private static boolean isDecided(RegistryState state, Outcome what, int number, Grounds grounds) {
    Decision before =
        grounds.night() == null ? null : state.decisionOf(grounds.night()).orElse(null);
    if (before == null) {
      return false;
    }
    if (before.what() != what || before.version() != number) {
      throw UserException.configuration(
          "the night "
              + grounds.night()
              + " has been decided: version "
              + before.version()
              + " was "
              + Words.of(before.what())
              + "; a night is decided once");
    }
    return true;
  }

  private static void refuseOther(RegistryState state, Integer expected) {
    if (expected != null && expected != state.champion()) {
      throw UserException.platform(
          "the champion is "
              + Words.champion(state.champion())
              + " by now, not "
              + Words.champion(expected)
              + ": another promoted or rolled back meanwhile, and nothing was changed; look at it"
              + " with seqlm models list, and decide again");
    }
  }

  private static List<Decision> and(RegistryState state, Decision decision) {
    List<Decision> history = new ArrayList<>(state.history());
    history.add(decision);
    return history;
  }
}
