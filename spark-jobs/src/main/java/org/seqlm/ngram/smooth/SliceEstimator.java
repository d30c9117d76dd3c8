package org.seqlm.ngram.smooth;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.seqlm.ngram.count.CountKind;
import org.seqlm.ngram.count.CountSliceWriter;
import org.seqlm.ngram.count.FollowerCounts;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.SharedContexts;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.ngram.trie.Growth;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.ngram.trie.TrieBlock;
import org.seqlm.ngram.trie.TrieWriter;

/**
 * Turns the counts of one slice into probabilities, in one pass from the shortest contexts to the
 * longest, and writes the slice's part of the model. A context's smoothing needs its followers'
 * counts and their probabilities after the next shorter context, which stands just above it in the
 * trie; so nothing of other slices is needed but the unigrams and what follows the contexts that
 * they share.
 *
 * <p>A level's records are those of {@link CountSliceWriter} with what pruning left, the decimal
 * logarithm of the back-off weight after the number of followers, and for each follower the decimal
 * logarithm of its probability, both as float32. A context that other slices share has its
 * followers in each of them; twice their number is one more where a slice before this one has it.
 */
public final class SliceEstimator implements Closeable {
  /** Receives the back-off weight of a context that is an n-gram of the model, in their order. */
  @FunctionalInterface
  public interface BackoffSink {
    /**
     * @param reversed ids of the context, the nearest first, from place 1 on
     * @param length 1 to N-1
     * @param log10 of the weight
     */
    void backoff(int[] reversed, int length, float log10);
  }

  /** Opens the unigrams' probabilities of all words that follow a token. */
  @FunctionalInterface
  public interface Followers {
    /**
     * @param token id of a shared context of one token
     * @return lists of words, as {@link WordProbabilities} reads them
     */
    InputStream open(int token) throws IOException;
  }

  /** Parts of what a slice may hold for its levels: one for a shared context of a length. */
  private static final int PARTS = 2;

  /** Followers that are written before it is looked whether their level is too large. */
  private static final int TOGETHER = 1 << 10;

  private final int counted;
  private final int order;
  private final Smoothing smoothing;
  private final Pruning pruning;
  private final Passages passages;
  private final int[] unigramWords;
  private final double[] unigrams;
  private final TrieWriter out;
  private final Spill spill;
  private final BackoffSink backoffs;
  private final SharedContexts shared;
  private final Followers followers;
  private final SharedEstimate[] estimates; // by length, from 1; null until needed
  private final Level[] levels; // by the contexts' length, 1 to N - 1
  private final int[] path;
  private final long[] kept; // n-grams of each order // (order + 1)
  private Bytes.Reader[] in;

  /** What is known of the context of one length that is at hand. */
  private static final class Level {
    private int size;
    private int[] words = new int[16]; // ids
    private long[] raw = new long[16];
    private long[] counts = new long[16];
    private boolean[] kept = new boolean[16];
    private double[] lower = new double[16];
    private double[] probabilities = new double[16];
    private int sibling; // stored id of the last context written, among siblings

    /** Shows of what slices share what longer contexts of this one need. */
    private void share(SharedEstimate estimate) {
      size = estimate.size();
      ensure(size);
      System.arraycopy(estimate.words(), 0, words, 0, size);
      System.arraycopy(estimate.held(), 0, probabilities, 0, size);
    }

    private void ensure(int capacity) {
      if (words.length < capacity) {
        int more = Growth.of(words.length, capacity, "the followers of one context");
        words = new int[more];
        raw = new long[more];
        counts = new long[more];
        kept = new boolean[more];
        lower = new double[more];
        probabilities = new double[more];
      }
    }
  }

