package org.seqlm.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.seqlm.Exhaustive;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.files.StoreCalls;
import org.seqlm.files.TestStore;

/**
 * Each call that an operation makes to a store is the last of its process, or fails, in turn. The
 * state that is read then is the one before or the one after, whole; the same operation again ends
 * as an undisturbed one, and pruning leaves no file that does not count.
 */
class RegistryFaultsTest {
  /** Between the calls that are tried where not all are; prime, so that they differ. */
  private static final int STRIDE = 29;

  /** The same in the long tests, but for deaths; also prime. */
  private static final int SHORT_STRIDE = Exhaustive.ALL ? 1 : 5;

  private static final String REGISTRY = "folder/registry";

  /** What dies. */
  enum Operation {
    BEGIN {
      @Override
      void before(Registry registry) {}

      @Override
      void run(Registry registry) throws IOException {
        registry.add(SmallModels.draft(MODELS.get(4)), SmallModels.USER);
      }
    },
    ADD {
      @Override
      void run(Registry registry) throws IOException {
        registry.add(SmallModels.draft(MODELS.get(4)).byNight("2026-11-28"), SmallModels.USER);
      }
    },
    PROMOTE {
      @Override
      void run(Registry registry) throws IOException {
        registry.promote(4, 2, Grounds.night("2026-11-28", List.of("better"), null));
      }
    },
    ROLLBACK {
      @Override
      void run(Registry registry) throws IOException {
        registry.rollBack(2, null, SmallModels.USER);
      }
    },
    PRUNE {
      @Override
      void run(Registry registry) throws IOException {
        registry.prune(1, Duration.ofHours(1), SmallModels.USER);
      }
    };

    /** Leaves a registry of four versions, the second the champion, the first before it. */
    void before(Registry registry) throws IOException {
      SmallModels.add(registry, MODELS.subList(0, 4));
      registry.promote(1, SmallModels.USER);
      registry.promote(2, 1, SmallModels.USER);
    }

    abstract void run(Registry registry) throws IOException;
  }

  @TempDir static Path temporary;

  /** They lie elsewhere: only calls to the registry's store are counted. */
  private static final List<ArtifactReader> MODELS = new ArrayList<>();

  /** By store and operation: what an undisturbed one does. */
  private static final Map<String, Undisturbed> UNDISTURBED = new HashMap<>();

  /**
   * What an operation does where nothing fails.
   *
   * @param old what is there before
   * @param wanted what is there then
   */
  private record Undisturbed(String old, String wanted, int calls) {}

  @BeforeAll
  static void models() throws IOException {
    MODELS.clear();
    MODELS.addAll(
        SmallModels.line(new Configuration(), temporary.resolve("sources").toString(), 5));
  }

  static Stream<Arguments> cases() {
    List<Arguments> all = new ArrayList<>();
    for (TestStore.Kind kind : TestStore.Kind.values()) {
      for (Operation operation : Operation.values()) {
        for (StoreCalls.Fault fault : StoreCalls.Fault.values()) {
          all.add(Arguments.of(kind, operation, fault));
        }
      }
    }
    return all.stream();
  }

  /** Deaths everywhere, and each other fault of an operation on some store. */
  static Stream<Arguments> some() {
    return cases()
        .filter(
            one -> {
              TestStore.Kind kind = (TestStore.Kind) one.get()[0];
              Operation operation = (Operation) one.get()[1];
              StoreCalls.Fault fault = (StoreCalls.Fault) one.get()[2];
              return fault == StoreCalls.Fault.KILL
                  || (kind.ordinal() + operation.ordinal() + fault.ordinal())
                          % TestStore.Kind.values().length
                      == 0;
            });
  }

  @ParameterizedTest
  @MethodSource("some")
  void aFaultLosesNothing(TestStore.Kind kind, Operation operation, StoreCalls.Fault fault)
      throws IOException {
    tried(kind, operation, fault, STRIDE);
  }

  @Exhaustive
  @ParameterizedTest
  @MethodSource("cases")
  void noFaultLosesAnything(TestStore.Kind kind, Operation operation, StoreCalls.Fault fault)
      throws IOException {
    tried(kind, operation, fault, fault == StoreCalls.Fault.KILL ? 1 : SHORT_STRIDE);
  }

