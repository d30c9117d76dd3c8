package org.seqlm.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.Exhaustive;
import org.seqlm.ExitCode;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.artifact.ClaimRules.Policy;
import org.seqlm.files.StoreCalls;
import org.seqlm.files.TestStore;

/** One works, others wait or leave, and nobody waits for the dead. */
class ClaimTest {
  private static final double BEAT = 0.02;
  private static final int MISSED = 200;
  private static final int FEW = 10;
  private static final ClaimRules WAIT = new ClaimRules(Policy.WAIT, 1, BEAT, MISSED);

  /** Of who is to be quiet while a test writes in its place. */
  private static final ClaimRules QUIET = new ClaimRules(Policy.WAIT, 1, 60, MISSED);

  private static final ClaimRules LEAVE = new ClaimRules(Policy.LEAVE, 1, BEAT, MISSED);

  @TempDir java.nio.file.Path temporary;

  /** Keeps what is told. */
  private static final class Told implements Progress {
    private final List<String> lines = new ArrayList<>();

    @Override
    public void stage(String name, long total, String unit) {}

    @Override
    public void update(long done, String detail) {}

    @Override
    public synchronized void message(String line) {
      lines.add(line);
    }
  }

  private static Claim take(TestStore store, ClaimRules rules, Progress progress)
      throws IOException {
    return Claim.take(
        store.conf(), new Path(store.name("r/claims")), "the night of X", rules, progress);
  }

  @ParameterizedTest
  @EnumSource(TestStore.Kind.class)
  void oneAtATime(TestStore.Kind kind) throws Exception {
    try (TestStore store = TestStore.make(kind, temporary)) {
      workers(store, 3, 1);
    }
  }

  @Exhaustive
  @ParameterizedTest
  @EnumSource(TestStore.Kind.class)
  void oneAtATimeEachTime(TestStore.Kind kind) throws Exception {
    try (TestStore store = TestStore.make(kind, temporary)) {
      workers(store, 4, 20);
    }
  }

