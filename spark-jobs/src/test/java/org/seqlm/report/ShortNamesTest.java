package org.seqlm.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShortNamesTest {
  private static final String PATH =
      "runs/2026-11-29-nightly/shakespeare-characters-lower-case/lstm-64/rate-0.016/seed-1/the-model";

  @Test
  void longNamesKeepTheirBeginningAndTheirEnd() {
    ShortNames names = ShortNames.of(List.of("lstm", PATH));
    assertThat(names.of("lstm")).isEqualTo("lstm");
    assertThat(names.whole("lstm")).isNull();
    assertThat(names.of(PATH)).isEqualTo("runs/2026-11-…ate-0.016/seed-1/the-model");
    assertThat(names.whole(PATH)).isEqualTo(PATH);
    assertThat(names.shortened()).containsOnlyKeys(names.of(PATH)).containsValue(PATH);
    String forty = "a".repeat(ShortNames.MAX);
    assertThat(ShortNames.of(List.of(forty)).of(forty)).isEqualTo(forty);
  }

  /** They differ where the others are cut. */
  @Test
  void noTwoAreShownAlike() {
    String other = PATH.replace("lstm-64", "lstm-32");
    ShortNames names = ShortNames.of(List.of(PATH, other));
    assertThat(names.of(PATH)).contains("64").startsWith("runs/").endsWith("/the-model");
    assertThat(names.of(other)).contains("32").startsWith("runs/").endsWith("/the-model");
  }

  @Test
  void theyAreShortAndDifferentWhateverTheyAre() {
    Random random = new Random(7);
    String signs = "ab/😀ی";
    int[] points = signs.codePoints().toArray();
    for (int repeat = 0; repeat < 200; repeat++) {
      List<String> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        // Few signs at few places: many are alike nearly everywhere.
        int[] name = new int[35 + random.nextInt(3) * 30];
        java.util.Arrays.fill(name, 'a');
        for (int change = 0; change < 2; change++) {
          name[random.nextInt(name.length)] = points[random.nextInt(points.length)];
        }
        all.add(new String(name, 0, name.length));
      }
      ShortNames names = ShortNames.of(all);
      HashSet<String> shown = new HashSet<>();
      for (String name : new HashSet<>(all)) {
        String text = names.of(name);
        assertThat(shown.add(text)).as(text).isTrue();
        assertThat(text.codePointCount(0, text.length())).isLessThanOrEqualTo(ShortNames.MAX + 5);
        // No half of a pair of surrogates is left.
        assertThat(text.chars().filter(c -> Character.isSurrogate((char) c)).count())
            .isEqualTo(2 * text.codePoints().filter(c -> c > 0xffff).count());
      }
    }
  }
}