  private void tried(TestStore.Kind kind, Operation operation, StoreCalls.Fault fault, int stride)
      throws IOException {
    long started = System.nanoTime();
    int first =
        1 + Math.floorMod(Objects.hash(kind.name(), operation.name(), fault.name()), stride);
    List<String> faults = new ArrayList<>();
    int tried = 0;
    Undisturbed whole = undisturbed(kind, operation);
    int calls = whole.calls();
    for (int number = Math.min(first, calls); number <= calls; number += stride) {
      tried++;
      try (TestStore store = begin(kind, operation)) {
        String wrong = breaks(store, operation, fault, number, whole);
        if (wrong != null) {
          faults.add(number + " of " + calls + ": " + wrong);
        }
      }
    }
    System.out.printf(
        Locale.ROOT,
        "registry faults: %s, %s, %s: %d of %d calls tried, %d faults, %.1f s%n",
        kind,
        operation,
        fault,
        tried,
        calls,
        faults.size(),
        (System.nanoTime() - started) / 1e9);
    assertThat(whole.old()).isNotEqualTo(whole.wanted());
    assertThat(tried).isPositive();
    assertThat(faults).isEmpty();
  }

  private static Undisturbed undisturbed(TestStore.Kind kind, Operation operation)
      throws IOException {
    Undisturbed known = UNDISTURBED.get(kind + " " + operation);
    if (known != null) {
      return known;
    }
    try (TestStore store = begin(kind, operation)) {
      String folder = store.name(REGISTRY);
      String old = SmallModels.read(store.conf(), folder);
      store.calls().count();
      operation.run(SmallModels.registry(store.conf(), folder));
      int calls = store.calls().calls().size();
      Undisturbed whole = new Undisturbed(old, SmallModels.read(store.conf(), folder), calls);
      UNDISTURBED.put(kind + " " + operation, whole);
      return whole;
    }
  }

  private static TestStore begin(TestStore.Kind kind, Operation operation) throws IOException {
    TestStore store = TestStore.make(kind, temporary);
    operation.before(SmallModels.registry(store.conf(), store.name(REGISTRY)));
    return store;
  }

  /** What is wrong once a call failed, or null. */
  private static String breaks(
      TestStore store, Operation operation, StoreCalls.Fault fault, int number, Undisturbed whole)
      throws IOException {
    String folder = store.name(REGISTRY);
    store.calls().arm(fault, number);
    String said = attempt(store, operation);
    List<String> made = store.calls().calls();
    store.calls().endFault();
    String wrong = wrong(store, said, whole);
    store.calls().disarm(); // what is late has come
    wrong = wrong == null ? wrong(store, said, whole) : wrong;
    String again = attempt(store, operation);
    String there = SmallModels.read(store.conf(), folder);
    if (again != null || !there.equals(whole.wanted())) {
      wrong = wrong + "; again: " + again + ", there is " + there;
    } else {
      SmallModels.registry(store.conf(), folder).prune(99, Duration.ZERO, SmallModels.USER);
      TreeSet<String> files = new TreeSet<>();
      for (String path : store.content().keySet()) {
        int at = path.indexOf(REGISTRY + "/");
        boolean temporaryManifest = path.contains(REGISTRY + "/.manifest");
        if (at >= 0 && !temporaryManifest) {
          files.add(path.substring(at + REGISTRY.length() + 1));
        }
      }
      TreeSet<String> counted = SmallModels.counted(store.conf(), folder);
      files.removeIf(path -> path.matches("manifest.*") && !counted.contains(path));
      if (!files.equals(counted)) {
        files.removeAll(counted);
        wrong = wrong + "; left " + files;
      }
    }
    String call = number <= made.size() ? made.get(number - 1) : "none";
    return wrong == null ? null : call + ": it said " + said + "; " + wrong;
  }

  /** What an operation fails with, or null. */
  private static String attempt(TestStore store, Operation operation) {
    try {
      operation.run(SmallModels.registry(store.conf(), store.name(REGISTRY)));
      return null;
    } catch (IOException | UserException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** What is wrong with what is read, or null. */
  private static String wrong(TestStore store, String said, Undisturbed whole) throws IOException {
    String there;
    try {
      there = StoreCalls.aside(() -> SmallModels.read(store.conf(), store.name(REGISTRY)));
    } catch (UserException | AssertionError e) {
      return "not whole: " + e.getMessage();
    }
    if (there.equals(whole.wanted()) || (said != null && there.equals(whole.old()))) {
      return null;
    }
    return "there is " + there;
  }
}
