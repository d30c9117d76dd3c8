package org.seqlm.spark.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Iterator;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.learner.Shard;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.torch.TorchEngine;
import org.seqlm.neural.torch.TorchStep;

class ShardReadersTest {
  private static final LanguageNetwork SPEC =
      new LanguageNetwork(InputKind.EMBEDDING, 6, CellKind.LSTM, 1, 12, 7, 0, 1);
  private static final TorchEngine ENGINE = new TorchEngine();

  /** Counts the tokens that are read of it. */
  private static final class Text implements TokenSource {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final AtomicLong read = new AtomicLong();

    Text(String name) {
      this.name = name;
    }

    @Override
    public long tokens() {
      return 10_000;
    }

    @Override
    public int[] read(long pass, long from, long to) {
      read.addAndGet(to - from);
      return new int[(int) (to - from)];
    }

    @Override
    public String key() {
      return name;
    }
  }

  private static Iterator<TorchStep> lent(ShardReaders readers, Text text, Shard shard, int count) {
    return readers.lent(ENGINE, text, SPEC, shard, 0, count);
  }

  private static void drain(Iterator<?> steps) {
    while (steps.hasNext()) {
      steps.next();
    }
  }

  @Test
  void whatWasReadAheadIsReadOnce() {
    ShardReaders readers = new ShardReaders(1000);
    Text text = new Text("a");
    Shard shard = new Shard(0, 301, 3, 10);
    for (int round = 0; round < 3; round++) {
      drain(lent(readers, text, shard, 4));
    }
    assertThat(text.read).hasValue(3 * 101);
    assertThat(readers.idle()).containsExactly(shard);
  }

  @Test
  void aReaderIsOneTasksAtATime() {
    ShardReaders readers = new ShardReaders(1000);
    Text text = new Text("a");
    Shard shard = new Shard(0, 301, 3, 10);
    Iterator<TorchStep> first = lent(readers, text, shard, 2);
    Iterator<TorchStep> copy = lent(readers, text, shard, 2);
    first.next();
    copy.next();
    assertThat(readers.idle()).as("both are reading").isEmpty();
    assertThat(text.read).hasValue(2 * 3 * 101);
    drain(first);
    drain(copy);
    assertThat(readers.idle()).containsExactly(shard);
    drain(lent(readers, text, shard, 2));
    assertThat(text.read).hasValue(2 * 3 * 101);
  }

  @Test
  void anotherTextIsReadAnew() {
    ShardReaders readers = new ShardReaders(1000);
    Shard shard = new Shard(0, 301, 3, 10);
    Text first = new Text("a");
    Text other = new Text("b");
    drain(lent(readers, first, shard, 2));
    drain(lent(readers, other, shard, 2));
    assertThat(other.read).hasValue(3 * 101);
    drain(lent(readers, first, new Shard(0, 301, 3, 20), 2));
    assertThat(first.read).as("another window").hasValue(2 * 3 * 101);
  }

  /** Each of these holds 303 tokens. */
  @Test
  void thoseUsedLongestAgoGo() {
    ShardReaders readers = new ShardReaders(1000);
    Text text = new Text("a");
    Shard[] shards = new Shard[4];
    for (int i = 0; i < 4; i++) {
      shards[i] = new Shard(400L * i, 400L * i + 301, 3, 10);
    }
    for (int i : new int[] {0, 1, 2, 0, 3}) {
      drain(lent(readers, text, shards[i], 2));
    }
    assertThat(readers.idle()).containsExactly(shards[2], shards[0], shards[3]);
    ShardReaders none = new ShardReaders(100);
    drain(lent(none, text, shards[0], 2));
    assertThat(none.idle()).isEmpty();
  }
}
