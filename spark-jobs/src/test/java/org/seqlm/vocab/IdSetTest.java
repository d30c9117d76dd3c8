package org.seqlm.vocab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class IdSetTest {
  @Test
  void equalsASetOfNumbers() {
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 100; round++) {
      int size = 1 + random.nextInt(300);
      IdSet ids = new IdSet(size);
      TreeSet<Integer> expected = new TreeSet<>();
      for (int n = random.nextInt(40); n > 0; n--) {
        int id = random.nextInt(size);
        ids.add(id);
        expected.add(id);
      }
      assertThat(ids.size()).isEqualTo(expected.size());
      for (int id = 0; id < size; id++) {
        assertThat(ids.contains(id)).isEqualTo(expected.contains(id));
        if (expected.contains(id)) {
          assertThat(ids.place(id)).isEqualTo(expected.headSet(id).size());
        }
      }
      for (int n = 0; n < 100; n++) {
        int from = random.nextInt(size + 1);
        int to = random.nextInt(size + 1);
        assertThat(ids.containsAny(from, to))
            .isEqualTo(from < to && !expected.subSet(from, to).isEmpty());
      }
    }
  }
}
