package org.seqlm.neural;

/**
 * The masks of inverted dropout (Srivastava et al. 2014, section 10) of one worker's step: a
 * function of (seed, worker, step, layer), and so the same for everybody who repeats the step,
 * whichever engine trains. A value is 0 with the probability of the rate, else 1/(1 − rate).
 *
 * <p>Values are numbered with the batch counting fastest, as Deeplearning4j's own layers have them
 * in memory; what lies otherwise says how by its {@link Numbering}.
 *
 * @param seed of the run
 * @param worker from 0
 * @param step of the worker, from 0
 */
public record DropoutMasks(long seed, int worker, long step) {
  /** How the values of a mask (T, B, width), row-major, are numbered. */
  public enum Numbering {
    /** As (B, width, T) column-major: between layers. */
    TIME_LAST,
    /** As (B, T, width) column-major: before the output. */
    WIDTH_LAST
  }

  /** What a mask is of: each has random numbers of its own. */
  public enum What {
    /** What layers, and the embedding, pass on. */
    VALUES("dropout"),
    /** U of a layer. */
    WEIGHTS("weight drop"),
    /** M of a layer with a lag of 2. */
    LAG_WEIGHTS("weight drop of lag 2");

    private final String purpose;

    What(String purpose) {
      this.purpose = purpose;
    }
  }

  /**
   * A mask (T, B, width), row-major. The mask of a matrix, and one that all steps share, has a T of
   * 1.
   *
   * @param what it is of
   * @param layer keeps the masks of a step apart
   * @param rate 0 to below 1
   * @param time T
   * @param batch B, or the rows of a matrix
   * @param width of a row
   */
  public record Draw(
      What what, int layer, double rate, int time, int batch, int width, Numbering numbering) {}

  /** The same of what a layer passes on. */
  public KeyedRandom random(int layer) {
    return random(What.VALUES, layer);
  }

  /** The numbers of a mask, by the places of its values; {@link Numbering} says which. */
  public KeyedRandom random(What what, int layer) {
    return KeyedRandom.of(seed, what.purpose, worker, step, layer);
  }

  /**
   * A mask that lies as it is numbered.
   *
   * @param layer keeps the masks of a step apart
   * @param rate 0 to below 1
   * @param length of the mask
   */
  public float[] inOrder(int layer, double rate, int length) {
    KeyedRandom random = random(layer);
    float kept = kept(rate);
    float[] mask = new float[length];
    for (int i = 0; i < length; i++) {
      mask[i] = random.uniform(i) < rate ? 0 : kept;
    }
    return mask;
  }

  /**
   * A mask (T, B, width), row-major.
   *
   * @param layer keeps the masks of a step apart
   * @param rate 0 to below 1
   */
  public float[] timeFirst(
      int layer, double rate, int time, int batch, int width, Numbering numbering) {
    return values(new Draw(What.VALUES, layer, rate, time, batch, width, numbering));
  }

  /** A mask's values, row-major. */
  public float[] values(Draw draw) {
    KeyedRandom random = random(draw.what, draw.layer);
    double rate = draw.rate;
    int time = draw.time;
    int batch = draw.batch;
    int width = draw.width;
    float kept = kept(rate);
    float[] mask = new float[Math.multiplyExact(Math.multiplyExact(time, batch), width)];
    int at = 0;
    for (int t = 0; t < time; t++) {
      for (int b = 0; b < batch; b++) {
        for (int i = 0; i < width; i++) {
          long place =
              draw.numbering == Numbering.TIME_LAST ? i + (long) width * t : t + (long) time * i;
          mask[at++] = random.uniform(b + batch * place) < rate ? 0 : kept;
        }
      }
    }
    return mask;
  }

  /**
   * What multiplies the vector of each token: a token is dropped wherever it stands. Numbers are
   * those of {@link #tokenRandom}, by the ids.
   *
   * @param rate 0 to below 1
   * @param tokens ids
   */
  public float[] ofTokens(double rate, long[] tokens) {
    KeyedRandom random = tokenRandom();
    float kept = kept(rate);
    float[] factors = new float[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      factors[i] = random.uniform(tokens[i]) < rate ? 0 : kept;
    }
    return factors;
  }

  /** The numbers by which tokens are dropped, by their ids. */
  public KeyedRandom tokenRandom() {
    return KeyedRandom.of(seed, "token dropout", worker, step);
  }

  /** What a value that is kept is multiplied by. */
  public static float kept(double rate) {
    return (float) (1 / (1 - rate));
  }
}
