package org.seqlm.neural.network;

import org.seqlm.neural.KeyedRandom;

/**
 * A network's first parameters, the same for every engine, as its layout says of each tensor. Each
 * value is a function of (seed, tensor, position).
 */
public final class InitialParameters {
  private InitialParameters() {}

  /** A fresh flat array in the order of {@link Network#layout}. */
  public static float[] create(Network network, long seed) {
    ParameterLayout layout = network.layout();
    float[] parameters = new float[layout.size()];
    for (ParameterLayout.Tensor tensor : layout.tensors()) {
      KeyedRandom random = KeyedRandom.of(seed, "initial " + tensor.name());
      for (int i = 0; i < tensor.size(); i++) {
        parameters[tensor.offset() + i] = (float) tensor.initial().at(random, i);
      }
    }
    return parameters;
  }
}
