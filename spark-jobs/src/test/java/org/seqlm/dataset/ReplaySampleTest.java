package org.seqlm.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.LocalDate;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReplaySampleTest {
  private static final LocalDate NIGHT = LocalDate.of(2026, 3, 10);

  private static ReplaySample of(double ratio, long newTokens, long oldTokens, LocalDate night) {
    return ReplaySample.of(ratio, newTokens, oldTokens, "seqlm", night);
  }

  @Test
  void theShareGivesTheRatio() {
    assertThat(of(0.5, 100, 1000, NIGHT).share()).isEqualTo(0.05);
    assertThat(of(2, 100, 100, NIGHT).share()).isEqualTo(1);
    assertThat(of(2, 100, 0, NIGHT).share()).isZero();
    assertThat(of(0, 100, 10, NIGHT).takes(5)).isFalse();
    assertThat(of(9, 100, 10, NIGHT).takes(5)).isTrue();
    assertThatThrownBy(() -> of(-1, -1, -1, NIGHT))
        .hasMessageContaining("replay.ratio must be 0.0 to 1000.0, but is -1.0")
        .hasMessageContaining("new tokens")
        .hasMessageContaining("old tokens");
  }

  /** Tokens come as asked for, within five standard deviations, each night others. */
  @Test
  void aboutAsManyTokensAsAskedForAndOthersEachNight() {
    Random random = new Random(9);
    int documents = 20_000;
    long[] lengths = new long[documents];
    long old = 0;
    double squares = 0;
    for (int d = 0; d < documents; d++) {
      lengths[d] = (long) Math.exp(2 + 1.5 * random.nextGaussian());
      old += lengths[d];
      squares += (double) lengths[d] * lengths[d];
    }
    long fresh = old / 20;
    int together = 0;
    boolean[] ever = new boolean[documents];
    for (int night = 0; night < 40; night++) {
      ReplaySample sample = of(2, fresh, old, NIGHT.plusDays(night));
      ReplaySample more = of(3, fresh, old, NIGHT.plusDays(night));
      ReplaySample next = of(2, fresh, old, NIGHT.plusDays(night + 1));
      long taken = 0;
      for (int d = 0; d < documents; d++) {
        long key = ReplaySample.key("a fingerprint", d * 50L);
        if (sample.takes(key)) {
          taken += lengths[d];
          ever[d] = true;
          together += next.takes(key) ? 1 : 0;
          assertThat(more.takes(key)).isTrue();
        }
      }
      double deviation = Math.sqrt(0.1 * 0.9 * squares);
      assertThat((double) taken).isEqualTo(2.0 * fresh, within(5 * deviation));
    }
    // Of one night's documents a tenth come the next night, too.
    assertThat(together / 40.0).isEqualTo(0.01 * documents, within(20.0));
    int never = 0;
    for (boolean one : ever) {
      never += one ? 0 : 1;
    }
    assertThat(never / (double) documents).isEqualTo(Math.pow(0.9, 40), within(0.006));
  }

  /** Another dataset's documents, and other splits of the same keys, are drawn apart. */
  @Test
  void drawsAreApart() {
    ReplaySample sample = of(1, 1, 4, NIGHT);
    SplitRules rules = new SplitRules(SplitMethod.HASHED_WORDS, 0.5, 0.25, 0.25);
    int taken = 0;
    int takenOfTrain = 0;
    int train = 0;
    int both = 0;
    for (int d = 0; d < 40_000; d++) {
      long key = ReplaySample.key("a", d);
      boolean takes = sample.takes(key);
      boolean isTrain = rules.split(key, rules.saltSeed()) == Split.TRAIN;
      taken += takes ? 1 : 0;
      train += isTrain ? 1 : 0;
      takenOfTrain += takes && isTrain ? 1 : 0;
      both += takes && sample.takes(ReplaySample.key("b", d)) ? 1 : 0;
    }
    assertThat(taken / 40_000.0).isEqualTo(0.25, within(0.011));
    assertThat(takenOfTrain / (double) train).isEqualTo(0.25, within(0.016));
    assertThat(both / 40_000.0).isEqualTo(0.0625, within(0.007));
  }
}
