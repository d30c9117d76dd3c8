package org.seqlm.lm;

import java.io.Serializable;
import org.seqlm.vocab.Vocabulary;

/**
 * What each model of a mixture makes of a stretch of text: all that tuning the weights needs, made
 * once. Crosses the wire as primitive arrays.
 */
public final class MixtureBlock implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Figures a model in {@link #figures}. */
  private static final int WIDTH = 4;

  private final double[] logProbabilities; // (token, model)
  private final double[] figures; // (model, 4): a Score's components, as they stand in the record

  private MixtureBlock(double[] logProbabilities, double[] figures) {
    this.logProbabilities = logProbabilities;
    this.figures = figures;
  }

  /**
   * Scores {@code tokens[from..]}, after reading {@code tokens[0..from)}; the mixture's weights do
   * not matter.
   *
   * @param tokens ids of the mixture's vocabulary
   * @param documentStarts rising positions in {@code tokens} at which a document begins
   */
  public static MixtureBlock of(Mixture mixture, int[] tokens, int from, int[] documentStarts) {
    int k = mixture.components();
    int read = 0;
    for (int i = from; i < tokens.length; i++) {
      read += mixture.reads(tokens[i]) ? 1 : 0;
    }
    double[] logProbabilities = new double[Math.multiplyExact(read, k)];
    double[] figures = new double[k * WIDTH];
    Mixture.MixtureReading reading = mixture.start();
    int document = 0;
    int at = 0;
    for (int i = 0; i < tokens.length; i++) {
      if (document < documentStarts.length && documentStarts[document] == i) {
        reading.startDocument();
        document++;
      }
      int token = tokens[i];
      if (!mixture.reads(token)) {
        continue;
      }
      for (int m = 0; i >= from && m < k; m++) {
        int own = mixture.id(m, token);
        double alone = reading.reading(m).logProbability(own < 0 ? Vocabulary.UNKNOWN : own);
        logProbabilities[at++] = own < 0 ? Double.NEGATIVE_INFINITY : alone;
        figures[m * WIDTH]++;
        figures[m * WIDTH + 1] += own <= Vocabulary.UNKNOWN ? 1 : 0;
        if (alone == Double.NEGATIVE_INFINITY) {
          figures[m * WIDTH + 2]++;
        } else {
          figures[m * WIDTH + 3] -= alone;
        }
      }
      reading.read(token);
    }
    return new MixtureBlock(logProbabilities, figures);
  }

  /**
   * Natural logarithms of every model's probability of every token, (token, model); negative
   * infinity from a model that lacks the token or excludes it. Not a copy.
   */
  public double[] logProbabilities() {
    return logProbabilities;
  }

  /**
   * What each model makes of the text by itself: numbers to be added up over blocks for {@link
   * #scores}. Not a copy.
   */
  public double[] figures() {
    return figures;
  }

  /**
   * The models' own scores, a token that a model lacks scored as its {@code <unk>}.
   *
   * @param figures sums of {@link #figures()}
   */
  public static Score[] scores(double[] figures) {
    Score[] scores = new Score[figures.length / WIDTH];
    for (int m = 0; m < scores.length; m++) {
      int at = m * WIDTH;
      scores[m] =
          new Score(
              (long) figures[at], (long) figures[at + 1], (long) figures[at + 2], figures[at + 3]);
    }
    return scores;
  }
}
