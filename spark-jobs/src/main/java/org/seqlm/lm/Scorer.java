package org.seqlm.lm;

/** Adds up what a model makes of a text. */
public final class Scorer {
  private Scorer() {}

  /**
   * Scores {@code tokens[from..]}, after reading {@code tokens[0..from)}.
   *
   * @param tokens ids of the model's vocabulary
   * @param from the first token to score
   * @param documentStarts rising positions in {@code tokens} at which a document begins
   */
  public static Score score(LanguageModel model, int[] tokens, int from, int[] documentStarts) {
    LanguageModel.Reading reading = model.start();
    Score.Sum sum = new Score.Sum();
    int document = 0;
    for (int i = 0; i < tokens.length; i++) {
      if (document < documentStarts.length && documentStarts[document] == i) {
        reading.startDocument();
        document++;
      }
      int token = tokens[i];
      if (!model.reads(token)) {
        continue;
      }
      if (i >= from) {
        sum.add(reading, token);
      }
      reading.read(token);
    }
    return sum.score();
  }

  /**
   * The logarithm of the probability of a continuation, read token by token from a copy of {@code
   * reading}.
   */
  public static double logProbability(LanguageModel.Reading reading, int[] continuation) {
    LanguageModel.Reading here = reading.copy();
    double sum = 0;
    for (int token : continuation) {
      sum += here.logProbability(token);
      here.read(token);
    }
    return sum;
  }
}
