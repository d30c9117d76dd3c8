package org.seqlm.ngram.smooth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.seqlm.ngram.count.Boundary;
import org.seqlm.ngram.count.CountKind;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.UnigramCounts;
import org.seqlm.vocab.IdRanges;
import org.seqlm.vocab.ListVocabulary;

/** Followers one by one, and in ranges of ids, against all of a context, to the last bit. */
final class FollowerSumsTest {
  private static final int SIZE = 60;

  private static List<Smoothing> smoothings(SplittableRandom random) {
    double d = random.nextDouble();
    return List.of(
        new KneserNey(new double[][] {{d, 2 * d, 3 * d}}),
        new AbsoluteDiscounting(new double[] {d}),
        new WittenBell(),
        JelinekMercer.of(1, 0.001 + 0.99 * d),
        new Katz(new double[][] {{}}),
        new StupidBackoff(1 - d));
  }

  /** Nothing pruned, rare words, words of no list, and all of them. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void areTheSameInAnyRanges(int turn) throws IOException {
    SplittableRandom random = new SplittableRandom(turn);
    ListVocabulary words = ListVocabulary.numbers(3, SIZE);
    for (int i = 0; i < 20; i++) {
      Passages passages = Passages.of(Boundary.values()[i % 3], words);
      long[] raw = new long[SIZE];
      for (int id = 0; id < SIZE; id++) {
        boolean seen = passages.reads(id) && random.nextInt(5) > 0;
        raw[id] = seen ? 1 + (long) Math.pow(10, random.nextDouble() * 14) / 1000 : 0;
      }
      BitSet allowed = new BitSet();
      random.ints(30, 3, SIZE).forEach(allowed::set);
      Pruning pruning =
          switch (turn) {
            case 0 -> Pruning.NONE;
            case 1 -> Pruning.of(new long[] {5}, null);
            case 2 -> Pruning.of(new long[] {0}, allowed.toLongArray());
            default -> Pruning.of(new long[] {Long.MAX_VALUE}, null);
          };
      for (Smoothing smoothing : smoothings(random)) {
        double[] expected = inOneContext(raw, smoothing, pruning, passages);
        for (int limit : new int[] {1, 7, SIZE}) {
          assertThat(inRanges(raw, smoothing, pruning, passages, IdRanges.of(SIZE, 1, limit)))
              .as("%s, %s ids a range", smoothing.getClass(), limit)
              .isEqualTo(expected);
        }
      }
    }
  }

  /** Of longer contexts, whose followers have probabilities after the shorter one. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void areTheSameOneByOne(int pruned) {
    SplittableRandom random = new SplittableRandom(pruned);
    for (int i = 0; i < 200; i++) {
      int size = 1 + random.nextInt(i % 10 == 0 ? 2 : 50);
      long[] counts = new long[size];
      boolean[] kept = new boolean[size];
      double[] lower = new double[size];
      for (int at = 0; at < size; at++) {
        counts[at] = 1 + random.nextInt(10);
        kept[at] = pruned == 0 || random.nextInt(3) > 0;
        lower[at] = random.nextDouble() * (i % 3 == 0 ? 0.02 : 1) / size;
      }
      double d = random.nextDouble();
      double[][] katz = {{}, {0.3, 0.4 + d / 2, 0.99, 1, 1, 0.999, 0.7}};
      for (Smoothing smoothing :
          List.of(
              new KneserNey(new double[][] {{0, 0, 0}, {d, 2 * d, 3 * d}}),
              new AbsoluteDiscounting(new double[] {0, d}),
              new WittenBell(),
              JelinekMercer.of(2, 0.001 + 0.99 * d),
              new Katz(katz),
              new Katz(new double[][] {{}, {}}),
              new StupidBackoff(1 - d))) {
        double[] expected = new double[size];
        double gamma = smoothing.context(2, size, counts, kept, lower, expected);
        FollowerSums sums = smoothing.sums(2);
        for (int at = 0; at < size; at++) {
          sums.add(counts[at], kept[at], kept[at] ? lower[at] : 0);
        }
        ContextWeights weights = smoothing.weights(2, sums);
        assertThat(weights.backoff()).as("%s", smoothing.getClass()).isEqualTo(gamma);
        for (int at = 0; at < size; at++) {
          if (kept[at]) {
            assertThat(weights.probability().of(counts[at], lower[at])).isEqualTo(expected[at]);
          }
        }
      }
    }
  }

  private static UnigramCounts counts(long[] raw, int from, int to) {
    UnigramCounts counts = new UnigramCounts();
    for (int id = from; id < to; id++) {
      if (raw[id] > 0) {
        counts.add(id + 1, raw[id], raw[id] % 9 + 1);
      }
    }
    counts.types();
    return counts;
  }

  private static double[] inRanges(
      long[] raw, Smoothing smoothing, Pruning pruning, Passages passages, IdRanges ranges)
      throws IOException {
    CountKind kind = smoothing.counts();
    FollowerSums sums = new FollowerSums();
    for (int range = ranges.count() - 1; range >= 0; range--) {
      int from = ranges.from(range);
      int to = ranges.to(range);
      sums.add(FollowerSums.of(counts(raw, from, to), kind, pruning, passages, from, to));
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    Unigrams.writeSize(file, SIZE);
    long predicted = 0;
    for (int range = 0; range < ranges.count(); range++) {
      int from = ranges.from(range);
      int to = ranges.to(range);
      Unigrams some =
          Unigrams.estimate(
              counts(raw, from, to), sums, smoothing, kind, pruning, passages, from, to);
      file.write(some.bytes());
      predicted += some.words();
    }
    assertThat(predicted).isEqualTo(sums.predictable());
    Unigrams all = Unigrams.read(new ByteArrayInputStream(file.toByteArray()));
    double[] probabilities = new double[SIZE];
    Arrays.setAll(probabilities, all::probability);
    return probabilities;
  }

  /** By the smoothing of any context. */
  private static double[] inOneContext(
      long[] raw, Smoothing smoothing, Pruning pruning, Passages passages) {
    UnigramCounts counts = counts(raw, 0, SIZE);
    BitSet pruned = Unigrams.pruned(counts, pruning, passages, SIZE);
    int size = counts.types();
    boolean[] kept = new boolean[size];
    for (int i = 0; i < size; i++) {
      kept[i] = !pruned.get(counts.id(i));
    }
    double uniform = 1.0 / passages.predictable(pruned);
    double[] lower = new double[size];
    Arrays.fill(lower, uniform);
    double[] p = new double[size];
    double gamma = smoothing.context(1, size, counts.counts(smoothing.counts()), kept, lower, p);
    double[] all = new double[SIZE];
    for (int id = 0; id < SIZE; id++) {
      all[id] = passages.reads(id) && !pruned.get(id) ? gamma * uniform : Double.NaN;
    }
    for (int i = 0; i < size; i++) {
      all[counts.id(i)] = kept[i] ? p[i] : Double.NaN;
    }
    return all;
  }
}
