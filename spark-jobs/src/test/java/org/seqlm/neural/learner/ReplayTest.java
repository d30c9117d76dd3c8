package org.seqlm.neural.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.learner.Replay.Origin;
import org.seqlm.neural.learner.Replay.Piece;

/** Old text among the new: all of the new, and of the old what the share says. */
class ReplayTest {
  /** Tokens of the old text are below 0: the position less this. */
  private static final int OLD = 1 << 20;

  private static int[] read(Replay replay, long pass, long from, long to) {
    List<Integer> tokens = new ArrayList<>();
    for (Piece piece : replay.pieces(pass, from, to)) {
      assertThat(piece.to()).isGreaterThan(piece.from());
      for (long at = piece.from(); at < piece.to(); at++) {
        tokens.add((int) at - (piece.origin() == Origin.OLD ? OLD : 0));
      }
    }
    return tokens.stream().mapToInt(token -> token).toArray();
  }

  private static int[] pass(Replay replay, long pass) {
    return read(replay, pass, 0, replay.tokens());
  }

  @Test
  void byHand() {
    // 10 new tokens and two excerpts of 3, one in each half of the new ones.
    Replay replay = new Replay(10, 7, 2, 3, 1);
    int[] pass = pass(replay, 0);
    assertThat(replay.tokens()).isEqualTo(16).isEqualTo(pass.length);
    int first = (int) Arrays.stream(pass).takeWhile(token -> token >= 0).count();
    int between = (int) Arrays.stream(pass).skip(first + 3).takeWhile(token -> token >= 0).count();
    assertThat(first).isBetween(0, 4);
    assertThat(first + between).isBetween(5, 9);
    assertThat(Arrays.stream(pass).filter(token -> token >= 0))
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    // The old text has two excerpts of 3, and one of its 7 tokens stays unread in a turn.
    assertThat(Arrays.stream(pass).filter(token -> token < 0).distinct()).hasSize(6);
    for (int i : new int[] {first, first + 3 + between}) {
      int begin = pass[i] + OLD;
      assertThat(pass[i + 1] + OLD).isEqualTo((begin + 1) % 7);
      assertThat(pass[i + 2] + OLD).isEqualTo((begin + 2) % 7);
    }
  }

  @Test
  void sharesAreMet() {
    Replay replay = Replay.of(1_000_000, 5_000_000, new Replay.Rules(0.25, 4096), 1);
    assertThat(replay.length()).isEqualTo(1_000_000 / 3 / 256);
    assertThat((double) replay.ofPass() / replay.tokens()).isEqualTo(0.25, within(0.002));
    // Where that would be few, excerpts are shorter; no text is too small.
    replay = Replay.of(1_000_000, 5_000_000, new Replay.Rules(0.05, 16384), 1);
    assertThat(replay.length()).isEqualTo((int) (1_000_000 / 19.0 / 256));
    assertThat((double) replay.ofPass() / replay.tokens()).isEqualTo(0.05, within(1e-4));
    replay = Replay.of(1000, 3, new Replay.Rules(0.9, 16384), 1);
    assertThat(replay.length()).isEqualTo(3);
    assertThat(replay.turns()).isEqualTo(3001); // a prime
    assertThat(Replay.of(3, 1, new Replay.Rules(0.1, 5), 1)).isEqualTo(new Replay(3, 1, 1, 1, 1));
    assertThatThrownBy(() -> Replay.of(10, 0, new Replay.Rules(0.1, 5), 1))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessageContaining("replay.inputs has no tokens");
    assertThatThrownBy(() -> new Replay.Rules(0.95, 0))
        .hasMessageContaining("replay.share must be 0.0 to 0.9, but is 0.95")
        .hasMessageContaining("replay.excerpt must be 1 to 1048576, but is 0");
  }

  /** All new text in its order, and any part of a pass reads as the whole does. */
  @Test
  void aPassIsTheNewTextWithOldAmongIt() {
    KeyedRandom random = KeyedRandom.of(3, "replays");
    for (int i = 0; i < 60; i++) {
      long fresh = 1 + (long) (300 * random.uniform(8L * i));
      long old = 1 + (long) (200 * random.uniform(8L * i + 1));
      double share = 0.9 * random.uniform(8L * i + 2);
      int excerpt = 1 + (int) (30 * random.uniform(8L * i + 3));
      Replay replay = Replay.of(fresh, old, new Replay.Rules(share, excerpt), i);
      int[] pass = pass(replay, i);
      assertThat(pass).hasSize((int) replay.tokens());
      assertThat(Arrays.stream(pass).filter(token -> token >= 0).toArray())
          .isEqualTo(java.util.stream.IntStream.range(0, (int) fresh).toArray());
      long seen = 0;
      for (int at = 0; at < pass.length; at++) {
        assertThat(replay.before(at)).isEqualTo(seen);
        seen += pass[at] < 0 ? 1 : 0;
      }
      assertThat(replay.before(pass.length)).isEqualTo(seen).isEqualTo(replay.ofPass());
      int from = (int) (random.uniform(8L * i + 4) * pass.length);
      int to = from + (int) (random.uniform(8L * i + 5) * (pass.length - from + 1));
      assertThat(read(replay, i, from, to)).isEqualTo(Arrays.copyOfRange(pass, from, to));
    }
  }

