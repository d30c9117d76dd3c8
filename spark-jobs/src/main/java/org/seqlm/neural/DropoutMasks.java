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

  /** What decides a layer's mask: value i is dropped where {@code uniform(i)} is below the rate. */
  public KeyedRandom random(int layer) {
    return KeyedRandom.of(seed, "dropout", worker, step, layer);
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
    KeyedRandom random = random(layer);
    float kept = kept(rate);
    float[] mask = new float[Math.multiplyExact(Math.multiplyExact(time, batch), width)];
    int at = 0;
    for (int t = 0; t < time; t++) {
      for (int b = 0; b < batch; b++) {
        for (int i = 0; i < width; i++) {
          long place =
              numbering == Numbering.TIME_LAST ? i + (long) width * t : t + (long) time * i;
          mask[at++] = random.uniform(b + batch * place) < rate ? 0 : kept;
        }
      }
    }
    return mask;
  }

  /** What a value that is kept is multiplied by. */
  public static float kept(double rate) {
    return (float) (1 / (1 - rate));
  }
}