  /** Many at once, each several times; that nobody is lost is the claim's, not the commit's. */
  private static void workers(TestStore store, int workers, int times) throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(workers);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int worker = 0; worker < workers; worker++) {
        all.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < times; i++) {
                    try (Claim claim = take(store, WAIT, Progress.SILENT)) {
                      most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                      Thread.sleep(5);
                      inside.decrementAndGet();
                      if (store.kind() != TestStore.Kind.S3) {
                        claim.check();
                      }
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
    if (store.kind() != TestStore.Kind.S3) {
      // S3 before conditional puts cannot tell two that write at one moment from each other.
      assertThat(most).hasValue(1);
    }
    assertThat(store.content().keySet()).filteredOn(one -> one.contains("claims/")).hasSize(1);
  }

  @Test
  void whoWaitsSaysForWhomAndGoesOn() throws Exception {
    try (TestStore store = TestStore.make(TestStore.Kind.HDFS, temporary)) {
      Told told = new Told();
      Claim first = take(store, WAIT, Progress.SILENT);
      ExecutorService thread = Executors.newSingleThreadExecutor();
      try {
        Future<Claim> second = thread.submit(() -> take(store, WAIT, told));
        Thread.sleep(100);
        assertThat(second.isDone()).isFalse();
        first.check();
        first.close();
        second.get().close();
      } finally {
        thread.shutdownNow();
      }
      assertThat(told.lines).hasSize(1);
      assertThat(told.lines.get(0))
          .contains("process " + ProcessHandle.current().pid() + " on ")
          .contains("has the night of X in hand since 20")
          .endsWith("the night of X waits for it");
      assertThatThrownBy(() -> patient(store).close()).isInstanceOf(UserException.class);
    }
  }

  /** Somebody has it, and is waited for no longer than told. */
  private static Claim patient(TestStore store) throws IOException {
    try (Claim first = take(store, WAIT, Progress.SILENT)) {
      first.check();
      return take(store, new ClaimRules(Policy.WAIT, 1e-5, BEAT, MISSED), Progress.SILENT);
    }
  }

  @Test
  void whoLeavesSaysWhoIsAtWork() throws Exception {
    try (TestStore store = TestStore.make(TestStore.Kind.S3_CONDITIONAL, temporary)) {
      Claim first = take(store, WAIT, Progress.SILENT);
      assertThatThrownBy(() -> take(store, LEAVE, Progress.SILENT))
          .isInstanceOfSatisfying(
              UserException.class,
              problem -> {
                assertThat(problem.exitCode()).isEqualTo(ExitCode.PLATFORM);
                assertThat(problem.problems()).hasSize(1);
                assertThat(problem.getMessage())
                    .contains("has the night of X in hand since 20")
                    .contains("leaves");
              });
      first.close();
      take(store, LEAVE, Progress.SILENT).close();
    }
  }

  /** Rewrites the claim that counts, as if another had made it. */
  private static void pretend(TestStore store, String place, long process) throws IOException {
    Path file = new Path(store.name("r/claims/1.json"));
    byte[] bytes;
    try (var in = file.getFileSystem(store.conf()).open(file)) {
      bytes = in.readAllBytes();
    }
    ObjectNode tree =
        (ObjectNode) Json.mapper().readTree(new String(bytes, StandardCharsets.UTF_8));
    tree.put("unique", "0123456789ab").put("process", process).put("beat-seconds", BEAT);
    if (place != null) {
      tree.put("place", place);
    }
    try (FSDataOutputStream out = file.getFileSystem(store.conf()).create(file, true)) {
      out.write(Json.pretty(tree).getBytes(StandardCharsets.UTF_8));
    }
  }

  @ParameterizedTest
  @EnumSource(Policy.class)
  void theDeadOfAnotherMachineAreWaitedForAWhile(Policy policy) throws Exception {
    try (TestStore store = TestStore.make(TestStore.Kind.DISK, temporary)) {
      Claim first = take(store, QUIET, Progress.SILENT);
      pretend(store, "elsewhere", 1);
      Told told = new Told();
      long begun = System.nanoTime();
      Claim second = take(store, new ClaimRules(policy, 1, BEAT, FEW), told);
      assertThat(System.nanoTime() - begun).isGreaterThan((long) (BEAT * (FEW - 1) * 1e9));
      assertThat(told.lines).hasSize(2);
      assertThat(told.lines.get(1)).contains("shows no sign of life");
      second.check();
      second.close();
      first.close();
    }
  }

  @Test
  void theDeadOfThisMachineAreNotWaitedFor() throws Exception {
    try (TestStore store = TestStore.make(TestStore.Kind.HDFS, temporary)) {
      Claim first = take(store, QUIET, Progress.SILENT);
      pretend(store, null, Long.MAX_VALUE);
      Told told = new Told();
      take(store, QUIET, told).close();
      assertThat(told.lines).hasSize(1);
      assertThat(told.lines.get(0)).contains("but is gone");
      first.close();
    }
  }

  /** One that lives but was taken for dead hears of it, and does not give back what is not his. */
  @Test
  void whoLostItIsTold() throws Exception {
    try (TestStore store = TestStore.make(TestStore.Kind.GOOGLE, temporary)) {
      Claim first = take(store, new ClaimRules(Policy.WAIT, 1, 0.5, 2), Progress.SILENT);
      pretend(store, "elsewhere", 1);
      Claim second = take(store, new ClaimRules(Policy.WAIT, 1, BEAT, FEW), Progress.SILENT);
      for (int i = 0; i < 100; i++) {
        Thread.sleep(10);
        try {
          first.check();
        } catch (UserException e) {
          assertThat(e.exitCode()).isEqualTo(ExitCode.PLATFORM);
          break;
        }
      }
      assertThatThrownBy(first::check).hasMessageContaining("took this one for dead");
      first.close();
      assertThatThrownBy(() -> take(store, LEAVE, Progress.SILENT))
          .isInstanceOf(UserException.class);
      second.check();
      second.close();
    }
  }

  /** Killed at any of its calls, it is taken again at once where its process is seen to be gone. */
  @ParameterizedTest
  @EnumSource(TestStore.Kind.class)
  void whoIsKilledIsFollowed(TestStore.Kind kind) throws Exception {
    ClaimRules rules = new ClaimRules(Policy.LEAVE, 1, 60, 2);
    try (TestStore store = TestStore.make(kind, temporary)) {
      store.calls().count();
      take(store, rules, Progress.SILENT).close();
      int calls = store.calls().calls().size();
      for (int call = 1; call <= calls; call++) {
        store.clear();
        store.calls().arm(StoreCalls.Fault.KILL, call);
        try {
          take(store, rules, Progress.SILENT).close();
        } catch (IOException e) {
          // As it was told.
        }
        store.calls().disarm();
        if (half(store)) {
          continue; // an empty file says not whose it was: it is waited for, as the next test does
        }
        take(store, rules, Progress.SILENT).close();
      }
    }
  }

  private static boolean half(TestStore store) {
    return store.content().entrySet().stream()
        .filter(one -> one.getKey().matches(".*/claims/\\d+\\.json"))
        .anyMatch(one -> Claimant.read(one.getValue()).isEmpty());
  }

  @Test
  void whatIsNotWholeIsWaitedFor() throws Exception {
    Configuration conf = new Configuration();
    java.nio.file.Path claims = Files.createDirectories(temporary.resolve("r/claims"));
    Files.createFile(claims.resolve("1.json"));
    Files.writeString(claims.resolve("note.txt"), "somebody's");
    Told told = new Told();
    ClaimRules rules = new ClaimRules(Policy.LEAVE, 1, BEAT, FEW);
    Claim.take(conf, new Path(claims.toString()), "the night of X", rules, told).close();
    assertThat(told.lines.get(0)).contains("another process is at work");
    assertThat(claims.resolve("note.txt")).exists();
    assertThat(claims.resolve("1.json")).doesNotExist();
  }
}
