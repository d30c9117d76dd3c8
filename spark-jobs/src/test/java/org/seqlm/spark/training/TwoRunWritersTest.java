package org.seqlm.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.seqlm.Exhaustive;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Overwrite;
import org.seqlm.artifact.SmallFile;
import org.seqlm.files.StoreCalls;
import org.seqlm.files.TestStore;
import org.seqlm.files.Turns;
import org.seqlm.neural.files.RunContent;

/**
 * Two trainings of one run at the same time, as a scheduler's second attempt beside a first that
 * lives: one is the run's writer at the end, the other is told so and has removed nothing of it.
 */
class TwoRunWritersTest {
  private static final int MANY = 100;

  /** Between two looks at the whole run, in calls. */
  private static final int LOOK = 16;

  private static final int OLD = 2;
  private static final int NEW = 1;

  /** How their calls meet. */
  enum Meeting {
    /** One call after another, in an order that a seed decides. */
    IN_TURNS,
    /** As it comes. */
    AT_ONCE,
    /** One stops before a call until the other is through, as a machine that sleeps. */
    ONE_STOPPED;

    /** Meetings that differ: of a stop, more than a training makes calls, over all there may be. */
    int all() {
      return this == ONE_STOPPED ? 300 * Before.values().length : MANY;
    }

    /** Each how many of them are met where not all are; prime. */
    int stride() {
      return this == ONE_STOPPED ? 307 : 53;
    }

    Turns turns(int seed, List<Thread> threads) {
      return switch (this) {
        case IN_TURNS -> Turns.random(seed, threads);
        case AT_ONCE -> null;
        case ONE_STOPPED -> Turns.stopping(1 + seed / Before.values().length, threads);
      };
    }
  }

  /** What there is before. */
  enum Before {
    NOTHING,
    AN_UNFINISHED_RUN,
    A_FINISHED_RUN
  }

  @TempDir Path temporary;

