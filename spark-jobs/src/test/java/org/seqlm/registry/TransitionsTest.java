package org.seqlm.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.store.FileEntry;

class TransitionsTest {
  private static final Instant WHEN = Instant.parse("2026-11-28T03:12:00Z");

  private static Grounds night(String night) {
    return Grounds.night(night, List.of("for a test"), null);
  }

  private static ModelVersion version(int number, String night, int parent) {
    return new ModelVersion(
        number,
        "model " + number,
        WHEN.toString(),
        night,
        parent,
        "f" + number,
        String.format(java.util.Locale.ROOT, "versions/2026-11-28-%012x", number),
        VersionStatus.CANDIDATE,
        "",
        Map.of(),
        Map.of(),
        List.of());
  }

  private static RegistryState add(RegistryState state, String night, int parent) {
    ModelVersion version = version(state.next(), night, parent);
    FileEntry file = new FileEntry(version.model() + "/manifest.json", 3, "abc");
    return Transitions.add(state, version, List.of(file), WHEN, SmallModels.USER);
  }

  private static RegistryState promote(RegistryState state, int number) {
    return Transitions.promote(state, number, null, WHEN, SmallModels.USER);
  }

  private static RegistryState rollBack(RegistryState state, Integer from, Integer to) {
    return Transitions.rollBack(state, from, to, WHEN, SmallModels.USER);
  }

  private static RegistryState of(int versions) {
    RegistryState state = RegistryState.EMPTY;
    for (int i = 0; i < versions; i++) {
      state = add(state, null, i);
    }
    return state;
  }

