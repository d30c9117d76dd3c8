package org.seqlm.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.seqlm.Exhaustive;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.artifact.Overwrite;
import org.seqlm.files.StoreCalls;
import org.seqlm.files.TestStore;
import org.seqlm.neural.files.RunContent;

/**
 * Each call that a training makes to a store fails in turn. The rounds that it had committed read
 * whole, and so does the run that it was to replace; the same training again ends as an undisturbed
 * one.
 */
class RunFaultsTest {
  /** Between the calls that are tried where not all are; prime, so that they differ. */
  private static final int STRIDE = 131;

  /** The same in the long tests, but for deaths; also prime. */
  private static final int SHORT_STRIDE = Exhaustive.ALL ? 1 : 11;

  /** The same of deaths. */
  private static final int OF_DEATHS = Exhaustive.ALL ? 1 : 3;

  /** What there is before. */
  enum Before {
    NOTHING,
    A_FINISHED_RUN
  }

  @TempDir static Path temporary;

  /** By store and what there is before: what a training leaves where nothing fails. */
  private static final Map<String, Case> CASES = new HashMap<>();

  static Stream<Arguments> cases() {
    List<Arguments> all = new ArrayList<>();
    for (TestStore.Kind kind : TestStore.Kind.values()) {
      for (Before before : Before.values()) {
        for (StoreCalls.Fault fault : StoreCalls.Fault.values()) {
          all.add(Arguments.of(kind, before, fault));
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aFaultLosesNoRound(TestStore.Kind kind, Before before, StoreCalls.Fault fault)
      throws IOException {
    tried(kind, before, fault, STRIDE);
  }

  @Exhaustive
  @ParameterizedTest
  @MethodSource("cases")
  void noFaultLosesARound(TestStore.Kind kind, Before before, StoreCalls.Fault fault)
      throws IOException {
    tried(kind, before, fault, fault == StoreCalls.Fault.KILL ? OF_DEATHS : SHORT_STRIDE);
  }

  private void tried(TestStore.Kind kind, Before before, StoreCalls.Fault fault, int stride)
      throws IOException {
    // Others of each kind, and of each fault.
    int first = 1 + Math.floorMod(Objects.hash(kind.name(), before.name(), fault.name()), stride);
    long started = System.nanoTime();
    List<String> faults = new ArrayList<>();
    int tried = 0;
    int lost = 0;
    Case one = CASES.get(kind + " " + before);
    if (one == null) {
      one = new Case(kind, before);
      CASES.put(kind + " " + before, one);
    }
    for (int number = first; number <= one.calls; number += stride) {
      tried++;
      lost += one.breaks(fault, number, faults) ? 1 : 0;
    }
    System.out.printf(
        Locale.ROOT,
        "run faults: %s, %s, %s: %d of %d calls tried, %d runs lost, %d faults, %.1f s%n",
        kind,
        before,
        fault,
        tried,
        one.calls,
        lost,
        faults.size(),
        (System.nanoTime() - started) / 1e9);
    assertThat(tried).isPositive();
    assertThat(faults).isEmpty();
  }

  /** How far a run said that it was. */
  private static final class Said extends SmallRun.Steps {
    private int round = -1;
    private boolean complete;

    @Override
    void committed(int committed) {
      round = committed;
    }

    @Override
    void completed() {
      complete = true;
    }
  }

  /** A training on a kind of store, and what it leaves where nothing fails. */
  private static final class Case {
    private static final int OLD = 2;
    private static final int NEW = 1;

    private final TestStore.Kind kind;
    private final Before before;
    private final Map<String, String> old;
    private final Map<String, String> wanted;
    private final int calls;

    Case(TestStore.Kind kind, Before before) throws IOException {
      this.kind = kind;
      this.before = before;
      try (TestStore store = begin()) {
        old = RunContent.of(store.conf(), output(store));
        store.calls().count();
        train(store, new SmallRun.Steps());
        calls = store.calls().calls().size();
        wanted = RunContent.of(store.conf(), output(store));
      }
    }

    private TestStore begin() throws IOException {
      TestStore store = TestStore.make(kind, temporary);
      if (before == Before.A_FINISHED_RUN) {
        SmallRun.train(store.conf(), output(store), OLD, Overwrite.REFUSE, new SmallRun.Steps());
      }
      return store;
    }

    private static String output(TestStore store) {
      return store.name("folder/run");
    }

    private void train(TestStore store, SmallRun.Steps steps) throws IOException {
      SmallRun.train(
          store.conf(),
          output(store),
          NEW,
          before == Before.NOTHING ? Overwrite.REFUSE : Overwrite.REPLACE,
          steps);
    }

    /**
     * Lets a call fail, and trains again.
     *
     * @return whether something was lost
     */
    boolean breaks(StoreCalls.Fault fault, int number, List<String> faults) throws IOException {
      try (TestStore store = begin()) {
        store.calls().arm(fault, number);
        Said said = new Said();
        String failure = failure(() -> train(store, said));
        List<String> made = store.calls().calls();
        store.calls().endFault();
        String wrong = wrong(store, said);
        store.calls().disarm(); // what is late has come
        wrong = wrong == null ? wrong(store, said) : wrong;
        String again = again(store);
        if (wrong != null || again != null) {
          faults.add(
              number
                  + (number <= made.size() ? " " + made.get(number - 1) : "")
                  + ": "
                  + wrong
                  + "; failed with "
                  + failure
                  + "; again: "
                  + again);
        }
        return wrong != null;
      }
    }

    /** What is wrong with what is there, or null. */
    private String wrong(TestStore store, Said said) throws IOException {
      Map<String, String> there;
      try {
        there = StoreCalls.aside(() -> RunContent.of(store.conf(), output(store)));
      } catch (UserException e) {
        return e.getMessage();
      }
      boolean complete = there.equals(wanted);
      if (!complete && !Objects.equals(there.get("served"), old.get("served")) && !old.isEmpty()) {
        return "the run that is to be replaced is not the one that is read";
      }
      if (said.complete && !complete) {
        return "it said that it was complete";
      }
      return there.equals(old) ? said.round < 0 ? null : "nothing of it" : late(there, said);
    }

    private static String late(Map<String, String> there, Said said) {
      return RunContent.round(there) < said.round
          ? "round " + said.round + " was committed, but there is " + RunContent.round(there)
          : null;
    }

    /** Why the same does not end as it should, or null. */
    private String again(TestStore store) throws IOException {
      boolean complete = RunContent.of(store.conf(), output(store)).equals(wanted);
      try {
        train(store, new SmallRun.Steps());
      } catch (UserException e) {
        boolean refused =
            complete && before == Before.NOTHING && e.exitCode() == ExitCode.CONFIGURATION;
        if (!refused) {
          return e.getMessage();
        }
      } catch (IOException e) {
        return e.toString();
      }
      String leaves = difference(store);
      if (leaves != null) {
        return "it leaves other " + leaves;
      }
      Set<String> counted = RunContent.removeOrphans(store.conf(), output(store));
      leaves = difference(store);
      Set<String> files = files(store);
      files.removeAll(counted);
      return leaves != null || !files.isEmpty()
          ? "without orphans it leaves other " + leaves + ", and " + files
          : null;
    }

    private String difference(TestStore store) throws IOException {
      Map<String, String> there;
      try {
        there = RunContent.of(store.conf(), output(store));
      } catch (UserException e) {
        return e.getMessage();
      }
      Set<String> paths = new TreeSet<>(there.keySet());
      paths.addAll(wanted.keySet());
      paths.removeIf(path -> Objects.equals(there.get(path), wanted.get(path)));
      return paths.isEmpty() ? null : paths.toString();
    }

    /** All files in the run's folder, but for checksums of Hadoop's. */
    private Set<String> files(TestStore store) {
      Set<String> files = new TreeSet<>();
      for (String path : store.content().keySet()) {
        if (!path.endsWith(".crc")) {
          files.add(path.substring(path.indexOf("folder/run/") + "folder/run/".length()));
        }
      }
      return files;
    }
  }

  /** What may fail. */
  @FunctionalInterface
  private interface Attempt {
    void run() throws IOException;
  }

  private static String failure(Attempt attempt) {
    try {
      attempt.run();
      return null;
    } catch (IOException | UserException e) {
      return e.toString();
    }
  }
}
