package org.seqlm.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.seqlm.ngram.stats.Frequencies;

/**
 * How much of a text its most frequent words make up, and how much of other text like it: the
 * second half's share of the words that the first half ranks first ({@link HalvedRanks}), free of
 * the chance by which a word is frequent where it was counted.
 */
public final class Coverage {
  private Coverage() {}

  /**
   * So many words make up so much.
   *
   * @param words the most frequent ones
   * @param share of the text's tokens, 0 to 1
   * @param unseen share of the other half's tokens that as many words of the first half make up
   * @param heldOut share of a held-out text's tokens that they make up; null where there is none
   */
  public record Point(long words, double share, double unseen, Double heldOut) {}

  /**
   * The fewest words that make up a share of the tokens.
   *
   * @param share above 0, at most 1
   */
  public static long needed(Frequencies words, double share) {
    double wanted = share * words.tokens() - 1e-6;
    long types = 0;
    double tokens = 0;
    for (long f : words.falling()) {
      long here = words.types(f);
      if (tokens + (double) f * here >= wanted) {
        return types + Math.max(0, (long) Math.ceil((wanted - tokens) / f));
      }
      types += here;
      tokens += (double) f * here;
    }
    return types;
  }

  /**
   * Points for a curve, at numbers of words about evenly spaced on a logarithmic scale.
   *
   * @param heldOut tokens of a held-out text by how often their words stand in the text; empty
   *     where there is none
   */
  public static List<Point> curve(
      Frequencies words, HalvedRanks halves, SortedMap<Long, Long> heldOut) {
    List<Point> points = new ArrayList<>();
    long all = words.tokens();
    for (long top : Growth.points(words.types())) {
      points.add(
          new Point(
              top,
              (double) tokens(words, top) / all,
              unseen(halves, top),
              heldOut.isEmpty() ? null : heldOut(words, heldOut, top)));
    }
    return points;
  }

  /**
   * The share of a held-out text's tokens that the text's most frequent words make up; one less
   * this is the out-of-vocabulary rate of a vocabulary of so many words. Which words of one count
   * are among the most frequent is left open: they share evenly what they have in the held-out
   * text.
   *
   * @param heldOut its tokens by how often their words stand in the text, 0 for those that do not
   * @param top words, at least 1
   * @return 0 to 1
   */
  public static double heldOut(Frequencies words, SortedMap<Long, Long> heldOut, long top) {
    long left = top;
    double tokens = 0;
    for (long f : words.falling()) {
      long types = words.types(f);
      long here = Math.min(left, types);
      tokens += heldOut.getOrDefault(f, 0L) * ((double) here / types);
      left -= here;
      if (left == 0) {
        break;
      }
    }
    return tokens / heldOut.values().stream().mapToLong(Long::longValue).sum();
  }

  private static long tokens(Frequencies words, long top) {
    long left = top;
    long tokens = 0;
    for (long f : words.falling()) {
      long here = Math.min(left, words.types(f));
      tokens += here * f;
      left -= here;
      if (left == 0) {
        break;
      }
    }
    return tokens;
  }

  private static double unseen(HalvedRanks halves, long top) {
    double[] tokens = new double[1];
    halves.forEach(
        (from, to, first, second) -> {
          if (from <= top) {
            double part = Math.min(to, top + 1) - from;
            tokens[0] += second * part / (to - from);
          }
        });
    long all = halves.tokens() + halves.unranked();
    return all == 0 ? 0 : tokens[0] / all;
  }
}
