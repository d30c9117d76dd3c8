package org.seqlm.neural.torch.layers;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The weights of recurrent layers in a storage of their own, in the order in which cuDNN wants them
 * ({@link org.seqlm.neural.torch.device.RecurrentCalls}): W and U of every layer, then b and a
 * second bias of every layer, which is zero and not trained. The order of {@link
 * org.seqlm.neural.network.ParameterLayout} is another, so what is trained is copied here, one copy
 * a layer and step (two where there are several layers), which also makes it narrow.
 */
final class FlatWeights {
  /** More than cuDNN asks for, should it round its space up, does no harm; less is copied. */
  private static final int SLACK = 4096;

  private final List<Tensor> from = new ArrayList<>();
  private final List<Tensor> into = new ArrayList<>();

  /** W, U, b, zero of each layer. */
  private final List<Tensor> weights = new ArrayList<>();

  private final List<Tensor> gradients = new ArrayList<>();

  /**
   * Of layers {@code first} to {@code last}; native memory belongs to the caller's scope.
   *
   * @param parameters where W, U and b of a layer follow one another
   */
  FlatWeights(int first, int last, TorchParameters parameters) {
    long matrices = 0;
    long biases = 0;
    for (int k = first; k <= last; k++) {
      matrices += weight(parameters, "weight_ih", k).numel();
      matrices += weight(parameters, "weight_hh", k).numel();
      biases += 2 * weight(parameters, "bias_ih", k).numel();
    }
    Tensor like = weight(parameters, "weight_ih", first);
    Tensor flat = torch.zeros(new long[] {matrices + biases + SLACK}, like.options());
    long at = 0;
    long biasAt = matrices;
    for (int k = first; k <= last; k++) {
      Tensor w = weight(parameters, "weight_ih", k);
      Tensor u = weight(parameters, "weight_hh", k);
      Tensor b = weight(parameters, "bias_ih", k);
      long both = w.numel() + u.numel();
      if (first == last) {
        copies(w, both + b.numel(), flat, at);
      } else {
        copies(w, both, flat, at);
        copies(b, b.numel(), flat, biasAt);
      }
      weights.add(flat.narrow(0, at, w.numel()).view(w.size(0), w.size(1)));
      weights.add(flat.narrow(0, at + w.numel(), u.numel()).view(u.size(0), u.size(1)));
      weights.add(flat.narrow(0, biasAt, b.numel()));
      weights.add(flat.narrow(0, biasAt + b.numel(), b.numel()));
      at += both;
      biasAt += 2 * b.numel();
      if (parameters.train()) {
        for (String name : List.of("weight_ih", "weight_hh", "bias_ih")) {
          gradients.add(parameters.gradient("rnn." + name + "_l" + k));
        }
      }
    }
  }

  private static Tensor weight(TorchParameters parameters, String name, int k) {
    return parameters.weight("rnn." + name + "_l" + k);
  }

  /** What follows the beginning of a tensor, whatever it is called there. */
  private void copies(Tensor beginning, long count, Tensor flat, long at) {
    from.add(beginning.as_strided(new long[] {count}, 1));
    into.add(flat.narrow(0, at, count));
  }

  /** Takes over what has been trained. */
  void refresh() {
    for (int i = 0; i < from.size(); i++) {
      into.get(i).copy_(from.get(i));
    }
  }

  /** W, U, b and the second bias of each layer. */
  TensorVector all() {
    return new TensorVector(weights.toArray(Tensor[]::new));
  }

  /** The same as leaves of a window; those that are trained ask for gradients. */
  List<Tensor> leaves() {
    List<Tensor> leaves = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      leaves.add(weights.get(i).detach().requires_grad_(i % 4 < 3));
    }
    return leaves;
  }

  /** Where the gradients of those that are trained belong: of W, U, b of each layer. */
  List<Tensor> gradients() {
    return gradients;
  }
}
