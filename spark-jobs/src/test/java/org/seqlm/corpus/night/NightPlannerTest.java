package org.seqlm.corpus.night;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;

class NightPlannerTest {
  private static final LocalDate NIGHT = LocalDate.of(2026, 3, 10);

  private static InputPartition day(int day, long bytes) {
    String date = LocalDate.of(2026, 3, day).toString();
    return new InputPartition("t/dt=" + date, date, "/in/dt=" + date, 2, bytes, "l" + bytes);
  }

  private static SeenPartition seen(int day, long bytes) {
    return day(day, bytes).seen(new PartitionContent("c" + day, bytes / 10, bytes));
  }

  private static List<SeenPartition> fourDays() {
    return List.of(seen(5, 1000), seen(6, 1100), seen(8, 900), seen(9, 1000));
  }

  private static NightPlan plan(List<SeenPartition> seen, InputPartition... listed) {
    return new NightPlanner(NightRules.DEFAULT, seen, NIGHT).plan(List.of(listed));
  }

  private static List<String> told(NightPlan plan) {
    return plan.findings().stream()
        .map(one -> one.kind() + " " + one.done() + ": " + one.text())
        .toList();
  }

  private static List<String> taken(NightPlan plan) {
    return plan.take().stream().map(one -> one.name().substring(9)).toList();
  }

  @Test
  void aNightInOrderTakesWhatIsNewAndHasNothingToTell() {
    NightPlan plan = plan(fourDays(), day(10, 1200), day(9, 1000), day(8, 900));
    assertThat(taken(plan)).containsExactly("-03-10");
    assertThat(plan.findings()).isEmpty();
    assertThat(plan.orRefuse()).isSameAs(plan);
    assertThat(plan.describe())
        .isEqualTo(
            "the night of 2026-03-10 takes 1 partition, 1,200 bytes\n"
                + "  t/dt=2026-03-10 (2 files, 1,200 bytes)");
    // And once it is taken there is nothing to do.
    List<SeenPartition> after = new ArrayList<>(fourDays());
    after.add(seen(10, 1200));
    assertThat(plan(after, day(10, 1200), day(9, 1000)).isEmpty()).isTrue();
  }

  @Test
  void eachOddityIsOneSentence() {
    NightPlan plan =
        plan(
            fourDays(),
            day(7, 1000),
            day(11, 1000),
            day(9, 1001),
            new InputPartition("u/dt=2026-03-07", "2026-03-07", "/u", 0, 0, "l"));
    assertThat(told(plan))
        .containsExactly(
            "LATE TAKEN: t/dt=2026-03-07 is late: partitions up to 2026-03-09 have been taken"
                + " without it",
            "EMPTY REFUSED: u/dt=2026-03-07 has no files",
            "CHANGED NOT_AGAIN: t/dt=2026-03-09 was taken with 2 files of 1,000 bytes and has 2"
                + " files of 1,001 bytes now",
            "EARLY WAITS: t/dt=2026-03-11 is of a later date than the night of 2026-03-10",
            "MISSING NOTHING: t has no partition dt=2026-03-10",
            "MISSING NOTHING: u has no partition dt=2026-03-08 to 2026-03-10");
    assertThat(taken(plan)).containsExactly("-03-07");
    assertThatThrownBy(plan::orRefuse)
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessage(
            "the night of 2026-03-10 is refused: u/dt=2026-03-07 has no files (night.empty is"
                + " refuse): mend the text and start the night again, or set night.empty to"
                + " leave-out, to go on without it, or to report, to take it all the same");
    assertThat(Json.pretty(plan))
        .contains("\"kind\" : \"late\"", "\"policy\" : \"leave-out\"", "\"done\" : \"waits\"");
    // What is of a later date is ordinary, and is told in one sentence.
    assertThat(plan.odd())
        .hasSize(5)
        .startsWith(
            "t/dt=2026-03-07 is late: partitions up to 2026-03-09 have been taken without it (taken"
                + " all the same)")
        .endsWith("u has no partition dt=2026-03-08 to 2026-03-10 (the night goes on)");
    assertThat(plan.told())
        .hasSize(6)
        .endsWith("t/dt=2026-03-11 is of a later date, and waits for its night");
    assertThat(plan(fourDays(), day(10, 1000), day(12, 1), day(11, 1)).told())
        .containsExactly(
            "2 partitions are of later dates, and wait for their nights: t/dt=2026-03-11 to"
                + " t/dt=2026-03-12");
  }

  @Test
  void sizesAreComparedWithTheMedianOfThoseBefore() {
    assertThat(told(plan(fourDays(), day(10, 499))))
        .containsExactly(
            "SHRUNKEN REFUSED: t/dt=2026-03-10 has 499 bytes, 0.499 of the median of the last 4"
                + " partitions, less than least-share 0.5");
    assertThat(told(plan(fourDays(), day(10, 500)))).isEmpty();
    assertThat(told(plan(fourDays(), day(10, 3001))))
        .containsExactly(
            "GROWN TAKEN: t/dt=2026-03-10 has 3,001 bytes, 3.00 times the median of the last 4"
                + " partitions, more than most-share 3.0");
    // Two say nothing.
    assertThat(told(plan(fourDays().subList(2, 4), day(10, 1)))).isEmpty();
  }

