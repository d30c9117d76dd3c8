package org.seqlm.profile;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.seqlm.ngram.stats.Frequencies;

/**
 * What is told of the words of a text, in memory that does not grow with it but for the counts of
 * counts: sums, and the first words of two orders. Parts add up, in any order. Not thread-safe.
 */
public final class WordFindings implements Serializable { // no record: Kryo cannot read those
  private static final long serialVersionUID = 1L;

  private static final Comparator<Word> BY_SPELLING =
      (a, b) -> Arrays.compareUnsigned(a.utf8, b.utf8);

  static final Comparator<Word> BY_COUNT =
      Comparator.comparingLong((Word word) -> -word.count).thenComparing(BY_SPELLING);

  static final Comparator<Word> BY_TREND =
      Comparator.comparingDouble((Word word) -> -Math.abs(word.t)).thenComparing(BY_SPELLING);

  /** A word that is told of. */
  public static final class Word implements Serializable {
    private static final long serialVersionUID = 1L;

    final byte[] utf8;
    final long count;
    final long documents;
    final double t;
    final long[] counts;

    Word(byte[] utf8, long count, long documents, double t, long[] counts) {
      this.utf8 = utf8;
      this.count = count;
      this.documents = documents;
      this.t = t;
      this.counts = counts;
    }

    /** Its spelling. */
    public String text() {
      return new String(utf8, java.nio.charset.StandardCharsets.UTF_8);
    }

    /** How often it stands in the text. */
    public long count() {
      return count;
    }

    /** Documents that have it. */
    public long documents() {
      return documents;
    }

    /** Its counts by group, of a word with a trend. */
    public long[] counts() {
      return counts.clone();
    }
  }

  final int mostTop;
  final int mostTrends;
  final Frequencies frequencies = new Frequencies();
  final HalvedRanks halves = new HalvedRanks();
  final TreeMap<Long, Long> heldOut = new TreeMap<>();
  final long[] growth; // by point: words that first stand after the point before
  final long[] groupTypes;
  final long[] groupNew;
  final TreeSet<Word> top = new TreeSet<>(Orders.COUNT);
  final TreeSet<Word> trends = new TreeSet<>(Orders.TREND);
  long frequent;
  long tested;

  /** Comparators that can be sent: lambdas of a static field cannot. */
  private enum Orders implements Comparator<Word> {
    COUNT(BY_COUNT),
    TREND(BY_TREND);

    private final Comparator<Word> order;

    Orders(Comparator<Word> order) {
      this.order = order;
    }

    @Override
    public int compare(Word a, Word b) {
      return order.compare(a, b);
    }
  }

  /**
   * Nothing found yet.
   *
   * @param points at which growth is told
   * @param groups of the text
   * @param mostTop words told by count
   * @param mostTrends words told by trend
   */
  public WordFindings(int points, int groups, int mostTop, int mostTrends) {
    this.mostTop = mostTop;
    this.mostTrends = mostTrends;
    growth = new long[points];
    groupTypes = new long[groups];
    groupNew = new long[groups];
  }

  /** Adds another part, of other words. */
  public WordFindings add(WordFindings other) {
    frequencies.add(other.frequencies);
    halves.add(other.halves);
    other.heldOut.forEach((count, tokens) -> heldOut.merge(count, tokens, Long::sum));
    add(growth, other.growth);
    add(groupTypes, other.groupTypes);
    add(groupNew, other.groupNew);
    other.top.forEach(word -> keep(top, word, mostTop));
    other.trends.forEach(word -> keep(trends, word, mostTrends));
    frequent += other.frequent;
    tested += other.tested;
    return this;
  }

  private static void add(long[] to, long[] more) {
    for (int i = 0; i < to.length; i++) {
      to[i] += more[i];
    }
  }

  static void keep(TreeSet<Word> kept, Word word, int most) {
    kept.add(word);
    if (kept.size() > most) {
      kept.pollLast();
    }
  }

  /** Counts of counts of all words. */
  public Frequencies frequencies() {
    return frequencies;
  }

  /** The text in two halves. */
  public HalvedRanks halves() {
    return halves;
  }

  /**
   * Tokens of a held-out text by how often their words stand in the text, 0 for those that do not;
   * empty where there is no such text.
   */
  public SortedMap<Long, Long> heldOut() {
    return Collections.unmodifiableSortedMap(heldOut);
  }

  /** Different words of the text up to each point. */
  public long[] growth() {
    long[] types = growth.clone();
    Arrays.parallelPrefix(types, Long::sum);
    return types;
  }

  /** Different words of each group. */
  public long[] groupTypes() {
    return groupTypes.clone();
  }

  /** Words of each group that stand in it before they stand in any other. */
  public long[] groupNew() {
    return groupNew.clone();
  }

  /** The most frequent words that reach the least counts, the most frequent first. */
  public List<Word> top() {
    return new ArrayList<>(top);
  }

  /** The words with the clearest trends, the clearest first. */
  public List<Word> trends() {
    return new ArrayList<>(trends);
  }

  /** Words that reach the least counts. */
  public long frequent() {
    return frequent;
  }

  /** Words whose trend was tested. */
  public long tested() {
    return tested;
  }
}
