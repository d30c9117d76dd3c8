package org.seqlm.ngram.count;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Exhaustive;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.ngram.trie.Spill;

/**
 * A tree's file with a context that has so many followers that their number, with what is written
 * beside it, is no int. It is made as it is read.
 */
final class LargeContextTest {
  @TempDir Path folder;

  /** Followers that all have the id after the last one's and appear once. */
  private static final class Followers extends InputStream {
    private long left; // bytes, two a follower

    Followers(long followers) {
      this.left = 2 * followers;
    }

    @Override
    public int read() {
      if (left == 0) {
        return -1;
      }
      left--;
      return (left & 1) != 0 ? 1 : 1 << 1 | 1;
    }

    @Override
    public int read(byte[] bytes, int from, int length) {
      if (left == 0) {
        return -1;
      }
      int some = (int) Math.min(left, length);
      for (int i = from; i < from + some; i++) {
        bytes[i] = (byte) read();
      }
      return some;
    }
  }

  private static InputStream tree(long followers) {
    Bytes one = new Bytes(64); // "the": stored id 5, with two longer contexts and one follower
    one.writeNumber(5);
    one.writeNumber(2);
    one.writeNumber(4);
    one.writeNumber(7);
    one.writeNumber(9 << 1 | 1);
    Bytes two = new Bytes(64);
    two.writeNumber(3);
    two.writeNumber(0);
    two.writeNumber(4 * followers);
    Bytes three = new Bytes(64);
    three.writeNumber(4); // 3 + 4
    three.writeNumber(1);
    three.writeNumber(4 * 2);
    for (int word : new int[] {6, 2}) {
      three.writeNumber(word);
      three.writeNumber(word << 1 | 1);
    }
    ByteBuffer head = ByteBuffer.allocate(11 + 1 + 24);
    head.putInt(0x53514354).put((byte) 2).put((byte) 0).put((byte) 4).putInt(1).put((byte) 0);
    head.putLong(one.size()).putLong(two.size() + 2 * followers + three.size()).putLong(0);
    return new SequenceInputStream(
        Collections.enumeration(
            List.of(
                new ByteArrayInputStream(head.array()),
                new ByteArrayInputStream(one.copy()),
                new ByteArrayInputStream(two.copy()),
                new Followers(followers),
                new ByteArrayInputStream(three.copy()))));
  }

  private void reads(long followers) throws IOException {
    Slices slices = Slices.at(List.of(new int[] {4, 6, 3}));
    try (SharedContexts shared =
        SharedContexts.of(tree -> tree(followers), slices, 1, 4, new Spill(64, folder))) {
      SharedContexts.Context longer = shared.find(new int[] {0, 4, 6}, 2);
      assertThat(longer.size()).isEqualTo(2);
      SharedContexts.Followers each = longer.followers();
      assertThat(each.next()).isTrue();
      assertThat(List.of((long) each.word(), each.raw())).containsExactly(5L, 6L);
      assertThat(each.next()).isTrue();
      assertThat(List.of((long) each.word(), each.raw())).containsExactly(7L, 2L);
      assertThat(each.next()).isFalse();
      assertThat(shared.find(new int[] {0, 4}, 1).total()).isEqualTo(9);
      assertThat(shared.find(new int[] {0, 4, 2}, 2)).isNull();
    }
  }

  @Test
  void readsOverFollowers() throws IOException {
    reads(1000);
  }

  @Test
  @Exhaustive
  void readsOverMoreFollowersThanAnIntSays() throws IOException {
    reads((1L << 31) + 10);
  }
}
