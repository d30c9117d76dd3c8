package org.seqlm.ngram.count;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * What one slice, or the unigrams, add to the statistics: small, whatever the slice's size. Tables
 * for people leave out n-grams with {@code <s>} or {@code </s>}; what smoothing needs does not.
 */
public final class SliceStatistics implements Serializable {
  /**
   * Of tables of up to so many rows an order a slice sends the best candidates; of longer ones how
   * many n-grams have about which count, and who asks fetches those that are frequent enough.
   */
  public static final int MOST_CANDIDATES = 100;

  private static final long serialVersionUID = 1L;

  /** Ranges of counts: one each below 32, sixteen from a power of two to the next. */
  private static final int RANGES = 960;

  /** Falling counts; among equals, rising ids. */
  private static final Comparator<Candidate> BEST_FIRST =
      Comparator.comparingLong(Candidate::count)
          .reversed()
          .thenComparing((a, b) -> Arrays.compare(a.ids(), b.ids()));

  private final int top;
  private final long[] totals; // shown n-grams, each appearance counted // (order)
  private final long[] types; // shown // (order)
  private final long[][]
      countsOfCounts; // shown types by count 1..R, then those above // (order, R + 1)
  private final long[] all; // different n-grams // (order)
  private final long[][] rawTypes; // by raw count // (order, HIGHEST)
  private final long[] rawTotals; // (order)
  private final long[][] adjustedTypes; // by adjusted count // (order, HIGHEST)
  private final long[] adjustedTotals; // (order)
  private final int[][] topIds; // (order, rows * n)
  private final long[][] topCounts; // (order, rows)
  private final int[][] ranges; // of counts, rising // (order, those that have n-grams)
  private final long[][] inRanges; // shown types in each of these

  private transient Passages passages;
  private transient List<PriorityQueue<Candidate>> best;
  private transient long[][]
      byRange; // shown types, null where candidates are sent // (order, RANGES)
  private transient long[] worst; // the count that a candidate must reach // (order)
  private transient int[] path;
  private transient int depth;

  /**
   * @param order N
   * @param top rows an order
   * @param counts R, the largest count of the counts of counts
   */
  public SliceStatistics(Passages passages, int order, int top, int counts) {
    this.passages = passages;
    this.top = top;
    this.totals = new long[order];
    this.types = new long[order];
    this.countsOfCounts = new long[order][counts + 1];
    this.all = new long[order];
    this.rawTypes = new long[order][CountsOfCounts.HIGHEST];
    this.rawTotals = new long[order];
    this.adjustedTypes = new long[order][CountsOfCounts.HIGHEST];
    this.adjustedTotals = new long[order];
    this.topIds = new int[order][0];
    this.topCounts = new long[order][0];
    this.ranges = new int[order][0];
    this.inRanges = new long[order][0];
    this.best = new ArrayList<>();
    for (int n = 0; n < order; n++) {
      best.add(new PriorityQueue<>(BEST_FIRST.reversed()));
    }
    this.byRange = top > MOST_CANDIDATES ? new long[order][RANGES] : null;
    this.worst = new long[order];
    Arrays.fill(worst, top == 0 ? Long.MAX_VALUE : 1);
  }

  /** A candidate for the table of the most frequent n-grams. */
  public record Candidate(int[] ids, long count) {}

  /** The n-grams that follow are those of a context, whose stored ids stand from place 1 on. */
  void context(int[] reversed, int length) {
    path = reversed;
    depth = length;
  }

  /** Takes an n-gram: the context of the last call and a word. */
  void ngram(int stored, long raw, long adjusted) {
    int n = depth;
    all[n]++;
    rawTotals[n] += raw;
    if (raw <= CountsOfCounts.HIGHEST) {
      rawTypes[n][(int) raw - 1]++;
    }
    adjustedTotals[n] += adjusted;
    if (adjusted <= CountsOfCounts.HIGHEST) {
      adjustedTypes[n][(int) adjusted - 1]++;
    }
    if (passages.marked(depth == 0 ? stored - 1 : path[depth] - 1, stored - 1)) {
      return;
    }
    totals[n] += raw;
    types[n]++;
    countsOfCounts[n][(int) Math.min(raw, countsOfCounts[n].length) - 1]++;
    if (byRange != null) {
      byRange[n][range(raw)]++;
    } else if (raw >= worst[n]) {
      candidate(stored, raw);
    }
  }

