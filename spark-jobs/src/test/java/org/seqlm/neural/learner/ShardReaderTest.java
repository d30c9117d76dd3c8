package org.seqlm.neural.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.network.LanguageNetwork;

/** A shard's windows read a few tokens at a time, against the definition. */
class ShardReaderTest {
  private final List<long[]> reads = new ArrayList<>();

  private static int token(long position) {
    return (int) (KeyedRandom.of(3, "text").bits(position) >>> 40);
  }

  private int[] read(long pass, long from, long to) {
    reads.add(new long[] {from, to});
    int[] tokens = new int[Math.toIntExact(to - from)];
    Arrays.setAll(tokens, i -> token(from + i));
    return tokens;
  }

  private void check(ShardReader reader, Shard shard, long step) throws IOException {
    int batch = shard.batch();
    int time = shard.timeSteps();
    int[] inputs = new int[batch * time];
    int[] targets = new int[batch * time];
    reader.window(this::read, step, inputs, targets);
    long stream = (shard.to() - shard.from() - 1) / batch;
    for (int b = 0; b < batch; b++) {
      for (int t = 0; t < time; t++) {
        long at = shard.from() + b * stream + step % (stream / time) * time + t;
        assertThat(inputs[b * time + t]).as("step %d", step).isEqualTo(token(at));
        assertThat(targets[b * time + t]).as("step %d", step).isEqualTo(token(at + 1));
      }
    }
  }

  /** Worker 1 of 3 with 100 tokens each; two passes, whatever is held at a time. */
  @ParameterizedTest
  @CsvSource({"1, 4, 0", "3, 4, 0", "3, 4, 20", "3, 4, 57", "3, 4, 1000", "7, 14, 100", "7, 3, 63"})
  void windowsAreTheText(int batch, int time, int limit) throws IOException {
    Shard shard = Shard.of(1, 3, 300, batch, time);
    assertThat(shard).isEqualTo(new Shard(100, 200, batch, time));
    ShardReader reader = new ShardReader(shard, limit);
    for (long step = 0; step < 2 * shard.windows(); step++) {
      check(reader, shard, step);
      assertThat(reader.held()).isLessThanOrEqualTo(Math.max(limit, batch * (time + 1L)));
    }
    assertThat(reads)
        .allSatisfy(
            read -> {
              assertThat(read[0]).isBetween(100L, 199L);
              assertThat(read[1]).isBetween(101L, 200L);
            });
  }

  /** As often as its windows need it: once a pass, but for what two reads share. */
  @Test
  void readsAheadOnce() throws IOException {
    Shard shard = new Shard(0, 2 * 1000 + 1, 2, 10);
    ShardReader reader = new ShardReader(shard, 2 * 201);
    for (long step = 0; step < shard.windows(); step++) {
      check(reader, shard, step);
    }
    // 20 windows and one more token at a time, of each stream.
    assertThat(reads).hasSize(2 * 5);
    assertThat(reads.get(2)).containsExactly(200, 401);
    assertThat(reads.get(9)).containsExactly(1800, 2001);
    reads.clear();
    reader = new ShardReader(shard, 10_000);
    for (long step = 0; step < 3 * shard.windows(); step++) {
      check(reader, shard, step);
    }
    assertThat(reads).as("a small text, however many passes").hasSize(2);
  }

  /** Positions beyond an int, and steps too. */
  @ParameterizedTest
  @CsvSource({"1", "3", "64"})
  void reachesBeyondAnInt(int batch) throws IOException {
    long tokens = 1L << 45;
    for (int worker : new int[] {0, 1}) {
      Shard shard = Shard.of(worker, 2, tokens, batch, 20);
      assertThat(shard.tokens()).isEqualTo(tokens / 2);
      ShardReader reader = new ShardReader(shard);
      long windows = shard.windows();
      assertThat(windows).isGreaterThan(1L << 32);
      for (long step :
          new long[] {
            0, 1, (1L << 31) - 1, 1L << 31, (1L << 32) + 5, windows - 1, windows, 5 * windows - 2
          }) {
        check(reader, shard, step);
        assertThat(reader.held()).isLessThanOrEqualTo(ShardReader.HELD);
      }
      assertThat(reads.stream().mapToLong(read -> read[1]).max().orElseThrow())
          .isGreaterThan(shard.to() - 50L * batch)
          .isLessThanOrEqualTo(shard.to());
      reads.clear();
    }
  }

  @Test
  void whatCannotBeReadIsToldByTheStep() {
    Engine<Object> none = null;
    LanguageNetwork spec = null;
    Iterator<Object> steps =
        new ShardReader(new Shard(0, 100, 1, 5))
            .steps(
                none,
                spec,
                (pass, from, to) -> {
                  throw new IOException("no such block");
                },
                0,
                2);
    assertThat(steps.hasNext()).isTrue();
    assertThatThrownBy(steps::next)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("no such block");
  }
}
