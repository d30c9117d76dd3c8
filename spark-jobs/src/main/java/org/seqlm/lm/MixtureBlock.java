package org.seqlm.lm;

import java.io.Serializable;
import java.util.Arrays;
import org.seqlm.vocab.Vocabulary;

/**
 * What each model of a mixture makes of a stretch of text: all that tuning the weights needs, made
 * once. Crosses the wire as primitive arrays.
 */
public final class MixtureBlock implements Serializable {
  private static final long serialVersionUID = 1L;

  private final double[] logProbabilities; // (token, model)
  private final double[][] alone; // (model): a packed Score

  private MixtureBlock(double[] logProbabilities, double[][] alone) {
    this.logProbabilities = logProbabilities;
    this.alone = alone;
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
    Score.Sum[] alone = new Score.Sum[k];
    Arrays.setAll(alone, m -> new Score.Sum());
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
        double logProbability =
            alone[m].add(reading.reading(m), own < 0 ? Vocabulary.UNKNOWN : own);
        logProbabilities[at++] = own < 0 ? Double.NEGATIVE_INFINITY : logProbability;
      }
      reading.read(token);
    }
    return new MixtureBlock(
        logProbabilities,
        Arrays.stream(alone).map(sum -> sum.score().packed()).toArray(double[][]::new));
  }

  /**
   * Natural logarithms of every model's probability of every token, (token, model); negative
   * infinity from a model that lacks the token or excludes it. Not a copy.
   */
  public double[] logProbabilities() {
    return logProbabilities;
  }

  /**
   * What each model makes of the text by itself, (model), as {@link Score#packed}; a token that a
   * model lacks is scored as its {@code <unk>}. Not a copy.
   */
  public double[][] alone() {
    return alone;
  }
}
