package org.seqlm.lm;

/** Adds up what a model makes of a text. */
public final class Scorer {
  /** Tokens that a reading is given at a time. */
  private static final int BLOCK = 256;

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
    int[] block = new int[BLOCK];
    double[] nats = new double[BLOCK];
    byte[] orders = new byte[BLOCK];
    int size = 0;
    int document = 0;
    for (int i = 0; i < tokens.length; i++) {
      boolean begins = document < documentStarts.length && documentStarts[document] == i;
      if (begins || size == BLOCK) {
        add(sum, reading, block, size, nats, orders);
        size = 0;
      }
      if (begins) {
        reading.startDocument();
        document++;
      }
      int token = tokens[i];
      if (!model.reads(token)) {
        continue;
      }
      if (i >= from) {
        block[size++] = token;
      } else {
        reading.read(token);
      }
    }
    add(sum, reading, block, size, nats, orders);
    return sum.score();
  }

  private static void add(
      Score.Sum sum,
      LanguageModel.Reading reading,
      int[] block,
      int size,
      double[] nats,
      byte[] orders) {
    reading.next(block, 0, size, nats, orders);
    for (int i = 0; i < size; i++) {
      sum.add(block[i], nats[i], orders[i]);
    }
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
