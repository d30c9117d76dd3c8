package org.seqlm.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.Exhaustive;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.files.StoreCalls;
import org.seqlm.files.TestStore;
import org.seqlm.files.Turns;

/**
 * Two writers of one registry, a call of theirs to the store after another in an order that a seed
 * decides. Of two that promote what was compared with one champion, one wins; two that add both do.
 */
class TwoRegistryWritersTest {
  private static final int SOME = 4;
  private static final int MANY = 20;
  private static final String REGISTRY = "folder/registry";

  @TempDir Path temporary;

  /** What one of the two does. */
  private interface Act {
    void on(Registry registry) throws IOException;
  }

  @ParameterizedTest
  @EnumSource(TestStore.Kind.class)
  void oneWins(TestStore.Kind kind) throws Exception {
    tried(kind, SOME);
  }

  @Exhaustive
  @ParameterizedTest
  @EnumSource(TestStore.Kind.class)
  void oneWinsEachTime(TestStore.Kind kind) throws Exception {
    tried(kind, MANY);
  }

  /** As a process does that waits long for its disk: what the other does may follow its commit. */
  @Test
  void oneMayStopWhileTheOtherWrites() throws Exception {
    stopped(TestStore.Kind.HDFS);
  }

  @Exhaustive
  @ParameterizedTest
  @EnumSource(value = TestStore.Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "S3")
  void oneMayStopAnywhereWhileTheOtherWrites(TestStore.Kind kind) throws Exception {
    stopped(kind);
  }

  private void stopped(TestStore.Kind kind) throws Exception {
    Configuration local = new Configuration();
    String sources = temporary.resolve("sources").toString();
    List<ArtifactReader> line = SmallModels.line(local, sources, 3);
    ArtifactReader a = SmallModels.write(local, sources + "/a", "model a", null);
    ArtifactReader b = SmallModels.write(local, sources + "/b", "model b", null);
    Act adds = registry -> registry.add(SmallModels.draft(a), SmallModels.USER);
    Act goesBack = registry -> registry.rollBack(null, null, SmallModels.USER);
    for (Act act : List.of(adds, goesBack)) {
      int calls = Integer.MAX_VALUE;
      for (int call = 1; call <= calls; call++) {
        int stop = call;
        try (TestStore store = TestStore.make(kind, temporary)) {
          String folder = store.name(REGISTRY);
          Registry registry = SmallModels.registry(store.conf(), folder);
          SmallModels.add(registry, line);
          for (int number = 1; number <= 3; number++) {
            registry.promote(number, SmallModels.USER);
          }
          store.calls().count();
          List<Throwable> failures =
              meet(
                  store,
                  threads -> Turns.stopping(stop, threads),
                  act,
                  other -> other.add(SmallModels.draft(b), SmallModels.USER));
          calls = Math.min(calls, store.calls().calls().size());
          String read = SmallModels.read(store.conf(), folder);
          RegistryState state = registry.state();
          assertThat(failures).as("call %d", call).containsOnlyNulls();
          assertThat(state.versions()).as(read).hasSize(act == adds ? 5 : 4);
          // Back by one, and not by two.
          assertThat(state.champion()).as(read).isEqualTo(act == adds ? 3 : 2);
        }
      }
    }
  }

