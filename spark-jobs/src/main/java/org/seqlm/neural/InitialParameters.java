package org.seqlm.neural;

import java.util.List;

/**
 * A network's first parameters, the same for every engine: recurrent and linear layers uniform in
 * ±1/√H and embeddings standard normal, as PyTorch's; the forget gates' bias is as the network
 * says. Each value is a function of (seed, tensor, position).
 */
public final class InitialParameters {
  private InitialParameters() {}

  /** A fresh flat array in {@link ParameterLayout}'s order. */
  public static float[] create(NetworkSpec spec, long seed) {
    ParameterLayout layout = ParameterLayout.of(spec);
    float[] parameters = new float[layout.size()];
    double bound = 1 / Math.sqrt(spec.hidden());
    for (ParameterLayout.Tensor tensor : layout.tensors()) {
      KeyedRandom random = KeyedRandom.of(seed, "initial " + tensor.name());
      List<Integer> shape = tensor.shape();
      boolean forget = tensor.name().startsWith("rnn.bias_ih");
      for (int i = 0; i < tensor.size(); i++) {
        double value =
            tensor.name().equals("embedding.weight")
                ? random.normal(i)
                : (2 * random.uniform(i) - 1) * bound;
        int gate = i / Math.max(1, shape.get(0) / spec.cell().gates());
        if (forget && gate == 1) {
          value = spec.forgetBias();
        }
        parameters[tensor.offset() + i] = (float) value;
      }
    }
    return parameters;
  }
}