  private static void refused(ExitCode code, String message, Runnable what) {
    assertThatThrownBy(what::run)
        .isInstanceOfSatisfying(UserException.class, e -> assertThat(e.exitCode()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  @Test
  void threeNightsByHand() {
    RegistryState state = promote(of(1), 1);
    state = add(state, "2026-11-28", 1);
    state = Transitions.keep(state, 2, WHEN, night("2026-11-28"));
    state = add(state, "2026-11-29", 1);
    assertThat(state.kept().map(ModelVersion::number)).contains(2);
    assertThat(state.decisionOf("2026-11-29")).isEmpty();
    assertThat(state.versionOf("2026-11-29").map(ModelVersion::number)).contains(3);
    state = Transitions.promote(state, 3, 1, WHEN, night("2026-11-29"));
    state = Transitions.fail(state, 0, WHEN, night("2026-11-30"));

    assertThat(state.versions())
        .extracting(ModelVersion::status)
        .containsExactly(VersionStatus.RETIRED, VersionStatus.RETIRED, VersionStatus.CHAMPION);
    assertThat(state.decisionOf("2026-11-28").map(Decision::what)).contains(Outcome.KEPT);
    assertThat(state.decisionOf("2026-11-29").map(Decision::champion)).contains(1);
    assertThat(state.decisionOf("2026-11-30").map(Decision::version)).contains(0);
    assertThat(state.ancestors(3)).extracting(ModelVersion::number).containsExactly(3, 1);
  }

  @Test
  void aNightIsDecidedOnce() {
    RegistryState state = add(promote(of(1), 1), "2026-11-28", 1);
    RegistryState kept = Transitions.keep(state, 2, WHEN, night("2026-11-28"));
    assertThat(Transitions.keep(kept, 2, WHEN, night("2026-11-28"))).isSameAs(kept);
    refused(
        ExitCode.CONFIGURATION,
        "the night 2026-11-28 has been decided: version 2 was kept",
        () -> Transitions.promote(kept, 2, 1, WHEN, night("2026-11-28")));
    // The next night may.
    assertThat(Transitions.promote(kept, 2, 1, WHEN, night("2026-11-29")).champion()).isEqualTo(2);
  }

  @Test
  void aChampionThatChangedMeanwhileIsNotReplaced() {
    RegistryState state = promote(promote(of(3), 1), 2);
    refused(
        ExitCode.PLATFORM,
        "the champion is version 2 by now, not version 1",
        () -> Transitions.promote(state, 3, 1, WHEN, SmallModels.USER));
    refused(
        ExitCode.PLATFORM,
        "the champion is version 2 by now, not version 1",
        () -> Transitions.fail(state, 3, 1, WHEN, SmallModels.USER));
    assertThat(Transitions.fail(state, 3, 2, WHEN, SmallModels.USER).version(3).status())
        .isEqualTo(VersionStatus.FAILED);
    assertThat(promote(state, 2)).isSameAs(state);
    refused(
        ExitCode.CONFIGURATION,
        "is the champion, and cannot be kept",
        () -> Transitions.keep(state, 2, WHEN, SmallModels.USER));
    refused(
        ExitCode.CONFIGURATION,
        "there is no version 4: the registry has 1 to 3",
        () -> promote(state, 4));
  }

  @Test
  void rollbacksGoBackOneByOne() {
    RegistryState state = promote(promote(promote(of(4), 1), 2), 3);
    RegistryState once = rollBack(state, 3, null);
    assertThat(once.champion()).isEqualTo(2);
    assertThat(rollBack(once, 3, null)).isSameAs(once);
    RegistryState twice = rollBack(once, 2, null);
    assertThat(twice.champion()).isEqualTo(1);
    refused(ExitCode.CONFIGURATION, "no champion before version 1", () -> rollBack(twice, 1, null));
    refused(
        ExitCode.PLATFORM,
        "the champion is version 1 by now, not version 3",
        () -> rollBack(twice, 3, 2));
    assertThat(rollBack(state, null, 1).champion()).isEqualTo(1);
    refused(
        ExitCode.CONFIGURATION, "version 4 was no champion before", () -> rollBack(state, null, 4));
    refused(ExitCode.CONFIGURATION, "version 3 is the champion", () -> rollBack(state, null, 3));
    // What came after the one gone back to is no champion before.
    assertThat(promote(once, 4).predecessor().map(ModelVersion::number)).contains(2);
  }

  @Test
  void pruningLeavesWhatSomebodyNeeds() {
    RegistryState state = promote(promote(of(7), 1), 2);
    state = Transitions.keep(state, 3, WHEN, SmallModels.USER);
    RegistryState pruned = Transitions.prune(state, 2, WHEN, SmallModels.USER);
    assertThat(pruned.versions())
        .filteredOn(one -> one.status() == VersionStatus.PRUNED)
        .extracting(ModelVersion::number)
        .containsExactly(4, 5);
    assertThat(pruned.files()).hasSize(5);
    assertThat(Transitions.prune(pruned, 2, WHEN, SmallModels.USER)).isSameAs(pruned);
    refused(ExitCode.CONFIGURATION, "version 4 was pruned", () -> promote(pruned, 4));
    assertThat(add(pruned, null, 0).next()).isEqualTo(9);
  }

  @Test
  void aStateThatCannotBeIsNotMade() {
    RegistryState state = promote(of(2), 1);
    assertThatThrownBy(() -> new RegistryState(2, state.versions(), state.history(), state.files()))
        .isInstanceOf(IllegalArgumentException.class);
    List<ModelVersion> two =
        List.of(state.versions().get(0), state.versions().get(1).with(VersionStatus.CHAMPION));
    assertThatThrownBy(() -> new RegistryState(1, two, state.history(), state.files()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RegistryState(1, state.versions(), state.history(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no files");
  }

  @Test
  void whateverIsDoneThereIsAtMostOneChampionAndItsFilesAreThere() {
    int done = 0;
    for (int seed = 0; seed < 150; seed++) {
      Random random = new Random(seed);
      RegistryState state = RegistryState.EMPTY;
      for (int step = 0; step < 40; step++) {
        RegistryState before = state;
        try {
          state = command(random).apply(state);
        } catch (UserException e) {
          continue;
        }
        done++;
        check(before, state);
      }
    }
    assertThat(done).isGreaterThan(2000);
  }

  private static Function<RegistryState, RegistryState> command(Random random) {
    String night = random.nextBoolean() ? null : "night-" + random.nextInt(12);
    Grounds grounds = night == null ? SmallModels.USER : night(night);
    int number = random.nextInt(12);
    Integer some = random.nextBoolean() ? null : Integer.valueOf(random.nextInt(12));
    int keep = 1 + random.nextInt(4);
    return switch (random.nextInt(7)) {
      case 0, 1 ->
          state ->
              night != null && state.versionOf(night).isPresent()
                  ? state
                  : add(state, night, state.champion());
      case 2 -> state -> Transitions.promote(state, number, some, WHEN, grounds);
      case 3 -> state -> Transitions.keep(state, number, WHEN, grounds);
      case 4 -> state -> Transitions.fail(state, number, WHEN, grounds);
      case 5 -> state -> rollBack(state, some, null);
      default -> state -> Transitions.prune(state, keep, WHEN, grounds);
    };
  }

  /** Beside what the state itself refuses to be. */
  private static void check(RegistryState before, RegistryState after) {
    long champions =
        after.versions().stream().filter(one -> one.status() == VersionStatus.CHAMPION).count();
    assertThat(champions).isEqualTo(after.champion() == 0 ? 0 : 1);
    if (after.champion() != 0) {
      assertThat(after.files(after.version(after.champion()))).isNotEmpty();
    }
    Set<Integer> numbers = new HashSet<>();
    after.versions().forEach(one -> assertThat(numbers.add(one.number())).isTrue());
    // What a version is does not change, a champion is not lost, and history only grows.
    for (int i = 0; i < before.versions().size(); i++) {
      ModelVersion now = after.versions().get(i);
      assertThat(now.with(before.versions().get(i).status())).isEqualTo(before.versions().get(i));
    }
    assertThat(before.champion() == 0 || after.champion() != 0).isTrue();
    assertThat(new ArrayList<>(after.history()).subList(0, before.history().size()))
        .isEqualTo(before.history());
  }
}
