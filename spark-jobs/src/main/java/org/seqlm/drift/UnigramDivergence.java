package org.seqlm.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The Jensen-Shannon divergence of the words of two sets of documents (Lin, "Divergence Measures
 * Based on the Shannon Entropy", 1991, equation 4.1 with equal weights), in bits, 0 to 1: {@code
 * sum over w of (p log2(p/m) + q log2(q/m)) / 2}, where p and q are the word's shares of the words
 * on each side and m their mean.
 *
 * <p>Made of counts it is biased upward: two samples of one source differ. What chance alone makes
 * of it is found by dealing the pooled documents out to two sides of the same numbers of documents
 * anew, again and again. Documents, not words, are dealt out, since the words of a document go
 * together; so the null hypothesis is that the documents of both sides are exchangeable.
 *
 * @param oldDocuments compared
 * @param newDocuments compared
 * @param oldWords in them
 * @param newWords in them
 * @param words that were told apart; with {@code others} all of them
 * @param others different words that were taken for one
 * @param bits the divergence of the counts
 * @param chance what it is by chance; null without permutations, or with fewer than 2 documents on
 *     a side
 * @param top words that make most of it, the largest part first; the others, as one, are not among
 *     them
 */
public record UnigramDivergence(
    int oldDocuments,
    int newDocuments,
    long oldWords,
    long newWords,
    int words,
    int others,
    double bits,
    Chance chance,
    List<WordShift> top) {

  /**
   * What permuted documents give.
   *
   * @param permutations R
   * @param mean bits
   * @param quantile95 the least value that 95 % of them do not exceed, in bits
   * @param excess {@code bits - mean}: how far the sides are apart, beyond chance
   * @param p {@code (r + 1) / (R + 1)}, where r permutations gave at least as many bits (Davison
   *     and Hinkley, "Bootstrap Methods and their Application", 1997, equation 4.11)
   */
  public record Chance(int permutations, double mean, double quantile95, double excess, double p) {}

  /**
   * A word's part.
   *
   * @param id of the vocabulary
   * @param oldShare of the old words, 0 to 1
   * @param newShare of the new words
   * @param oldDocuments that have it
   * @param newDocuments that have it
   * @param bits its term of the sum
   * @param p {@code (r + 1) / (R + 1)}, where in r permutations the largest term of any word was at
   *     least this one: it holds for all words together (Westfall and Young, "Resampling-Based
   *     Multiple Testing", 1993, the single-step maximum); null without permutations
   */
  public record WordShift(
      int id,
      double oldShare,
      double newShare,
      int oldDocuments,
      int newDocuments,
      double bits,
      Double p) {}

  /**
   * What permutations found.
   *
   * @param bits of each, rising
   * @param largest term of each, rising
   */
  private record Permuted(double[] bits, double[] largest) {
    static double p(double[] found, double value) {
      // Equal counts may differ in the last bits, by which side was added up.
      long asMany = Arrays.stream(found).filter(one -> one >= value - 1e-12).count();
      return (asMany + 1.0) / (found.length + 1);
    }
  }

  /**
   * Compares documents.
   *
   * @param before sampled of the old text, at least one
   * @param after sampled of the new text, at least one
   * @param vocabularySize all ids are below it
   * @param seed of the permutations
   */
  public static UnigramDivergence of(
      List<DocumentWords> before,
      List<DocumentWords> after,
      int vocabularySize,
      DriftSettings settings,
      long seed) {
    if (before.isEmpty() || after.isEmpty()) {
      throw new IllegalArgumentException(before.size() + " documents against " + after.size());
    }
    List<DocumentWords> all = new ArrayList<>(before);
    all.addAll(after);
    long[] totals = new long[vocabularySize];
    for (DocumentWords document : all) {
      for (int i = 0; i < document.ids.length; i++) {
        totals[document.ids[i]] += document.counts[i];
      }
    }
    int[] ranked =
        IntStream.range(0, vocabularySize)
            .filter(id -> totals[id] > 0)
            .boxed()
            .sorted(Comparator.comparingLong((Integer id) -> -totals[id]).thenComparing(id -> id))
            .mapToInt(Integer::intValue)
            .toArray();
    int words = Math.min(ranked.length, settings.words());
    int[] place = new int[vocabularySize];
    for (int i = 0; i < ranked.length; i++) {
      place[ranked[i]] = Math.min(i, words);
    }
    long[] pooled = new long[words + 1]; // the last one is the others
    long[] fresh = new long[words + 1];
    all.forEach(document -> add(document, place, pooled));
    after.forEach(document -> add(document, place, fresh));
    double bits = bits(pooled, fresh)[0];
    Permuted permuted =
        settings.permutations() > 0 && before.size() > 1 && after.size() > 1
            ? permute(all, after.size(), place, pooled, settings.permutations(), seed)
            : null;
    long newWords = Arrays.stream(fresh).sum();
    long oldWords = Arrays.stream(pooled).sum() - newWords;
    List<WordShift> top =
        IntStream.range(0, words)
            .mapToObj(
                i -> {
                  double p = (double) (pooled[i] - fresh[i]) / oldWords;
                  double q = (double) fresh[i] / newWords;
                  double term = term(p, q);
                  return new WordShift(
                      ranked[i],
                      p,
                      q,
                      0,
                      0,
                      term,
                      permuted == null ? null : Permuted.p(permuted.largest(), term));
                })
            .sorted(
                Comparator.comparingDouble((WordShift word) -> -word.bits())
                    .thenComparing(WordShift::id))
            .limit(settings.shown())
            .map(word -> counted(word, before, after))
            .toList();
    return new UnigramDivergence(
        before.size(),
        after.size(),
        oldWords,
        newWords,
        words,
        ranked.length - words,
        bits,
        permuted == null ? null : chance(permuted.bits(), bits),
        top);
  }

  private static WordShift counted(
      WordShift word, List<DocumentWords> before, List<DocumentWords> after) {
    return new WordShift(
        word.id(),
        word.oldShare(),
        word.newShare(),
        (int) before.stream().filter(document -> document.has(word.id())).count(),
        (int) after.stream().filter(document -> document.has(word.id())).count(),
        word.bits(),
        word.p());
  }

  private static Chance chance(double[] found, double bits) {
    double mean = Arrays.stream(found).sum() / found.length;
    return new Chance(
        found.length,
        mean,
        found[(int) Math.ceil(0.95 * found.length) - 1],
        bits - mean,
        Permuted.p(found, bits));
  }

  private static Permuted permute(
      List<DocumentWords> all, int taken, int[] place, long[] pooled, int permutations, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    // The divergence does not mind which side is which: the smaller one is added up.
    int chosen = Math.min(taken, all.size() - taken);
    int[] order = IntStream.range(0, all.size()).toArray();
    double[] found = new double[permutations];
    double[] largest = new double[permutations];
    long[] side = new long[pooled.length];
    for (int r = 0; r < permutations; r++) {
      Arrays.fill(side, 0);
      for (int i = 0; i < chosen; i++) {
        int other = i + random.nextInt(order.length - i);
        int swap = order[i];
        order[i] = order[other];
        order[other] = swap;
        add(all.get(order[i]), place, side);
      }
      double[] terms = bits(pooled, side);
      found[r] = terms[0];
      largest[r] = terms[1];
    }
    Arrays.sort(found);
    Arrays.sort(largest);
    return new Permuted(found, largest);
  }

  private static void add(DocumentWords document, int[] place, long[] into) {
    for (int i = 0; i < document.ids.length; i++) {
      into[place[document.ids[i]]] += document.counts[i];
    }
  }

  /**
   * The divergence of one side's counts from those of the rest of the pool, and the largest term of
   * a word; the last count, of the others, is no word's.
   *
   * @param pooled counts of both sides // (words)
   * @param side of one of them // (words)
   */
  static double[] bits(long[] pooled, long[] side) {
    double here = Arrays.stream(side).sum();
    double there = Arrays.stream(pooled).sum() - here;
    double bits = 0;
    double largest = 0;
    for (int i = 0; i < pooled.length; i++) {
      if (pooled[i] > 0) {
        double term = term((pooled[i] - side[i]) / there, side[i] / here);
        bits += term;
        largest = i < pooled.length - 1 ? Math.max(largest, term) : largest;
      }
    }
    return new double[] {bits, largest};
  }

  private static double term(double p, double q) {
    double m = (p + q) / 2;
    double bits = p > 0 ? p * Math.log(p / m) : 0;
    bits += q > 0 ? q * Math.log(q / m) : 0;
    return bits / (2 * Math.log(2));
  }
}