  /** Streams of equal length, each with as many excerpts: no window is all old or all new. */
  @Test
  void streamsDoNotReadOldTextAtTheSameTime() {
    Replay replay = Replay.of(960_000, 5_000_000, new Replay.Rules(0.25, 16384), 1);
    assertThat(replay.excerpts()).isEqualTo(257);
    long stream = replay.tokens() / 32;
    for (long at = 0; at + 64 < stream; at += 64) {
      long sum = 0;
      for (int b = 0; b < 32; b++) {
        sum += replay.before(b * stream + at + 64) - replay.before(b * stream + at);
      }
      // Of 32 streams, 8 in the mean; drawn independently they would have a deviation of 2.4.
      assertThat(sum / 64.0).isBetween(2.0, 15.0);
    }
  }

  /** Nothing is read again before all of the old text was, but for what fills no excerpt. */
  @Test
  void excerptsAreDrawnWithoutReplacement() {
    Replay replay = new Replay(50, 103, 5, 4, 9); // 25 excerpts, 5 of them in each pass
    int[] read = new int[103];
    int[] first = pass(replay, 0);
    for (int pass = 0; pass < 400; pass++) {
      int[] tokens = pass(replay, pass);
      assertThat(pass > 0 && Arrays.equals(tokens, first)).isFalse();
      Arrays.stream(tokens).filter(token -> token < 0).forEach(token -> read[token + OLD]++);
      int turns = pass / 5 + 1;
      assertThat(Arrays.stream(read).max().orElseThrow()).isLessThanOrEqualTo(turns);
    }
    // In 80 turns each token is left out with probability 3/103: 77.7 reads, deviation 1.5.
    assertThat(Arrays.stream(read)).allSatisfy(times -> assertThat(times).isBetween(68, 80));
    assertThat(Arrays.stream(read).sum()).isEqualTo(400 * 20);
    assertThat(pass(new Replay(50, 103, 5, 4, 10), 0)).isNotEqualTo(first);
  }

  /** The old targets of workers, counted one by one, over passes, in windows of any length. */
  @ParameterizedTest
  @CsvSource({"CONTIGUOUS, FIXED", "CONTIGUOUS, RANDOM", "SHUFFLED, FIXED", "SHUFFLED, RANDOM"})
  void oldTargetsAreCounted(Reading.Streams streams, WindowLengths.Kind kind) {
    Replay replay = Replay.of(500, 90, new Replay.Rules(0.3, 16), 5);
    Reading reading = new Reading(3, 2, 10, streams, new WindowLengths(kind, 1.6, 0.2));
    int all = 0;
    for (int worker = 0; worker < 3; worker++) {
      Shard shard = reading.shard(worker, replay.tokens(), 5);
      long[] upTo = new long[3 * (int) shard.windows() + 1];
      for (int step = 0; step < upTo.length - 1; step++) {
        int old = 0;
        int[] pass = pass(replay, step / shard.windows());
        for (int b = 0; b < 2; b++) {
          long begin = shard.position(step, b);
          for (int t = 1; t <= shard.cut().length(step); t++) {
            old += pass[(int) begin + t] < 0 ? 1 : 0;
          }
        }
        upTo[step + 1] = upTo[step] + old;
      }
      for (int from = 0; from < upTo.length; from += 3) {
        for (int to = from; to < upTo.length; to += 5) {
          assertThat(replay.targets(shard, from, to)).isEqualTo(upTo[to] - upTo[from]);
        }
      }
      all += upTo[upTo.length - 1];
    }
    assertThat((double) all / 3).isEqualTo(replay.ofPass(), within(0.1 * replay.ofPass()));
  }

  /** A reader that goes on into another pass reads its text; far positions need no memory. */
  @Test
  void aReaderForgetsThePassBefore() throws Exception {
    Replay replay = Replay.of(200, 90, new Replay.Rules(0.4, 8), 5);
    Shard shard = new Reading(1, 2, 5).shard(0, replay.tokens(), 5);
    ShardReader.Source source =
        new ShardReader.Source() {
          @Override
          public int[] read(long pass, long from, long to) {
            return ReplayTest.read(replay, pass, from, to);
          }

          @Override
          public long edition(long pass) {
            return pass;
          }
        };
    ShardReader reader = new ShardReader(shard);
    for (long step = 0; step < 4 * shard.windows(); step++) {
      int[][] window = new int[2][10];
      reader.window(source, step, window[0], window[1]);
      int[][] expected = new int[2][10];
      shard.window(pass(replay, step / shard.windows()), step, expected[0], expected[1]);
      assertThat(window).isDeepEqualTo(expected);
    }
    Replay large = Replay.of(1L << 44, 1L << 45, new Replay.Rules(0.5, 65536), 5);
    assertThat(large.before(large.tokens())).isEqualTo(large.ofPass());
    assertThat(large.pieces(3, 1L << 44, (1L << 44) + 300_000)).hasSizeBetween(3, 10);
  }
}
