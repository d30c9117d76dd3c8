package org.seqlm.bench.variants;

/**
 * One training of a variant.
 *
 * @param variant its name
 * @param learningRate before the schedule
 * @param seed of initial parameters and of the order of the text
 * @param validationNats nats a token of the validation split; null if it failed
 * @param testNats nats a token of the test split; null if it failed
 * @param tokens trained; 0 if it failed
 * @param skipped tokens planned but not trained, of diverged workers
 * @param seconds of training; 0 if it failed
 * @param failure why there is no figure, else null
 */
public record Trial(
    String variant,
    double learningRate,
    long seed,
    Double validationNats,
    Double testNats,
    long tokens,
    long skipped,
    double seconds,
    String failure) {

  /** One without a figure. */
  public static Trial failed(String variant, double learningRate, long seed, String failure) {
    return new Trial(variant, learningRate, seed, null, null, 0, 0, 0, failure);
  }

  /** Whether it has figures. */
  public boolean hasFigures() {
    return failure == null;
  }
}
