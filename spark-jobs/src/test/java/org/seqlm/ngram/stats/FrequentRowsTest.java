package org.seqlm.ngram.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrequentRowsTest {
  private static List<String> sorted(long[][] rows) {
    return Arrays.stream(rows).map(Arrays::toString).sorted().toList();
  }

  @Test
  void whatIsRarerIsLeftOut() {
    FrequentRows rows = new FrequentRows(2, 5, 10);
    assertThat(rows.takes(5)).isTrue();
    assertThat(rows.takes(4)).isFalse();
    rows.add(new long[] {1, 2, 4});
    rows.add(new long[] {1, 3, 5});
    rows.add(new long[] {9, 9, 6});
    assertThat(sorted(rows.rows())).containsExactly("[1, 3, 5]", "[9, 9, 6]");
  }

  @Test
  void ofManyEqualOnesTheLeastIdsStayHoweverTheyAreDealtOut() {
    int all = 70_000;
    List<long[]> rows = new ArrayList<>();
    for (int i = 0; i < all; i++) {
      rows.add(new long[] {i / 300, i % 300, 1});
    }
    rows.add(new long[] {999, 999, 2});
    Collections.shuffle(rows, new Random(3));
    long[][][] parts = new long[3][][];
    for (int part = 0; part < 3; part++) {
      FrequentRows some = new FrequentRows(2, 1, 1);
      for (int i = part; i < rows.size(); i += 3) {
        some.add(rows.get(i));
      }
      parts[part] = some.rows();
    }
    long[][] found =
        new FrequentRows(2, 1, 1).addAll(parts[2]).addAll(parts[0]).addAll(parts[1]).rows();
    assertThat(sorted(found)).hasSize((1 << 16) + 1).contains("[999, 999, 2]");
    assertThat(
            Arrays.stream(found)
                .filter(row -> row[2] == 1)
                .mapToLong(row -> row[0] * 300 + row[1])
                .max())
        .hasValue((1 << 16) - 1);
  }
}
