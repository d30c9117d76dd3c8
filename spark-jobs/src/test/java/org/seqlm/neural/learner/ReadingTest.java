package org.seqlm.neural.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.learner.Reading.Streams;
import org.seqlm.neural.optimizer.InnerMoments;

/**
 * How text is dealt out and cut: every token once a pass, whoever reads it, in whatever windows.
 */
class ReadingTest {
  private static final WindowLengths RANDOM =
      new WindowLengths(WindowLengths.Kind.RANDOM, 1.6, 0.2);

  /** A text in which each token is its own place. */
  private static int[] text(int length) {
    return IntStream.range(0, length).toArray();
  }

  /** The window of a step, read through a reader that holds few tokens. */
  private static int[][] window(ShardReader reader, Shard shard, int[] text, long step)
      throws IOException {
    int[][] read = new int[2][shard.batch() * shard.cut().length(step)];
    reader.window(
        (pass, from, to) -> Arrays.copyOfRange(text, (int) from, (int) to), step, read[0], read[1]);
    return read;
  }

  @Test
  void shuffledStreamsByHand() {
    // 26 tokens, 2 workers of 2 streams: 4 streams of 25 / 4 = 6 targets, in 2 windows of 3 each.
    Reading reading = new Reading(2, 2, 3, Streams.SHUFFLED, WindowLengths.FIXED);
    assertThat(reading.remainder(26)).isEqualTo(26 - 24);
    for (long pass = 0; pass < 20; pass++) {
      Set<Long> begins = new HashSet<>();
      for (int worker = 0; worker < 2; worker++) {
        Shard shard = reading.shard(worker, 26, 7);
        assertThat(shard.windows()).isEqualTo(2);
        assertThat(shard.beginsPass(2 * pass)).isTrue();
        assertThat(shard.beginsPass(2 * pass + 1)).isFalse();
        for (int b = 0; b < 2; b++) {
          long begin = shard.position(2 * pass, b);
          begins.add(begin);
          assertThat(shard.position(2 * pass + 1, b)).isEqualTo(begin + 3);
          assertThat(shard.passEnd(2 * pass + 1, b)).isEqualTo(begin + 7);
        }
      }
      assertThat(begins).containsExactlyInAnyOrder(0L, 6L, 12L, 18L);
    }
  }

  @Test
  void everyPassDealsAnewAndSoDoesEverySeed() {
    Reading reading = new Reading(4, 4, 2, Streams.SHUFFLED, WindowLengths.FIXED);
    Set<List<Long>> deals = new HashSet<>();
    int[] ofFirst = new int[16];
    for (long seed = 0; seed < 4; seed++) {
      Shard shard = reading.shard(0, 4 * 4 * 4 + 1, seed);
      for (long pass = 0; pass < 400; pass++) {
        List<Long> deal = new ArrayList<>();
        for (int b = 0; b < 4; b++) {
          deal.add(shard.position(2 * pass, b));
        }
        deals.add(deal);
        ofFirst[(int) (deal.get(0) / 4)]++;
      }
    }
    // Of 43,680 deals of 4 in 16: drawing 1,600 finds some 29 twice.
    assertThat(deals).hasSizeGreaterThan(1500);
    // The first stream of worker 0 is each of the 16 about 100 times, standard deviation 9.7.
    for (int count : ofFirst) {
      assertThat(count).isBetween(55, 145);
    }
  }

  /** Of every number of streams, over powers of two and of four and between. */
  @Test
  void aDealIsAPermutation() {
    for (int streams = 1; streams <= 70; streams++) {
      StreamDeal deal = new StreamDeal(Streams.SHUFFLED, 0, streams, 3);
      Set<Long> dealt = new HashSet<>();
      for (int b = 0; b < streams; b++) {
        dealt.add(deal.stream(streams, b));
      }
      assertThat(dealt).hasSize(streams).allMatch(stream -> stream < deal.streams());
    }
    StreamDeal most = new StreamDeal(Streams.SHUFFLED, 65535L * 65536, 65536L * 65536, 3);
    assertThat(most.stream(1L << 40, 65535)).isBetween(0L, 65536L * 65536 - 1);
  }

  /** Random shapes: each target of the text at most once a pass, and as many as are accounted. */
  @ParameterizedTest
  @CsvSource({"CONTIGUOUS, FIXED", "CONTIGUOUS, RANDOM", "SHUFFLED, FIXED", "SHUFFLED, RANDOM"})
  void everyPassReadsTheTextOnce(Streams streams, WindowLengths.Kind kind) throws IOException {
    KeyedRandom random = KeyedRandom.of(5, "shapes");
    for (int i = 0; i < 30; i++) {
      int workers = 1 + (int) (5 * random.uniform(4L * i));
      int batch = 1 + (int) (4 * random.uniform(4L * i + 1));
      int time = 10 + (int) (9 * random.uniform(4L * i + 2));
      int[] text =
          text((int) (workers * (batch * time + 1) * (1 + 6 * random.uniform(4L * i + 3))));
      Reading reading =
          new Reading(
              workers, batch, time, streams, new WindowLengths(kind, RANDOM.deviation(), 0.2));
      for (int pass = 0; pass < 2; pass++) {
        int[] seen = new int[text.length];
        for (int worker = 0; worker < workers; worker++) {
          Shard shard = reading.shard(worker, text.length, i);
          ShardReader reader = new ShardReader(shard, batch * 40);
          ShardReader other = new ShardReader(shard);
          int[] last = null;
          for (long step = pass * shard.windows(); step < (pass + 1) * shard.windows(); step++) {
            int[][] read = window(reader, shard, text, step);
            assertThat(window(other, shard, text, step)).isDeepEqualTo(read);
            int length = shard.cut().length(step);
            assertThat(length).isBetween(1, reading.longest());
            for (int j = 0; j < read[0].length; j++) {
              assertThat(read[1][j]).isEqualTo(read[0][j] + 1);
              if (j % length > 0) {
                assertThat(read[0][j]).isEqualTo(read[1][j - 1]);
              } else if (last != null) {
                assertThat(read[0][j]).as("goes on").isEqualTo(last[j / length]);
              }
              seen[read[1][j]]++;
            }
            last = new int[batch];
            for (int b = 0; b < batch; b++) {
              last[b] = read[1][(b + 1) * length - 1];
            }
          }
        }
        assertThat(Arrays.stream(seen).max().orElseThrow()).isEqualTo(1);
        assertThat(text.length - Arrays.stream(seen).sum())
            .isEqualTo(reading.remainder(text.length));
      }
    }
  }

