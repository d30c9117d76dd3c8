package org.seqlm.neural.torch.modules;

/**
 * Sinusoidal positions (Vaswani et al. 2017, section 3.5): at position t the values 2 k and 2 k + 1
 * are {@code sin(ω_k t)} and {@code cos(ω_k t)}, {@code ω_k = 10000^(−2k / D)}. For each offset ℓ
 * and frequency one matrix turns the code of t into that of t + ℓ, whatever t is: {@code [[cos ω_k
 * ℓ, sin ω_k ℓ], [−sin ω_k ℓ, cos ω_k ℓ]]}.
 */
public final class SinusoidalPositions {
  private SinusoidalPositions() {}

  /** ω_k. */
  public static double frequency(int k, int width) {
    return Math.pow(10_000, -2.0 * k / width);
  }

  /**
   * Codes of the first positions.
   *
   * @param positions T
   * @param width D; where it is odd the last value is a sine
   * @return (T, D), row-major
   */
  public static float[] codes(int positions, int width) {
    float[] codes = new float[Math.multiplyExact(positions, width)];
    for (int i = 0; i < width; i++) {
      double frequency = frequency(i / 2, width);
      for (int t = 0; t < positions; t++) {
        double angle = frequency * t;
        codes[t * width + i] = (float) (i % 2 == 0 ? Math.sin(angle) : Math.cos(angle));
      }
    }
    return codes;
  }
}
