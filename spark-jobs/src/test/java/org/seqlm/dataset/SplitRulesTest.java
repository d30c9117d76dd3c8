package org.seqlm.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SplitRulesTest {
  @Test
  void cutsAtTheFloorOfTheDecimalFraction() {
    SplitRules rules = new SplitRules(SplitMethod.CONTIGUOUS, 0.9, 0.05, 0.05);
    assertThat(rules.cuts(1_115_394)).containsExactly(1_003_854, 1_059_624);
    assertThat(rules.cuts(20)).containsExactly(18, 19);
    assertThat(rules.cuts(2)).containsExactly(1, 1);
    // In binary 0.7 + 0.1 is less than 0.8, and 0.8 * 10 must not become 7.
    assertThat(new SplitRules(SplitMethod.CONTIGUOUS, 0.7, 0.1, 0.2).cuts(10))
        .containsExactly(7, 8);
    assertThat(new SplitRules(SplitMethod.CONTIGUOUS, 1, 0, 0).cuts(7)).containsExactly(7, 7);
  }

  @Test
  void hashesGiveTheFractions() {
    SplitRules rules = new SplitRules(SplitMethod.HASHED, 0.8, 0.15, 0.05);
    int[] seen = new int[3];
    int moved = 0;
    for (long hash = 0; hash < 100_000; hash++) {
      Split split = rules.split(hash, 1);
      seen[split == Split.TRAIN ? 0 : split == Split.VALID ? 1 : 2]++;
      moved += split == rules.split(hash, 2) ? 0 : 1;
      assertThat(rules.split(hash, 1)).isEqualTo(split);
    }
    // Five standard deviations of a binomial count.
    assertThat(seen[0]).isBetween(80_000 - 632, 80_000 + 632);
    assertThat(seen[1]).isBetween(15_000 - 565, 15_000 + 565);
    assertThat(seen[2]).isBetween(5_000 - 345, 5_000 + 345);
    assertThat(moved).isGreaterThan(20_000);
  }

  /** The salt decides on held-out text for years: what it gives is written down here. */
  @Test
  void theSaltIsASeedOfItsOwn() {
    SplitRules rules = new SplitRules(SplitMethod.HASHED_WORDS, 0.8, 0.1, 0.1);
    assertThat(rules.salt()).isEqualTo("seqlm");
    assertThat(rules.saltSeed()).isEqualTo(-5862963519149994147L);
    assertThat(new SplitRules(SplitMethod.HASHED_WORDS, 0.8, 0.1, 0.1, "other").saltSeed())
        .isNotEqualTo(rules.saltSeed());
    assertThatThrownBy(() -> new SplitRules(SplitMethod.HASHED_WORDS, 0.8, 0.1, 0.1, null))
        .hasMessageContaining("splits.salt");
  }

  @Test
  void problemsNameTheKeys() {
    assertThatThrownBy(() -> new SplitRules(SplitMethod.HASHED, 0.9, 0.05, 0.5))
        .hasMessageContaining("splits.train, splits.valid and splits.test must sum to 1");
    assertThatThrownBy(() -> new SplitRules(null, 0, -1, 2))
        .hasMessageContaining("splits.method")
        .hasMessageContaining("splits.train must be greater than 0")
        .hasMessageContaining("splits.valid must be 0.0 to 1.0, but is -1.0");
  }
}