  /** The range of a count from 1 on. */
  private static int range(long count) {
    if (count < 32) {
      return (int) count;
    }
    int shift = 59 - Long.numberOfLeadingZeros(count);
    return (shift << 4) + (int) (count >>> shift);
  }

  /** The least count of a range. */
  private static long start(int range) {
    return range < 32 ? range : (long) (16 + (range & 15)) << (range >> 4) - 1;
  }

  private void candidate(int stored, long count) {
    int[] ids = new int[depth + 1];
    for (int i = 0; i < depth; i++) {
      ids[i] = path[depth - i] - 1;
    }
    ids[depth] = stored - 1;
    PriorityQueue<Candidate> queue = best.get(depth);
    queue.add(new Candidate(ids, count));
    // One more than is wanted tells whether there are more of the last one's count.
    if (queue.size() > top + 1) {
      queue.poll();
      worst[depth] = queue.peek().count();
    }
  }

  /** Takes all unigrams of a text. */
  public void unigrams(UnigramCounts unigrams) {
    depth = 0;
    for (int i = 0; i < unigrams.types(); i++) {
      ngram(unigrams.id(i) + 1, unigrams.raw(i), unigrams.adjusted(i));
    }
  }

  /** Ends the collecting; what is sent holds the best candidates, or how many have which count. */
  public SliceStatistics finish() {
    for (int n = 1; n <= totals.length; n++) {
      List<Candidate> rows = new ArrayList<>(best.get(n - 1));
      rows.sort(BEST_FIRST);
      topIds[n - 1] = new int[rows.size() * n];
      topCounts[n - 1] = new long[rows.size()];
      for (int i = 0; i < rows.size(); i++) {
        System.arraycopy(rows.get(i).ids(), 0, topIds[n - 1], i * n, n);
        topCounts[n - 1][i] = rows.get(i).count();
      }
      if (byRange != null) {
        long[] types = byRange[n - 1];
        ranges[n - 1] = IntStream.range(0, RANGES).filter(range -> types[range] > 0).toArray();
        inRanges[n - 1] = Arrays.stream(ranges[n - 1]).mapToLong(range -> types[range]).toArray();
      }
    }
    return this;
  }

  public long total(int n) {
    return totals[n - 1];
  }

  public long types(int n) {
    return types[n - 1];
  }

  public long[] countsOfCounts(int n) {
    return countsOfCounts[n - 1];
  }

  /** Different n-grams of an order, those with marks included; {@code <s>} alone is none. */
  long all(int n) {
    return all[n - 1];
  }

  /**
   * The best n-grams of an order, one more than the rows that were asked for; none where these are
   * more than {@link #MOST_CANDIDATES}.
   */
  public List<Candidate> candidates(int n) {
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < topCounts[n - 1].length; i++) {
      candidates.add(
          new Candidate(
              Arrays.copyOfRange(topIds[n - 1], i * n, (i + 1) * n), topCounts[n - 1][i]));
    }
    return candidates;
  }

  /**
   * A count that the n-grams of a table of more than {@link #MOST_CANDIDATES} rows have at least:
   * that of the last row, or up to a sixteenth less; 1 where there are fewer n-grams.
   */
  public static long least(List<SliceStatistics> parts, int n, int rows) {
    long[] types = new long[RANGES];
    for (SliceStatistics part : parts) {
      for (int i = 0; i < part.ranges[n - 1].length; i++) {
        types[part.ranges[n - 1][i]] += part.inRanges[n - 1][i];
      }
    }
    long reached = 0;
    for (int range = RANGES - 1; range > 1; range--) {
      reached += types[range];
      if (reached >= rows) {
        return start(range);
      }
    }
    return 1;
  }

  /** The counts of counts of all parts of a text, order by order, of raw or adjusted counts. */
  public static List<CountsOfCounts> countsOfCounts(List<SliceStatistics> parts, CountKind counts) {
    boolean adjusted = counts == CountKind.ADJUSTED;
    List<CountsOfCounts> orders = new ArrayList<>();
    for (int n = 0; n < parts.get(0).totals.length; n++) {
      long[] types = new long[CountsOfCounts.HIGHEST];
      long total = 0;
      for (SliceStatistics part : parts) {
        long[] more = adjusted ? part.adjustedTypes[n] : part.rawTypes[n];
        for (int r = 0; r < types.length; r++) {
          types[r] += more[r];
        }
        total += adjusted ? part.adjustedTotals[n] : part.rawTotals[n];
      }
      orders.add(new CountsOfCounts(types, total));
    }
    return orders;
  }
}