  /**
   * @param counted the order of the counts
   * @param order of the model, 2 to {@code counted}
   * @param unigramWords ids of all words of the slice, rising
   * @param unigrams their probabilities
   * @param shared what follows contexts that other slices share; is closed with this
   * @param followers the probabilities of all words that follow those of one token
   * @param out stays open
   * @param spill for what stands beneath one token
   * @param backoffs takes the back-off weights; null where nobody wants them
   */
  public SliceEstimator(
      int counted,
      int order,
      Smoothing smoothing,
      Pruning pruning,
      Passages passages,
      int[] unigramWords,
      double[] unigrams,
      SharedContexts shared,
      Followers followers,
      OutputStream out,
      Spill spill,
      BackoffSink backoffs)
      throws IOException {
    this.counted = counted;
    this.order = order;
    this.smoothing = smoothing;
    this.pruning = pruning;
    this.passages = passages;
    this.unigramWords = unigramWords;
    this.unigrams = unigrams;
    this.shared = shared;
    this.followers = followers;
    this.estimates = new SharedEstimate[order];
    this.spill = spill;
    this.backoffs = backoffs;
    this.levels = new Level[order];
    for (int d = 1; d < order; d++) {
      levels[d] = new Level();
    }
    this.path = new int[order];
    this.kept = new long[order + 1];
    this.out = new TrieWriter(out, TrieBlock.Content.PROBABILITIES, order, spill);
  }

  /** Estimates a whole file of counts, which it closes, and ends the model's, which stays open. */
  public void slice(InputStream counts) throws IOException {
    try (TrieBlock.Input input =
        new TrieBlock.Input(counts, TrieBlock.Content.COUNTS, counted, spill)) {
      while ((in = input.next()) != null) {
        path[1] = -1;
        while (in[1].hasMore()) {
          context(1, true);
          if (out.endContext()) {
            levels[1].sibling = 0;
          }
        }
      }
    }
    out.finish();
  }

  /** n-grams of an order, 2 to N, that the model holds; final after {@link #slice}. */
  public long kept(int n) {
    return kept[n];
  }

  /** Reads, smooths and writes the next context of a length, and all longer ones beneath it. */
  private boolean context(int d, boolean shorterKept) throws IOException {
    Level here = levels[d];
    Bytes.Reader reader = in[d];
    path[d] += reader.readInt();
    int children = d < counted - 1 ? reader.readInt() : 0;
    long types = reader.readNumber();
    boolean goesOn = CountSliceWriter.goesOn(types);
    boolean isShared = CountSliceWriter.isShared(types);
    SharedContexts.Context counts = isShared ? shared(d) : null;
    long total = isShared ? counts.total() : read(d, here, reader, (int) (types >>> 2));
    CountSliceWriter.skipOwn(types, reader);
    int n = d + 1;
    boolean keep = shorterKept && keeps(d, total);
    double gamma = 1;
    int followers = 0;
    if (keep && isShared) {
      SharedEstimate estimate = estimate(d, counts);
      gamma = estimate.gamma();
      followers = estimate.followers();
      here.share(estimate);
    } else if (keep) {
      for (int i = 0; i < here.size; i++) {
        here.kept[i] = pruning.keeps(n, here.words[i], here.raw[i], passages);
        followers += here.kept[i] ? 1 : 0;
      }
      lower(d, here);
      gamma =
          smoothing.context(n, here.size, here.counts, here.kept, here.lower, here.probabilities);
    }
    int longer = 0;
    if (d + 1 < order) {
      levels[d + 1].sibling = 0;
      path[d + 1] = -1;
      for (int i = 0; i < children; i++) {
        longer += context(d + 1, keep) ? 1 : 0;
      }
    }
    if (keep) {
      float backoff = (float) Math.log10(gamma);
      write(d, here, longer, 2L * followers + (goesOn ? 1 : 0), backoff);
      if (isShared) {
        out.written(d);
        out.write(d, estimates[d].record());
      } else {
        write(d, here, followers);
      }
      if (!goesOn) {
        kept[n] += followers;
        if (backoffs != null) {
          backoffs.backoff(path, d, backoff);
        }
      }
    }
    return keep;
  }

  /** Whether the context, as an n-gram of its own, is in the model; {@code <s>} always is. */
  private boolean keeps(int d, long raw) {
    int farthest = path[d];
    if (d == 1 && passages.reserved(farthest)) {
      return true;
    }
    return raw > pruning.threshold(d) && (passages.reserved(farthest) || pruning.allows(farthest));
  }