  private void tried(TestStore.Kind kind, int times) throws Exception {
    // S3A 3.3.4 cannot put only what is absent: of two the later may replace the earlier's state.
    boolean tells = kind != TestStore.Kind.S3;
    Configuration local = new Configuration();
    String sources = temporary.resolve("sources").toString();
    List<ArtifactReader> line = SmallModels.line(local, sources, 3);
    ArtifactReader a = SmallModels.write(local, sources + "/a", "model a", null);
    ArtifactReader b = SmallModels.write(local, sources + "/b", "model b", null);
    List<String> faults = new ArrayList<>();
    long started = System.nanoTime();
    int bothPromoted = 0;
    for (int seed = 0; seed < times; seed++) {
      try (TestStore store = TestStore.make(kind, temporary)) {
        String folder = store.name(REGISTRY);
        SmallModels.add(SmallModels.registry(store.conf(), folder), line);
        SmallModels.registry(store.conf(), folder).promote(1, SmallModels.USER);

        List<Throwable> promoting =
            meet(
                store,
                seed,
                registry -> registry.promote(2, 1, Grounds.night("n1", List.of(), null)),
                registry -> registry.promote(3, 1, Grounds.night("n2", List.of(), null)));
        long won = promoting.stream().filter(failure -> failure == null).count();
        boolean told =
            promoting.stream().allMatch(failure -> failure == null || isPlatform(failure));
        RegistryState state = Registry.open(store.conf(), folder).state();
        int champion = state.champion();
        bothPromoted += won == 2 ? 1 : 0;
        boolean right =
            champion == 2 && promoting.get(0) == null || champion == 3 && promoting.get(1) == null;
        if (!told || !right || won != 1 && tells) {
          faults.add("seed " + seed + ": " + promoting + ", champion " + champion);
        }

        List<Throwable> adding =
            meet(
                store,
                seed,
                registry -> registry.add(SmallModels.draft(a), SmallModels.USER),
                registry -> registry.add(SmallModels.draft(b), SmallModels.USER));
        state = Registry.open(store.conf(), folder).state();
        boolean both = state.versions().size() == 5;
        boolean oneOfNight = nights(store, seed, a, b, tells);
        SmallModels.read(store.conf(), folder);
        if (!adding.stream().allMatch(failure -> failure == null || !tells && isPlatform(failure))
            || !both && tells
            || !oneOfNight) {
          faults.add("seed " + seed + ": " + adding + ", " + SmallModels.told(state));
        }
      }
    }
    System.out.printf(
        Locale.ROOT,
        "two writers of a registry: %s: %d times, %d times both promoted, %d faults, %.1f s%n",
        kind,
        times,
        bothPromoted,
        faults.size(),
        (System.nanoTime() - started) / 1e9);
    assertThat(faults).isEmpty();
  }

  private static boolean isPlatform(Throwable failure) {
    return failure instanceof UserException e && e.exitCode() == ExitCode.PLATFORM;
  }

  /** Two models for one night: one is its version, the other is refused. */
  private static boolean nights(
      TestStore store, int seed, ArtifactReader a, ArtifactReader b, boolean tells)
      throws Exception {
    List<Throwable> failures =
        meet(
            store,
            seed,
            registry -> registry.add(SmallModels.draft(a).byNight("n3"), SmallModels.USER),
            registry -> registry.add(SmallModels.draft(b).byNight("n3"), SmallModels.USER));
    RegistryState state = Registry.open(store.conf(), store.name(REGISTRY)).state();
    long refused =
        failures.stream()
            .filter(
                failure ->
                    failure instanceof UserException e && e.exitCode() == ExitCode.CONFIGURATION)
            .count();
    return state.versionOf("n3").isPresent() && (refused == 1 || !tells);
  }

  /** Lets two meet, and looks between any two calls; gives what each failed with, or null. */
  private static List<Throwable> meet(TestStore store, int seed, Act one, Act other)
      throws InterruptedException {
    return meet(store, threads -> Turns.random(seed, threads), one, other);
  }

  private static List<Throwable> meet(
      TestStore store, Function<List<Thread>, Turns> order, Act one, Act other)
      throws InterruptedException {
    AtomicReference<Throwable> broken = new AtomicReference<>();
    List<AtomicReference<Throwable>> failures =
        List.of(new AtomicReference<>(), new AtomicReference<>());
    List<Act> acts = List.of(one, other);
    AtomicReference<Turns> turns = new AtomicReference<>();
    List<Thread> threads =
        Stream.of(0, 1)
            .map(
                i ->
                    new Thread(
                        () -> {
                          turns.get().enter();
                          try {
                            acts.get(i)
                                .on(SmallModels.registry(store.conf(), store.name(REGISTRY)));
                          } catch (IOException | RuntimeException e) {
                            failures.get(i).set(e);
                          } finally {
                            turns.get().leave();
                          }
                        }))
            .toList();
    turns.set(order.apply(threads));
    turns
        .get()
        .between(
            () -> {
              try {
                StoreCalls.aside(() -> Registry.open(store.conf(), store.name(REGISTRY)).state());
              } catch (IOException | RuntimeException e) {
                broken.compareAndSet(null, e);
              }
            });
    store.calls().turns(turns.get());
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    store.calls().turns(null);
    if (broken.get() != null) {
      return List.of(broken.get(), broken.get());
    }
    List<Throwable> told = new ArrayList<>();
    failures.forEach(failure -> told.add(failure.get()));
    return told;
  }
}
