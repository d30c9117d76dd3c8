package org.seqlm.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.seqlm.Exhaustive;
import org.seqlm.UserException;
import org.seqlm.files.StoreCalls;
import org.seqlm.files.TestStore;

/**
 * Each call that a writer makes to a store fails in turn. Whatever was committed reads whole, from
 * before or anew, and who does it again succeeds.
 */
class PublicationFaultsTest {
  private static final String OLD = "old";
  private static final String NEW = "new";
  private static final String AGAIN = "again";

  /** What there is before. */
  enum Before {
    NOTHING,
    AN_ARTIFACT
  }

  /** Between the calls that are tried where not all are. */
  private static final int STRIDE = 4;

  @TempDir Path temporary;

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

  /** One writing. */
  private record Outcome(boolean said, String problem) {}

  @ParameterizedTest
  @MethodSource("cases")
  void nothingCommittedIsLost(TestStore.Kind kind, Before before, StoreCalls.Fault fault)
      throws IOException {
    tried(kind, before, fault, STRIDE);
  }

  @Exhaustive
  @ParameterizedTest
  @MethodSource("cases")
  void nothingCommittedIsLostAtAnyCall(TestStore.Kind kind, Before before, StoreCalls.Fault fault)
      throws IOException {
    tried(kind, before, fault, 1);
  }

  private void tried(TestStore.Kind kind, Before before, StoreCalls.Fault fault, int stride)
      throws IOException {
    // Others of each kind, and of each fault.
    int first = 1 + Math.floorMod(Objects.hash(kind.name(), before.name(), fault.name()), stride);
    long started = System.nanoTime();
    List<String> faults = new ArrayList<>();
    int tried = 0;
    int lost = 0;
    for (boolean more = true; more; ) {
      try (TestStore store = TestStore.make(kind, temporary)) {
        String target = store.name("folder/artifact");
        if (before == Before.AN_ARTIFACT) {
          SmallArtifact.write(store.conf(), target, OLD, Overwrite.REFUSE);
        }
        int number = first + tried * stride;
        store.calls().arm(fault, number);
        Outcome outcome = attempt(store, target, before);
        List<String> calls = store.calls().calls();
        if (calls.size() < number) {
          more = false; // it went through without that many
        } else {
          tried++;
          store.calls().endFault();
          String wrong = wrong(store, target, before, outcome);
          store.calls().disarm(); // what is late has come
          wrong = wrong == null ? wrong(store, target, before, outcome) : wrong;
          lost += wrong == null ? 0 : 1;
          String unrepeatable = repeat(store, target);
          if (wrong != null || unrepeatable != null) {
            faults.add(
                number + " " + calls.get(number - 1) + ": " + wrong + "; again: " + unrepeatable);
          }
        }
      }
    }
    System.out.printf(
        Locale.ROOT,
        "publication: %s, %s, %s: %d calls tried, %d artifacts lost, %d cannot be done again,"
            + " %.1f s%n",
        kind,
        before,
        fault,
        tried,
        lost,
        faults.stream().filter(line -> !line.endsWith("again: null")).count(),
        (System.nanoTime() - started) / 1e9);
    assertThat(tried).isGreaterThan(10 / stride);
    assertThat(faults).isEmpty();
  }

  private static Outcome attempt(TestStore store, String target, Before before) {
    try {
      SmallArtifact.write(
          store.conf(),
          target,
          NEW,
          before == Before.NOTHING ? Overwrite.REFUSE : Overwrite.REPLACE);
      return new Outcome(true, null);
    } catch (IOException | UserException e) {
      return new Outcome(false, e.getMessage());
    }
  }

  /** What is wrong with what is there now, or null. */
  private static String wrong(TestStore store, String target, Before before, Outcome outcome)
      throws IOException {
    String there;
    try {
      there = StoreCalls.aside(() -> SmallArtifact.read(store.conf(), target));
    } catch (AssertionError e) {
      return e.getMessage();
    }
    if (outcome.said() && !NEW.equals(there)) {
      return "said to be written, but there is " + there;
    }
    return there == null && before == Before.AN_ARTIFACT ? "lost" : null;
  }

  /** Why the same cannot be done now, or null. */
  private static String repeat(TestStore store, String target) throws IOException {
    try {
      boolean there = SmallArtifact.read(store.conf(), target) != null;
      SmallArtifact.write(
          store.conf(), target, AGAIN, there ? Overwrite.REPLACE : Overwrite.REFUSE);
      String read = SmallArtifact.read(store.conf(), target);
      return AGAIN.equals(read) ? null : "it reads " + read;
    } catch (IOException | UserException | AssertionError e) {
      return e.getMessage();
    }
  }
}
