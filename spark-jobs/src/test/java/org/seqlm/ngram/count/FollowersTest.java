package org.seqlm.ngram.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.seqlm.UserException;

/** The followers of a context, whatever the room for contributions. */
final class FollowersTest {
  @Test
  void addUpInAnyRoom() {
    SplittableRandom random = new SplittableRandom(4);
    KeyLayout layout = KeyLayout.of(3, 1 << 20);
    for (int round = 0; round < 200; round++) {
      Followers followers = new Followers(layout, 16 + random.nextInt(60));
      for (int context = 0; context < 3; context++) {
        TreeMap<Integer, long[]> expected = new TreeMap<>();
        int words = 1 + random.nextInt(1 << random.nextInt(10));
        for (int i = random.nextInt(1000); i > 0; i--) {
          int word = random.nextInt(words);
          long count = random.nextLong(1L << random.nextInt(1, 40));
          followers.add(word, count);
          long[] sums = expected.computeIfAbsent(word, key -> new long[2]);
          sums[0] += count;
          sums[1]++;
        }
        followers.combine();
        assertThat(followers.types()).isEqualTo(expected.size());
        int i = 0;
        for (int word : expected.keySet()) {
          assertThat(followers.word(i)).isEqualTo(word);
          assertThat(followers.raw(i)).isEqualTo(expected.get(word)[0]);
          assertThat(followers.adjusted(i++)).isEqualTo(expected.get(word)[1]);
        }
        followers.clear();
      }
    }
  }

  @Test
  void tellsOfACountThatStandsBesideNoId() {
    Followers followers = new Followers(KeyLayout.of(3, (1 << 30) - 1), 16);
    followers.add(5, (1L << 33) - 1);
    assertThatThrownBy(() -> followers.add(5, 1L << 33))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("8589934592 times");
  }
}
