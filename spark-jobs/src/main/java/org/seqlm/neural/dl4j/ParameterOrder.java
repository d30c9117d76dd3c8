package org.seqlm.neural.dl4j;

import java.util.stream.Stream;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.CellKind.Gate;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.ParameterLayout;

/**
 * Where a Deeplearning4j network keeps each of our parameters: with layers of ours where we do.
 * Deeplearning4j's own LSTM has the gates in the order g, f, o, i (it calls them I, F, O and G),
 * and stores weights (in, out) column-major, which is our row-major (out, in): so recurrent and
 * linear weights differ by the order of the gates only, and embeddings by a transposition.
 */
final class ParameterOrder {
  /** Our gate at each of Deeplearning4j's places: g, f, o, i. */
  private static final int[] OUR_GATE =
      Stream.of(Gate.G, Gate.F, Gate.O, Gate.I).mapToInt(CellKind.LSTM::place).toArray();

  /** theirs[i] = ours[source[i]]; null where both are the same. */
  private final int[] source;

  private ParameterOrder(int[] source) {
    this.source = source;
  }

  /** The engine's own order. */
  public static ParameterOrder identity() {
    return new ParameterOrder(null);
  }

  /** The order of a network of ours. */
  static ParameterOrder of(LanguageNetwork spec, LayerOrigin layers) {
    if (layers == LayerOrigin.TORCH) {
      return identity();
    }
    ParameterLayout layout = spec.layout();
    int[] source = new int[layout.size()];
    int at = 0;
    if (spec.input() == InputKind.EMBEDDING) {
      for (int m = 0; m < spec.embedding(); m++) {
        for (int v = 0; v < spec.vocabulary(); v++) {
          source[at++] = v * spec.embedding() + m;
        }
      }
    }
    for (int k = 0; k < spec.layers(); k++) {
      for (String name : new String[] {"weight_ih", "weight_hh", "bias_ih"}) {
        ParameterLayout.Tensor tensor = layout.tensor("rnn." + name + "_l" + k);
        int block = tensor.size() / OUR_GATE.length;
        for (int gate : OUR_GATE) {
          for (int i = 0; i < block; i++) {
            source[at++] = tensor.offset() + gate * block + i;
          }
        }
      }
    }
    for (int i = layout.tensor("out.weight").offset(); i < layout.size(); i++) {
      source[at++] = i;
    }
    return new ParameterOrder(source);
  }

  /**
   * Our order to the engine's.
   *
   * @param ours (blocks, parameters): one or more values a parameter, for instance its moments
   */
  public float[] toEngine(float[] ours) {
    if (source == null) {
      return ours.clone();
    }
    float[] theirs = new float[ours.length];
    for (int block = 0; block < ours.length; block += source.length) {
      for (int i = 0; i < source.length; i++) {
        theirs[block + i] = ours[block + source[i]];
      }
    }
    return theirs;
  }

  /** The engine's order to ours; the inverse of {@link #toEngine}. */
  float[] fromEngine(float[] theirs) {
    if (source == null) {
      return theirs.clone();
    }
    float[] ours = new float[theirs.length];
    for (int block = 0; block < ours.length; block += source.length) {
      for (int i = 0; i < source.length; i++) {
        ours[block + source[i]] = theirs[block + i];
      }
    }
    return ours;
  }
}
