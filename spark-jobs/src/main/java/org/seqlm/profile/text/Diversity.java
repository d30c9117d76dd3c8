package org.seqlm.profile.text;

import java.util.Arrays;
import org.apache.commons.math3.special.Gamma;

/**
 * How varied the words of one text are, by measures that do not depend on its length. A text is its
 * words as numbers, equal where the words are.
 */
public final class Diversity {
  /** Words of a window of {@link #mattr}. */
  public static final int WINDOW = 100;

  /** Words of a draw of {@link #hdd}. */
  public static final int DRAW = 42;

  /** The ratio at which a factor of {@link #mtld} is full. */
  public static final double THRESHOLD = 0.72;

  private Diversity() {}

  /**
   * The moving-average type-token ratio: the mean, over all windows of so many consecutive words,
   * of the share of different ones (Covington and McFall, "Cutting the Gordian knot", 2010).
   *
   * @param window at most as many as the text has
   */
  public static double mattr(int[] words, int window) {
    if (window < 1 || window > words.length) {
      throw new IllegalArgumentException("a window of " + window + " of " + words.length);
    }
    int[] text = numbered(words);
    int[] counts = new int[text.length];
    int types = 0;
    long sum = 0;
    for (int i = 0; i < text.length; i++) {
      types += counts[text[i]]++ == 0 ? 1 : 0;
      if (i >= window) {
        types -= --counts[text[i - window]] == 0 ? 1 : 0;
      }
      sum += i >= window - 1 ? types : 0;
    }
    return (double) sum / window / (text.length - window + 1);
  }

  /**
   * The measure of textual lexical diversity: the mean length of runs of words whose type-token
   * ratio stays above {@value #THRESHOLD}, read forwards and backwards (McCarthy and Jarvis, "MTLD,
   * vocd-D, and HD-D", 2010). A run ends, as one factor, with the word at which the ratio is no
   * longer above; what is left is the part {@code (1 − ratio) / (1 − 0.72)} of one. A direction's
   * value is words by factors; MTLD is the mean of both.
   *
   * @return infinite where no word comes twice
   */
  public static double mtld(int[] words) {
    int[] text = numbered(words);
    int[] backwards = new int[text.length];
    for (int i = 0; i < text.length; i++) {
      backwards[i] = text[text.length - 1 - i];
    }
    return (text.length / factors(text) + text.length / factors(backwards)) / 2;
  }

  private static double factors(int[] text) {
    int[] seen = new int[text.length]; // in which run, from 1
    int run = 1;
    int types = 0;
    int length = 0;
    for (int word : text) {
      length++;
      if (seen[word] != run) {
        seen[word] = run;
        types++;
      }
      // In whole numbers: 18 types of 25 words are at the threshold.
      if (types * 25L <= length * 18L) {
        run++;
        types = 0;
        length = 0;
      }
    }
    double left = length == 0 ? 0 : (1 - (double) types / length) / (1 - THRESHOLD);
    return run - 1 + left;
  }

  /**
   * HD-D: the expected type-token ratio of {@value #DRAW} words drawn without replacement, {@code Σ
   * over words of (1 − C(N − f, 42) / C(N, 42)) / 42} (McCarthy and Jarvis 2007 and 2010, the exact
   * form of what vocd-D estimates by drawing).
   *
   * @param words at least {@value #DRAW}
   */
  public static double hdd(int[] words) {
    int n = words.length;
    if (n < DRAW) {
      throw new IllegalArgumentException(n + " of " + DRAW + " words");
    }
    int[] sorted = words.clone();
    Arrays.sort(sorted);
    double sum = 0;
    double all = choose(n);
    for (int i = 0; i < n; ) {
      int end = i;
      while (end < n && sorted[end] == sorted[i]) {
        end++;
      }
      int others = n - (end - i);
      sum += others < DRAW ? 1 : 1 - Math.exp(choose(others) - all);
      i = end;
    }
    return sum / DRAW;
  }

  /** ln C(n, 42). */
  private static double choose(int n) {
    return Gamma.logGamma(n + 1.0) - Gamma.logGamma(n - DRAW + 1.0) - Gamma.logGamma(DRAW + 1.0);
  }

  /** The same text with the numbers 0 to the number of its different words, less one. */
  private static int[] numbered(int[] words) {
    int[] different = Arrays.stream(words).sorted().distinct().toArray();
    return Arrays.stream(words).map(word -> Arrays.binarySearch(different, word)).toArray();
  }
}
