package org.seqlm.bench.recipes;

/**
 * One training.
 *
 * @param recipe its name
 * @param learningRate before the schedule
 * @param seed of initial parameters and of the order of the text
 * @param valid nats a token of the validation split; null if it diverged
 * @param test nats a token of the test split; null if it diverged
 * @param tokens trained
 * @param seconds of training
 * @param failure why there is no figure, else null
 */
public record Trial(
    String recipe,
    double learningRate,
    long seed,
    Double valid,
    Double test,
    long tokens,
    double seconds,
    String failure) {

  /** One that reached its end. */
  public static Trial trained(
      String recipe,
      double learningRate,
      long seed,
      double valid,
      double test,
      long tokens,
      double seconds) {
    return new Trial(recipe, learningRate, seed, valid, test, tokens, seconds, null);
  }

  /** One that did not. */
  public static Trial failed(String recipe, double learningRate, long seed, String failure) {
    return new Trial(recipe, learningRate, seed, null, null, 0, 0, failure);
  }

  /** Whether it has figures. */
  public boolean hasFigures() {
    return failure == null;
  }
}
