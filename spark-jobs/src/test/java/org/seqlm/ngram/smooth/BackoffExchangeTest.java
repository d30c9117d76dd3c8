package org.seqlm.ngram.smooth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ngram.count.Slices;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.vocab.ListVocabulary;

/** Back-off weights on their way: in memory, and in files that are mapped piece by piece. */
final class BackoffExchangeTest {
  @TempDir Path folder;

  /** Blocks in memory. */
  private record Held(List<byte[]> blocks) implements BackoffExchange.Blocks {
    @Override
    public int count() {
      return blocks.size();
    }

    @Override
    public long bytes() {
      return blocks.stream().mapToLong(block -> block.length).sum();
    }

    @Override
    public byte[] block(int i) {
      return blocks.get(i);
    }

    @Override
    public byte[] take(int i) {
      return blocks.set(i, null);
    }
  }

  @Test
  void weightsFindTheirNgrams() throws IOException {
    SplittableRandom random = new SplittableRandom(9);
    for (int round = 0; round < 100; round++) {
      int order = 2 + random.nextInt(4);
      int size = 3 + random.nextInt(60);
      ListVocabulary words = ListVocabulary.numbers(3, size);
      Slices slices = slices(random, order, size);
      // Any n-grams of each order below the highest, reversed, with a weight each.
      Comparator<int[]> byReversed = Arrays::compare;
      List<TreeMap<int[], Float>> contexts = new ArrayList<>();
      for (int n = 1; n < order; n++) {
        TreeMap<int[], Float> some = new TreeMap<>(byReversed);
        for (int i = random.nextInt(200); i > 0; i--) {
          some.put(random.ints(n, 0, size).toArray(), (float) -random.nextDouble());
        }
        contexts.add(some);
      }
      List<List<byte[]>> blocks = new ArrayList<>();
      for (int i = 0; i <= slices.count(); i++) {
        blocks.add(new ArrayList<>());
      }
      for (int slice = 0; slice < slices.count(); slice++) {
        BackoffExchange.Writer writer =
            new BackoffExchange.Writer(
                slices, order, random.nextInt(400), (block, to) -> blocks.get(to).add(block));
        for (TreeMap<int[], Float> some : contexts) {
          for (Map.Entry<int[], Float> one : some.entrySet()) {
            int[] reversed = one.getKey();
            if (slices.holds(slice, reversed, 0, reversed.length)) {
              int[] path = new int[order];
              System.arraycopy(reversed, 0, path, 1, reversed.length);
              writer.backoff(path, reversed.length, one.getValue());
            }
          }
        }
        writer.drain();
      }
      List<byte[]> ofUnigrams = List.copyOf(blocks.get(slices.count()));
      for (int to = 0; to <= slices.count(); to++) {
        Spill spill = new Spill(random.nextBoolean() ? 1 << 20 : random.nextInt(2000), folder);
        BackoffExchange.Reader reader =
            new BackoffExchange.Reader(
                order, size, new Held(blocks.get(to)), spill, random.nextInt(5));
        for (int n = 1; n < order; n++) {
          // As n-grams: by context read backwards, then by word.
          List<int[]> ngrams = new ArrayList<>(contexts.get(n - 1).keySet());
          ngrams.sort(Comparator.comparing(BackoffExchangeTest::asNgram, Arrays::compare));
          for (int[] reversed : ngrams) {
            int home = n == 1 ? slices.count() : slices.of(reversed, 1, n - 1);
            if (home == to) {
              assertThat(reader.next(n, reversed[0])).isEqualTo(contexts.get(n - 1).get(reversed));
            }
          }
        }
        reader.finish();
        reader.close();
      }
      unigrams(order, size, ofUnigrams, contexts.get(0));
    }
  }

  /** Those of the unigrams come one by one. */
  private static void unigrams(
      int order, int size, List<byte[]> blocks, TreeMap<int[], Float> expected) throws IOException {
    BackoffExchange.Weights weights = new BackoffExchange.UnigramReader(order, blocks.iterator());
    for (int word = 0; word < size; word++) {
      Float weight = expected.get(new int[] {word});
      assertThat(weights.has(1, word)).isEqualTo(weight != null);
      if (weight != null) {
        assertThat(weights.next(1, word)).isEqualTo(weight);
      }
    }
    weights.finish();
    BackoffExchange.Weights unread = new BackoffExchange.UnigramReader(order, blocks.iterator());
    if (expected.isEmpty()) {
      unread.finish();
    } else {
      assertThatThrownBy(unread::finish)
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(expected.size() + " back-off weights");
    }
  }

  /** Slices that begin at any contexts. */
  private static Slices slices(SplittableRandom random, int order, int size) {
    TreeSet<int[]> bounds = new TreeSet<>(Arrays::compare);
    for (int i = random.nextInt(9); i > 0; i--) {
      bounds.add(random.ints(1 + random.nextInt(order - 1), 0, size).toArray());
    }
    return Slices.at(List.copyOf(bounds));
  }

  private static int[] asNgram(int[] reversed) {
    int[] key = Arrays.copyOfRange(reversed, 1, reversed.length + 1);
    key[reversed.length - 1] = reversed[0];
    return key;
  }
}
