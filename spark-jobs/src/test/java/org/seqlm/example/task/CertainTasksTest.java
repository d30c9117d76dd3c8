package org.seqlm.example.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Additions and copies, whose floor is 1. */
class CertainTasksTest {
  /** The number whose bits stand at a place of some strings, the least significant first. */
  private static BigInteger number(List<String> bits, int place) {
    BigInteger number = BigInteger.ZERO;
    for (int i = bits.size() - 1; i >= 0; i--) {
      number = number.shiftLeft(1).add(BigInteger.valueOf(bits.get(i).charAt(place) - '0'));
    }
    return number;
  }

  @Test
  void tagsAreTheSum() {
    AdditionTask task = new AdditionTask();
    Set<Integer> trained = new HashSet<>();
    Set<Integer> tested = new HashSet<>();
    for (TaskSplit split : TaskSplit.values()) {
      for (AdditionTask.Sum sum : Drawn.of(task, 2, split, 300)) {
        assertThat(number(sum.tags(), 0))
            .isEqualTo(number(sum.input(), 0).add(number(sum.input(), 1)));
        assertThat(sum.tags()).hasSameSizeAs(sum.input());
        assertThat(sum.fields()).containsEntry("length", sum.input().size());
        (split == TaskSplit.TRAIN ? trained : tested).add(sum.input().size());
      }
    }
    assertThat(trained).containsExactlyInAnyOrder(2, 3, 4, 5, 6, 7, 8);
    assertThat(tested).containsExactlyInAnyOrder(8, 16, 32);
  }

  /** A rule that looks only some steps back must fail: some carries go far. */
  @Test
  void carriesGoFar() {
    int longest = 0;
    for (AdditionTask.Sum sum : Drawn.of(new AdditionTask(), 2, TaskSplit.TEST, 300)) {
      int run = 0;
      for (int t = 0; t < sum.input().size(); t++) {
        boolean hands = Set.of("01", "10").contains(sum.input().get(t));
        run = hands && sum.tags().get(t).equals("0") ? run + 1 : 0;
        longest = Math.max(longest, run);
      }
    }
    assertThat(longest).isGreaterThan(12);
  }

  @Test
  void copiesAndReverses() {
    Set<Integer> lengths = new HashSet<>();
    int copies = 0;
    for (CopyTask.Letters example : Drawn.of(new CopyTask(), 2, TaskSplit.TRAIN, 1000)) {
      List<String> target = new ArrayList<>(example.target());
      if (example.source().get(0).equals("reverse")) {
        Collections.reverse(target);
      } else {
        assertThat(example.source().get(0)).isEqualTo("copy");
        copies++;
      }
      assertThat(example.source().subList(1, example.source().size())).isEqualTo(target);
      lengths.add(target.size());
    }
    assertThat(lengths).hasSize(20).contains(1, 20);
    assertThat(copies).isBetween(430, 570);
  }
}
