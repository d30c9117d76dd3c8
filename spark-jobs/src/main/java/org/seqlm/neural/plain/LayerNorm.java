package org.seqlm.neural.plain;

import org.seqlm.neural.Normalisation;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.ParameterLayout;

/**
 * {@link Normalisation#LAYER} of what one layer passes on. Immutable and shared between threads.
 */
final class LayerNorm {
  private final float[] gain; // (H)
  private final float[] bias; // (H)

  private LayerNorm(float[] gain, float[] bias) {
    this.gain = gain;
    this.bias = bias;
  }

  /**
   * Of a layer of a network.
   *
   * @param layer from 0
   * @param parameters flat, in {@link ParameterLayout}'s order
   */
  static LayerNorm of(LanguageNetwork spec, int layer, float[] parameters) {
    ParameterLayout layout = spec.layout();
    return new LayerNorm(
        layout.copy("norm." + layer + ".weight", parameters),
        layout.copy("norm." + layer + ".bias", parameters));
  }

  /**
   * Normalises H values, with mean and variance in float64.
   *
   * @param h read from {@code from} on, not changed
   * @param into (H)
   */
  void apply(float[] h, int from, float[] into) {
    double sum = 0;
    for (int i = 0; i < gain.length; i++) {
      sum += h[from + i];
    }
    double mean = sum / gain.length;
    double squares = 0;
    for (int i = 0; i < gain.length; i++) {
      double off = h[from + i] - mean;
      squares += off * off;
    }
    double scale = 1 / Math.sqrt(squares / gain.length + Normalisation.EPSILON);
    for (int i = 0; i < gain.length; i++) {
      into[i] = (float) ((h[from + i] - mean) * scale) * gain[i] + bias[i];
    }
  }
}