  @Test
  void readingShowsCopiesAndFewDocuments() {
    NightPlanner planner = new NightPlanner(NightRules.DEFAULT, fourDays(), NIGHT);
    NightPlan listed = planner.plan(List.of(day(7, 1000), day(10, 1000)));
    NightPlan read =
        planner.afterReading(
            listed,
            Map.of(
                "t/dt=2026-03-07", new PartitionContent("c8", 90, 900),
                "t/dt=2026-03-10", new PartitionContent("new", 40, 2000)));
    assertThat(told(read).subList(1, 3))
        .containsExactly(
            "DUPLICATE LEFT_OUT: t/dt=2026-03-07 has the same text as t/dt=2026-03-08",
            "SHRUNKEN REFUSED: t/dt=2026-03-10 has 40 documents, 0.400 of the median of the last 4"
                + " partitions, less than least-share 0.5");
    assertThat(read.take()).isEmpty();
    NightPlan twice =
        planner.afterReading(
            listed,
            Map.of(
                "t/dt=2026-03-07", new PartitionContent("new", 90, 900),
                "t/dt=2026-03-10", new PartitionContent("new", 90, 900)));
    assertThat(taken(twice)).containsExactly("-03-07");
  }

  @Test
  void aNightOfADateThatHasNotComeIsTold() {
    NightPlanner planner = new NightPlanner(NightRules.DEFAULT, fourDays(), NIGHT);
    NightPlan plan = planner.plan(List.of(day(10, 1000)));
    assertThat(planner.asOf(plan, NIGHT.minusDays(1))).isSameAs(plan);
    NightPlan future = planner.asOf(plan, NIGHT.minusDays(2));
    assertThat(future.take()).isEqualTo(plan.take());
    assertThat(future.told())
        .containsExactly(
            "the night of 2026-03-10 is in the future: today is 2026-03-08 in UTC (the night goes"
                + " on)");
    assertThatThrownBy(
            () ->
                new NightPlan(
                        "2026-03-10",
                        plan.take(),
                        List.of(
                            new Finding(
                                FindingKind.FUTURE, FindingPolicy.REFUSE, "", "it is too early")))
                    .orRefuse())
        .hasMessage(
            "the night of 2026-03-10 is refused: it is too early (night.future is refuse): give the"
                + " date that is meant (--night), or set night.future to report, to go on all the"
                + " same");
  }

  @Test
  void aPolicyDecides() {
    for (FindingPolicy policy : FindingPolicy.values()) {
      NightRules rules =
          new NightRules(
              "dt",
              14,
              0.5,
              3,
              policy,
              FindingPolicy.IGNORE,
              FindingPolicy.IGNORE,
              FindingPolicy.IGNORE,
              FindingPolicy.IGNORE,
              FindingPolicy.IGNORE,
              FindingPolicy.IGNORE,
              FindingPolicy.IGNORE,
              FindingPolicy.IGNORE);
      NightPlan plan = new NightPlanner(rules, fourDays(), NIGHT).plan(List.of(day(7, 1)));
      boolean in = policy == FindingPolicy.REPORT || policy == FindingPolicy.IGNORE;
      assertThat(plan.isEmpty()).isEqualTo(!in);
      assertThat(plan.findings()).hasSize(policy == FindingPolicy.IGNORE ? 0 : 1);
      if (policy == FindingPolicy.REFUSE) {
        assertThatThrownBy(plan::orRefuse).hasMessageContaining("is late");
      } else {
        assertThatCode(plan::orRefuse).doesNotThrowAnyException();
      }
    }
    assertThatThrownBy(
            () ->
                new NightRules(
                    "",
                    1,
                    2,
                    0.5,
                    null,
                    null,
                    FindingPolicy.LEAVE_OUT,
                    null,
                    null,
                    null,
                    null,
                    null,
                    FindingPolicy.LEAVE_OUT))
        .hasMessageContaining("night.partition-key")
        .hasMessageContaining("night.compare-with must be 3 to 1000, but is 1")
        .hasMessageContaining("night.least-share")
        .hasMessageContaining("night.most-share")
        .hasMessageContaining("night.missing must be refuse, report or ignore")
        .hasMessageContaining("night.future must be refuse, report or ignore");
  }

  @Test
  void filesWithoutADateAreTakenOnce() {
    InputPartition old = new InputPartition("t/a.txt", null, "/t/a.txt", 1, 10, "1");
    InputPartition fresh = new InputPartition("t/b.txt", null, "/t/b.txt", 1, 20, "2");
    NightPlan plan = plan(List.of(old.seen(null)), fresh, old, day(10, 5));
    assertThat(plan.take()).containsExactly(day(10, 5), fresh);
    assertThat(plan.findings()).isEmpty();
  }

  /** A plan is a function of sets: no order of listing or of history changes it. */
  @Test
  void orderDoesNotMatter() {
    Random random = new Random(3);
    for (int round = 0; round < 100; round++) {
      List<InputPartition> listed = new ArrayList<>();
      List<SeenPartition> seen = new ArrayList<>();
      for (int day = 1; day <= 12; day++) {
        if (random.nextInt(4) > 0) {
          listed.add(day(day, random.nextInt(5) == 0 ? 0 : 500 + random.nextInt(3000)));
        }
        if (random.nextBoolean()) {
          seen.add(seen(day, 500 + random.nextInt(1500)));
        }
      }
      NightPlan plan = new NightPlanner(NightRules.DEFAULT, seen, NIGHT).plan(listed);
      Collections.shuffle(listed, random);
      Collections.shuffle(seen, random);
      assertThat(new NightPlanner(NightRules.DEFAULT, seen, NIGHT).plan(listed)).isEqualTo(plan);
      for (InputPartition one : plan.take()) {
        assertThat(one.bytes()).isPositive();
        assertThat(one.date()).isLessThanOrEqualTo(NIGHT.toString());
        assertThat(seen).noneMatch(before -> before.name().equals(one.name()));
      }
    }
  }
}