  static Stream<Arguments> cases() {
    return Stream.of(TestStore.Kind.values())
        .flatMap(kind -> Stream.of(Meeting.values()).map(how -> Arguments.of(kind, how)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void oneIsTheWriter(TestStore.Kind kind, Meeting meeting) throws Exception {
    tried(kind, meeting, meeting.stride());
  }

  @Exhaustive
  @ParameterizedTest
  @MethodSource("cases")
  void oneIsTheWriterEachTime(TestStore.Kind kind, Meeting meeting) throws Exception {
    tried(kind, meeting, meeting == Meeting.ONE_STOPPED && !Exhaustive.ALL ? 13 : 1);
  }

  private void tried(TestStore.Kind kind, Meeting meeting, int stride) throws Exception {
    long started = System.nanoTime();
    List<String> faults = new ArrayList<>();
    int lost = 0;
    int calls = 0;
    int told = 0;
    int times = 0;
    Before[] before = Before.values();
    for (int seed = stride == 1 ? 0 : kind.ordinal(); seed < meeting.all(); seed += stride) {
      times++;
      try (TestStore store = TestStore.make(kind, temporary)) {
        Encounter encounter = new Encounter(store, before[seed % before.length]);
        encounter.meet(seed, meeting);
        calls += store.calls().calls().size();
        told += encounter.told();
        String wrong = encounter.wrong();
        lost += encounter.during == null && (wrong == null || !wrong.startsWith("lost")) ? 0 : 1;
        if (encounter.during != null || wrong != null) {
          faults.add("seed " + seed + ": " + encounter.during + "; " + wrong);
        }
      }
    }
    System.out.printf(
        Locale.ROOT,
        "two writers of a run: %s, %s: %d times, %d calls, %d runs lost, %d times one was told so,"
            + " %d times something was wrong, %.1f s%n",
        kind,
        meeting,
        times,
        calls,
        lost,
        told,
        faults.size(),
        (System.nanoTime() - started) / 1e9);
    assertThat(faults).isEmpty();
  }

  /** One of the two, and when it did what, on a clock that they share. */
  private static final class Writer extends SmallRun.Steps {
    private final AtomicInteger clock;
    private int begun;
    private int completing;
    private int failed;
    private Throwable failure;

    Writer(AtomicInteger clock) {
      this.clock = clock;
    }

    @Override
    void begun() {
      begun = clock.incrementAndGet();
    }

    @Override
    void completing() {
      completing = clock.incrementAndGet();
    }

    void fail(Throwable with) {
      failed = clock.incrementAndGet();
      failure = with;
    }

    boolean failedWith(ExitCode code) {
      return failure instanceof UserException e && e.exitCode() == code;
    }
  }

  /** Stops a training after a round. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Two on a store. */
  private static final class Encounter {
    private final TestStore store;
    private final Before before;
    private final String output;
    private final Overwrite overwrite;
    private final Map<String, String> old;
    private final Map<String, String> wanted;
    private final Map<Integer, String> commits = new TreeMap<>();
    private final Writer a;
    private final Writer b;
    private int looks;
    private volatile String during;

    Encounter(TestStore store, Before before) throws IOException {
      this.store = store;
      this.before = before;
      output = store.name("folder/run");
      overwrite = before == Before.A_FINISHED_RUN ? Overwrite.REPLACE : Overwrite.REFUSE;
      String undisturbed = store.name("folder/undisturbed");
      SmallRun.train(store.conf(), undisturbed, NEW, Overwrite.REFUSE, new SmallRun.Steps());
      wanted = RunContent.of(store.conf(), undisturbed);
      switch (before) {
        case NOTHING -> {}
        case AN_UNFINISHED_RUN -> stopped();
        case A_FINISHED_RUN ->
            SmallRun.train(store.conf(), output, OLD, Overwrite.REFUSE, new SmallRun.Steps());
      }
      old = RunContent.of(store.conf(), output);
      store.calls().count();
      AtomicInteger clock = new AtomicInteger();
      a = new Writer(clock);
      b = new Writer(clock);
    }

    private void stopped() throws IOException {
      SmallRun.Steps untilRound =
          new SmallRun.Steps() {
            @Override
            void committed(int round) {
              if (round == 1) {
                throw new Stopped();
              }
            }
          };
      try {
        SmallRun.train(store.conf(), output, NEW, Overwrite.REFUSE, untilRound);
      } catch (Stopped e) {
        // As it should be.
      }
    }

    void meet(int seed, Meeting meeting) throws InterruptedException {
      CountDownLatch both = new CountDownLatch(2);
      Turns[] turns = new Turns[1];
      List<Thread> threads =
          Stream.of(a, b).map(writer -> new Thread(() -> train(writer, both, turns))).toList();
      turns[0] = meeting.turns(seed, threads);
      if (turns[0] != null) {
        turns[0].between(this::look);
        store.calls().turns(turns[0]);
      }
      for (Thread thread : threads) {
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      store.calls().turns(null);
    }

    private void train(Writer writer, CountDownLatch both, Turns[] turns) {
      both.countDown();
      try {
        both.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (turns[0] != null) {
        turns[0].enter();
      }
      try {
        SmallRun.train(store.conf(), output, NEW, overwrite, writer);
      } catch (IOException | RuntimeException e) {
        writer.fail(e);
      }
      if (turns[0] != null) {
        turns[0].leave();
      }
    }

    /** Between two calls: each commit has one writer, and what counts is there. */
    private void look() {
      if (during != null) {
        return;
      }
      try {
        during = StoreCalls.aside(this::seen);
      } catch (IOException | RuntimeException e) {
        during = "lost for a moment: " + e;
      }
    }

    private String seen() throws IOException {
      ArtifactReader.Newest newest =
          ArtifactReader.newest(store.conf(), output, SmallFile.Remedy.NONE);
      if (newest != null) {
        String writer = newest.manifest().run().writer();
        String first = commits.putIfAbsent(newest.number(), writer);
        // S3A 3.3.4 has nothing that could refuse the second.
        if (first != null && !first.equals(writer) && store.kind() != TestStore.Kind.S3) {
          return "commit " + newest.number() + " was made twice";
        }
      }
      if (looks++ % LOOK == 0) {
        Map<String, String> there = RunContent.of(store.conf(), output);
        if (RunContent.round(there) < RunContent.round(old) && before != Before.A_FINISHED_RUN) {
          return "for a moment a round was lost";
        }
        if (before == Before.A_FINISHED_RUN
            && !Objects.equals(there.get("served"), old.get("served"))
            && !Objects.equals(there.get("served"), wanted.get("served"))) {
          return "for a moment the run before was not the one that is read";
        }
      }
      return null;
    }

    /** How many were told that the run is another's. */
    int told() {
      return (int) Stream.of(a, b).filter(each -> each.failedWith(ExitCode.PLATFORM)).count();
    }

    /** What is wrong at the end, or null. */
    String wrong() throws IOException {
      try {
        if (!wanted.equals(RunContent.of(store.conf(), output))) {
          return "lost: it is not what one alone leaves";
        }
      } catch (UserException e) {
        return "lost: " + e.getMessage();
      }
      for (Writer writer : List.of(a, b)) {
        Writer other = writer == a ? b : a;
        boolean found = // the other's run complete
            writer.begun == 0
                && other.completing > 0
                && other.completing < writer.failed
                && writer.failedWith(ExitCode.CONFIGURATION);
        if (writer.failure != null && !writer.failedWith(ExitCode.PLATFORM) && !found) {
          return "one failed with " + writer.failure;
        }
      }
      if (a.failure != null && b.failure != null) {
        return "nobody is the writer: " + a.failure + ", " + b.failure;
      }
      boolean together = a.begun < b.completing && b.begun < a.completing;
      return a.failure == null && b.failure == null && together ? "both are the writer" : null;
    }
  }
}
