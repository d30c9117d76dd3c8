package org.seqlm.vocab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class SpellingsTest {
  @Test
  void someWordsAreFoundByTheirIds() {
    SplittableRandom random = new SplittableRandom(2);
    for (int round = 0; round < 50; round++) {
      IdSet ids = new IdSet(500);
      TreeMap<Integer, byte[]> expected = new TreeMap<>();
      for (int i = random.nextInt(200); i > 0; i--) {
        int id = random.nextInt(500);
        ids.add(id);
        expected.put(
            id, "x".repeat(random.nextInt(20)).concat("w" + id).getBytes(StandardCharsets.UTF_8));
      }
      Spellings.Builder builder = new Spellings.Builder(ids);
      expected.values().forEach(word -> builder.add(word, 0, word.length));
      Spellings words = builder.build();
      assertThat(words.size()).isEqualTo(expected.size());
      expected.forEach(
          (id, word) -> {
            int place = words.place(id);
            assertThat(Arrays.copyOfRange(words.arena(), words.start(place), words.end(place)))
                .isEqualTo(word);
          });
    }
  }

  @Test
  void noWordIsMissing() {
    IdSet ids = new IdSet(9);
    ids.add(3);
    assertThatThrownBy(() -> new Spellings.Builder(ids).build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("0 words for 1 ids");
  }
}
