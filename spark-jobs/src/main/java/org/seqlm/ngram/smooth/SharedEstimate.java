package org.seqlm.ngram.smooth;

import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import org.seqlm.ngram.count.CountKind;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.SharedContexts;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.ngram.trie.Growth;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.ngram.trie.SpilledBytes;

/**
 * A context that slices share, smoothed one follower after the other, as it may have more of them
 * than fit in memory: once through them for what smoothing needs to know of all, and once for each
 * one's probability. Held are the followers that are words of the slice; the others wait, as the
 * model's record has them, until it is written, and as the next longer shared context needs them.
 */
final class SharedEstimate implements Closeable {
  private final SpilledBytes record;
  private final SpilledBytes probabilities;
  private double gamma;
  private int followers;
  private int size;
  private int[] words = new int[16];
  private double[] held = new double[16];

  /**
   * @param spill for what waits: half for the record
   */
  SharedEstimate(Spill spill) {
    Spill each = new Spill(spill.memory() / 2, spill.folder());
    this.record = new SpilledBytes(each);
    this.probabilities = new SpilledBytes(each);
  }

  /** Gives the followers' probabilities after the next shorter context, from the first on. */
  @FunctionalInterface
  interface Lower {
    WordProbabilities open() throws IOException;
  }

  /**
   * Smooths a context; what was known of another is gone.
   *
   * @param order n of the n-grams hw
   * @param kind which counts are smoothed
   * @param slice ids of the slice's words, rising
   */
  void smooth(
      SharedContexts.Context context,
      int order,
      CountKind kind,
      Smoothing smoothing,
      Pruning pruning,
      Passages passages,
      Lower lower,
      int[] slice)
      throws IOException {
    FollowerSums sums = smoothing.sums(order);
    try (WordProbabilities shorter = lower.open()) {
      for (SharedContexts.Followers next = context.followers(); next.next(); ) {
        boolean keep = pruning.keeps(order, next.word(), next.raw(), passages);
        sums.add(count(next, kind), keep, keep ? shorter.of(next.word()) : 0);
      }
    }
    ContextWeights weights = smoothing.weights(order, sums);
    gamma = weights.backoff();
    followers = 0;
    size = 0;
    record.clear();
    probabilities.clear();
    int before = -1;
    int at = 0;
    try (WordProbabilities shorter = lower.open()) {
      for (SharedContexts.Followers next = context.followers(); next.next(); ) {
        int word = next.word();
        if (!pruning.keeps(order, word, next.raw(), passages)) {
          continue;
        }
        double p = weights.probability().of(count(next, kind), shorter.of(word));
        followers++;
        write(record.next(), before, word, p);
        record.written();
        WordProbabilities.add(probabilities, before, word, p);
        before = word;
        while (at < slice.length && slice[at] < word) {
          at++;
        }
        if (at < slice.length && slice[at] == word) {
          hold(word, p);
        }
      }
    }
  }

  /** Writes a follower as a model's record has it. */
  static void write(Bytes out, int before, int word, double p) {
    out.writeNumber(word - before);
    out.writeFloat((float) Math.min(0, Math.log10(p)));
  }

  private static long count(SharedContexts.Followers follower, CountKind kind) {
    return kind == CountKind.RAW ? follower.raw() : follower.adjusted();
  }

  private void hold(int word, double p) {
    if (size == words.length) {
      words = Arrays.copyOf(words, Growth.of(size, size + 1L, "the followers of one context"));
      held = Arrays.copyOf(held, words.length);
    }
    words[size] = word;
    held[size++] = p;
  }

  /** γ(h). */
  double gamma() {
    return gamma;
  }

  /** Followers that pruning left. */
  int followers() {
    return followers;
  }

  /** They, as the model's record has them. */
  SpilledBytes record() {
    return record;
  }

  /** Their probabilities. */
  WordProbabilities probabilities() throws IOException {
    return new WordProbabilities(probabilities.open());
  }

  /** Of them, words of the slice. */
  int size() {
    return size;
  }

  /** Their ids, rising // (size). */
  int[] words() {
    return words;
  }

  /** p(w|h) // (size). */
  double[] held() {
    return held;
  }

  /** Removes what is on the local disk. */
  @Override
  public void close() throws IOException {
    record.close();
    probabilities.close();
  }
}