  /** Also where K does not divide the text, so that some workers could fill one window more. */
  @Test
  void aStepsWindowIsAsLongForEveryWorker() {
    int tokens = 3 * (4 * 10 * 7 + 1) - 1;
    Reading fixed = new Reading(3, 4, 10);
    assertThat(fixed.shard(0, tokens, 1).windows()).isEqualTo(6);
    assertThat(fixed.shard(2, tokens, 1).windows()).isEqualTo(7);
    Reading random = new Reading(3, 4, 10, Streams.CONTIGUOUS, RANDOM);
    for (int worker = 0; worker < 3; worker++) {
      assertThat(random.shard(worker, tokens, 1).cut()).isEqualTo(random.windows(tokens, 1));
    }
    assertThat(random.windows(tokens, 1)).isNotEqualTo(random.windows(tokens, 2));
  }

  @Test
  void lengthsAreAsSet() {
    WindowLengths lengths = new WindowLengths(WindowLengths.Kind.RANDOM, 5, 0.05);
    // A boundary is moved by 6 at most, or by 16 + 6 ahead.
    assertThat(lengths.longest(32)).isEqualTo(32 + 16 + 12);
    assertThat(lengths.shortest(32)).isEqualTo(32 - 16 - 12);
    PassWindows windows = new PassWindows(1000, 32, lengths, 9);
    int all = 100_000;
    int half = 0;
    long sum = 0;
    for (long step = 0; step < all; step++) {
      int length = windows.length(step);
      assertThat(length).isBetween(4, 60);
      assertThat(windows.at(step)).isEqualTo(sum);
      assertThat(windows.left(step)).isEqualTo((32_000 - sum % 32_000) % 32_000);
      sum += length;
      half += length < 20 ? 1 : 0;
    }
    assertThat(sum).as("the mean is exact").isEqualTo(32L * all);
    // 0.05 · 0.95 begin unmoved and end 16 ahead; a quarter of these are 20 and longer.
    assertThat((double) half / all).isBetween(0.034, 0.040);
    PassWindows moved =
        new PassWindows(all, 32, new WindowLengths(WindowLengths.Kind.RANDOM, 5, 0), 9);
    double square = 0;
    for (long step = 0; step < all; step++) {
      square += Math.pow(moved.length(step) - 32, 2);
    }
    assertThat(Math.sqrt(square / all)).isCloseTo(5, within(0.05));
  }

  @ParameterizedTest
  @EnumSource(WindowLengths.Kind.class)
  void aRejectedRoundPlannedWhatItsWindowsHave(WindowLengths.Kind kind) {
    PassWindows windows = new PassWindows(7, 10, new WindowLengths(kind, 1.6, 0.2), 4);
    RoundPlan plan = new RoundPlan(3, 0, 4, 11, new double[9], windows, 5, InnerMoments.LOCAL);
    assertThat(plan.epoch()).isEqualTo(1);
    assertThat(IntStream.range(0, 9).filter(plan::beginsPass)).containsExactly(3);
    RoundAccount account = new RoundAccount(plan);
    account.add(2, 3L * windows.length(11));
    account.add(Double.NaN, 3L * windows.length(12));
    long planned = 0;
    for (long step = 11; step < 20; step++) {
      planned += 3L * windows.length(step);
    }
    assertThat(account.result(() -> null, () -> null).skipped()).isEqualTo(planned);
  }

  @Test
  void lengthsThatDoNotSuitAreRefused() {
    assertThatThrownBy(
            () ->
                new Reading(
                    1,
                    1,
                    16,
                    Streams.CONTIGUOUS,
                    new WindowLengths(WindowLengths.Kind.RANDOM, 5, 0.05)))
        .isInstanceOfSatisfying(
            UserException.class,
            problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
        .hasMessageContaining("training.window.deviation 5.0")
        .hasMessageContaining("training.time-steps 16")
        .hasMessageContaining("lower it to 2.8 at most");
    for (int time = 1; time < 100; time++) {
      for (double half : new double[] {0, 0.5}) {
        WindowLengths any = new WindowLengths(WindowLengths.Kind.RANDOM, 0, half);
        double largest = Math.floor(any.largestDeviation(time) * 10) / 10;
        assertThat(new WindowLengths(WindowLengths.Kind.RANDOM, largest, half).shortest(time))
            .isBetween(1, 3);
      }
    }
    assertThatThrownBy(() -> new WindowLengths(WindowLengths.Kind.RANDOM, 5, 0.6))
        .hasMessageContaining("training.window.half");
  }
}
