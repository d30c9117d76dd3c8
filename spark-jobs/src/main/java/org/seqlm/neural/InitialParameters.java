package org.seqlm.neural;

import java.util.Arrays;
import java.util.List;

/**
 * A network's first parameters, the same for every engine: recurrent and linear layers uniform in
 * ±1/√(inputs) (recurrent ones in ±1/√H), embeddings standard normal, gains of a normalisation 1
 * and their biases 0, as PyTorch's; the forget gates' bias is as the network says. Each value is a
 * function of (seed, tensor, position).
 */
public final class InitialParameters {
  private InitialParameters() {}

  /** A fresh flat array in {@link ParameterLayout}'s order. */
  public static float[] create(NetworkSpec spec, long seed) {
    ParameterLayout layout = ParameterLayout.of(spec);
    float[] parameters = new float[layout.size()];
    for (ParameterLayout.Tensor tensor : layout.tensors()) {
      if (tensor.name().startsWith("norm.")) {
        float value = tensor.name().endsWith(".weight") ? 1 : 0;
        Arrays.fill(parameters, tensor.offset(), tensor.offset() + tensor.size(), value);
        continue;
      }
      KeyedRandom random = KeyedRandom.of(seed, "initial " + tensor.name());
      List<Integer> shape = tensor.shape();
      // A cluster's own softmax reads a projection that is narrower.
      boolean cluster = tensor.name().matches("out\\.tail\\.\\d+\\.1\\.weight");
      double bound = 1 / Math.sqrt(cluster ? shape.get(1) : spec.hidden());
      boolean forget = spec.cell().has(CellKind.Gate.F) && tensor.name().startsWith("rnn.bias_ih");
      for (int i = 0; i < tensor.size(); i++) {
        double value =
            tensor.name().equals("embedding.weight")
                ? random.normal(i)
                : (2 * random.uniform(i) - 1) * bound;
        if (forget && i / spec.hidden() == spec.cell().place(CellKind.Gate.F)) {
          value = spec.forgetBias();
        }
        parameters[tensor.offset() + i] = (float) value;
      }
    }
    return parameters;
  }
}
