package org.seqlm.lm;

import org.seqlm.vocab.Vocabulary;

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
    long scored = 0;
    long unknown = 0;
    long zero = 0;
    double nats = 0;
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
        scored++;
        if (token == Vocabulary.UNKNOWN) {
          unknown++;
        }
        double logProbability = reading.logProbability(token);
        if (logProbability == Double.NEGATIVE_INFINITY) {
          zero++;
        } else {
          nats -= logProbability;
        }
      }
      reading.read(token);
    }
    return new Score(scored, unknown, zero, nats);
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