  /** Returns how often the context appears: with a follower or at the end of a passage. */
  private long read(int d, Level here, Bytes.Reader reader, int types) {
    here.ensure(types);
    boolean highest = d == counted - 1;
    boolean raw = d == order - 1 || smoothing.counts() == CountKind.RAW;
    long total = 0;
    int size = 0;
    int word = -1;
    for (int i = 0; i < types; i++) {
      word += reader.readInt();
      long number = reader.readNumber();
      long count = FollowerCounts.raw(highest, number);
      long adjusted = FollowerCounts.adjusted(highest, number, reader);
      total += count;
      if (word >= 0) {
        here.words[size] = word;
        here.raw[size] = count;
        here.counts[size++] = raw ? count : adjusted;
      }
    }
    here.size = size;
    return total;
  }

  private SharedContexts.Context shared(int d) throws IOException {
    SharedContexts.Context counts = shared.find(path, d);
    if (counts == null) {
      throw new IOException("what follows a context that slices share is missing");
    }
    return counts;
  }

  /** Smooths a context that other slices have, too, after the shorter ones, which they share. */
  private SharedEstimate estimate(int d, SharedContexts.Context counts) throws IOException {
    if (estimates[d] == null) {
      estimates[d] =
          new SharedEstimate(new Spill(spill.memory() / (PARTS * order), spill.folder()));
    }
    boolean raw = d == order - 1 || smoothing.counts() == CountKind.RAW;
    estimates[d].smooth(
        counts,
        d + 1,
        raw ? CountKind.RAW : CountKind.ADJUSTED,
        smoothing,
        pruning,
        passages,
        () ->
            d == 1
                ? new WordProbabilities(followers.open(path[1]))
                : estimates[d - 1].probabilities(),
        unigramWords);
    return estimates[d];
  }

  /** Finds the followers' probabilities after the next shorter context. */
  private void lower(int d, Level here) {
    int[] words = d == 1 ? unigramWords : levels[d - 1].words;
    double[] probabilities = d == 1 ? unigrams : levels[d - 1].probabilities;
    int end = d == 1 ? unigramWords.length : levels[d - 1].size;
    int at = 0;
    for (int i = 0; i < here.size; i++) {
      if (!here.kept[i]) {
        here.lower[i] = 0;
        continue;
      }
      int word = here.words[i];
      // Both rise: search on from the last one, in steps that double.
      int step = 1;
      int low = at;
      int high = at;
      while (high < end && words[high] < word) {
        low = high + 1;
        high += step;
        step <<= 1;
      }
      high = Math.min(high, end - 1);
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (words[middle] < word) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      here.lower[i] = probabilities[low];
      at = low + 1;
    }
  }

  /** Begins a context's record. */
  private void write(int d, Level here, int longer, long followersAndKind, float backoff) {
    Bytes level = out.level(d);
    level.writeNumber(path[d] + 1 - here.sibling);
    here.sibling = path[d] + 1;
    if (d + 1 < order) {
      level.writeNumber(longer);
    }
    level.writeNumber(followersAndKind);
    level.writeFloat(backoff);
  }

  private void write(int d, Level here, int followers) throws IOException {
    Bytes level = out.level(d);
    level.ensure(9 * Math.min(TOGETHER, followers));
    int before = -1;
    for (int i = 0; i < here.size; i++) {
      if (here.kept[i]) {
        SharedEstimate.write(level, before, here.words[i], here.probabilities[i]);
        before = here.words[i];
      }
      if ((i + 1) % TOGETHER == 0) {
        out.written(d);
      }
    }
    out.written(d);
  }

  /** Removes what is on the local disk. */
  @Override
  public void close() throws IOException {
    for (SharedEstimate estimate : estimates) {
      if (estimate != null) {
        estimate.close();
      }
    }
    shared.close();
    out.close();
  }
}
