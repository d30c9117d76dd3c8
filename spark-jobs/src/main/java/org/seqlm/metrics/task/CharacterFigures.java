package org.seqlm.metrics.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.metrics.Metric;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Predictor;

/**
 * {@code chrf}, 0 to 1: F of n-grams of characters (Popović 2015, "chrF: character n-gram F-score
 * for automatic MT evaluation", equation 1), n from 1 to {@value #ORDERS}, recall weighing {@value
 * #BETA} times precision. A text's characters are the code points of its tokens, one behind the
 * other, without white space, so how tokens were parted does not count. What {@code <unk>} stands
 * for nobody knows: it is one character that equals none, another {@code <unk>} neither. {@code
 * </s>} has no characters.
 *
 * <p>Counts are added up over the texts before anything is divided, as sacreBLEU does (Post 2018),
 * and like there n-grams of an order that a target is too short for count for nothing in what was
 * predicted for it, and precision and recall are means over those orders that both sides have.
 *
 * <p>Sums: for each order n-grams that are right, predicted, and there.
 */
final class CharacterFigures implements Figures {
  private static final long serialVersionUID = 1L;

  /** The longest n-grams. */
  static final int ORDERS = 6;

  /** β, how many times as much as precision recall weighs. */
  static final int BETA = 2;

  private static final int UNKNOWN = -1;

  private final int[][] characters; // of each token

  /**
   * Of texts.
   *
   * @param tokens by id
   * @param end id of {@code </s>}
   * @param unknown id of {@code <unk>}
   */
  CharacterFigures(List<String> tokens, int end, int unknown) {
    characters = new int[tokens.size()][];
    for (int id = 0; id < characters.length; id++) {
      characters[id] =
          id == end
              ? new int[0]
              : id == unknown
                  ? new int[] {UNKNOWN}
                  : tokens.get(id).codePoints().filter(c -> !isSpace(c)).toArray();
    }
  }

  /**
   * What Python's {@code str.split}, and so sacreBLEU, parts at: Unicode's White_Space and more.
   */
  private static boolean isSpace(int character) {
    return Character.isWhitespace(character)
        || Character.isSpaceChar(character)
        || character == 0x85;
  }

  @Override
  public int size() {
    return 3 * ORDERS;
  }

  @Override
  public void add(double[] sums, int at, Batch batch, Predictor.Predicted predicted) {
    Rows there = Rows.of(batch, "target");
    Rows found = Rows.of(predicted.values(), "ids");
    for (int b = 0; b < batch.size(); b++) {
      add(sums, at, text(found.ids(b)), text(there.ids(b)));
    }
  }

  private int[] text(int[] ids) {
    return Arrays.stream(ids).flatMap(id -> Arrays.stream(characters[id])).toArray();
  }

  /** One text. */
  private static void add(double[] sums, int at, int[] found, int[] there) {
    for (int n = 1; n <= Math.min(ORDERS, there.length); n++) {
      int place = at + 3 * (n - 1);
      Map<String, Integer> left = new HashMap<>();
      for (String gram : grams(there, n)) {
        left.merge(gram, 1, Integer::sum);
      }
      for (String gram : grams(found, n)) {
        Integer more = left.get(gram);
        if (more != null && more > 0) {
          left.put(gram, more - 1);
          sums[place]++;
        }
      }
      sums[place + 1] += Math.max(0, found.length - n + 1);
      sums[place + 2] += there.length - n + 1;
    }
  }

  /** The n-grams of a text in which all is known. */
  private static List<String> grams(int[] text, int n) {
    List<String> grams = new ArrayList<>();
    int known = 0;
    for (int i = 0; i < text.length; i++) {
      known = text[i] == UNKNOWN ? 0 : known + 1;
      if (known >= n) {
        grams.add(new String(text, i + 1 - n, n));
      }
    }
    return grams;
  }

  @Override
  public List<Metric> metrics(double[] sums, int at) {
    double precision = 0;
    double recall = 0;
    int orders = 0;
    for (int n = 0; n < ORDERS; n++) {
      double right = sums[at + 3 * n];
      double found = sums[at + 3 * n + 1];
      double there = sums[at + 3 * n + 2];
      if (found > 0 && there > 0) {
        precision += right / found;
        recall += right / there;
        orders++;
      }
    }
    return List.of(Figures.larger("chrf", f(precision, recall, orders, sums[at + 2])));
  }

  /** {@code (1 + β²) P R / (β² P + R)}. */
  private static double f(double precision, double recall, int orders, double there) {
    if (there == 0) {
      return Double.NaN; // no target has a character
    }
    if (precision == 0) {
      return 0; // and so is recall; or nothing was predicted
    }
    double square = (double) BETA * BETA;
    return (1 + square) * precision * recall / (square * precision + recall) / orders;
  }
}
