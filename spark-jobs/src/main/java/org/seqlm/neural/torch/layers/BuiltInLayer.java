package org.seqlm.neural.torch.layers;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.network.LanguageNetwork;

/**
 * A layer that libtorch differentiates step by step, by {@link TorchCells}: what {@link
 * WholeWindowLayer} has not.
 */
final class BuiltInLayer implements TorchLayer {
  private final LanguageNetwork spec;
  private final int batch;
  private final int hidden;
  private final torch.ScalarType wide;
  private final boolean oneHot;

  /** One-hot input that is looked up, for it is too wide to be spelt out. */
  private final boolean looksUp;

  /** W, U, b and, where there is one, M. */
  private final List<Tensor> weights = new ArrayList<>();

  private final List<Tensor> gradients = new ArrayList<>();
  private Tensor input;
  private List<Tensor> leaves;
  private TorchCells.Window window;

  BuiltInLayer(LanguageNetwork spec, int k, int batch, TorchParameters parameters) {
    this.spec = spec;
    this.batch = batch;
    hidden = spec.hidden();
    wide = parameters.wide();
    oneHot = TorchLayer.oneHot(spec, k);
    looksUp = oneHot && spec.vocabulary() > SPELT_OUT;
    for (String name : new String[] {"weight_ih", "weight_hh", "bias_ih", "weight_hh2"}) {
      String full = "rnn." + name + "_l" + k;
      if (parameters.weight(full) != null) {
        weights.add(parameters.weight(full));
        gradients.add(parameters.gradient(full));
      }
    }
  }

  @Override
  public Tensor forward(Tensor x, Tensor tokens, List<Tensor> state) {
    // The caller writes the state after the window into these before the way back.
    List<Tensor> began = state.stream().map(Tensor::clone).toList();
    try (AutoGradMode on = new AutoGradMode(true)) {
      input = given(x, tokens).detach().requires_grad_(!oneHot || looksUp);
      leaves = new ArrayList<>();
      for (Tensor weight : weights) {
        leaves.add(weight.detach().requires_grad_(true));
      }
      window = run(input, began, leaves);
    }
    return window.outputs().detach().reshape(-1, hidden);
  }

  @Override
  public Tensor read(Tensor x, Tensor tokens, List<Tensor> state) {
    try (AutoGradMode off = new AutoGradMode(false)) {
      // What a window leaves may be what it began with, into which the caller writes.
      window = run(given(x, tokens), state.stream().map(Tensor::clone).toList(), weights);
      return window.outputs().reshape(-1, hidden);
    }
  }

  /** What is run over: (T, B, in), or W x + b where rows of W are looked up. */
  private Tensor given(Tensor x, Tensor tokens) {
    Tensor read = x;
    if (looksUp) {
      read =
          torch.zeros(
              new long[] {tokens.numel(), weights.get(0).size(0)}, weights.get(0).options());
      TorchLookUp.forward(weights.get(0), weights.get(2), tokens, read);
    } else if (oneHot) {
      read = TorchLayer.spellOut(tokens, weights.get(0));
    }
    return read.view(-1, batch, read.size(1));
  }

  private TorchCells.Window run(Tensor given, List<Tensor> state, List<Tensor> by) {
    Tensor m = by.size() > 3 ? by.get(3) : null;
    return looksUp
        ? TorchCells.recur(spec.cell(), spec.activation(), given, state, by.get(1), m)
        : TorchCells.forward(
            spec.cell(), spec.activation(), given, state, by.get(0), by.get(1), m, by.get(2));
  }

  @Override
  public List<Tensor> state() {
    return window.state().stream().map(Tensor::detach).toList();
  }

  @Override
  public Tensor backward(Tensor dh, Tensor x, Tensor tokens) {
    List<Tensor> wanted = new ArrayList<>();
    List<Tensor> into = new ArrayList<>();
    for (int i = 0; i < leaves.size(); i++) {
      if (!looksUp || i % 2 == 1) {
        // W and b are not in what was differentiated where their product was looked up.
        wanted.add(leaves.get(i));
        into.add(gradients.get(i));
      }
    }
    if (input.requires_grad()) {
      wanted.add(input);
    }
    TensorVector found =
        torch.grad(
            new TensorVector(window.outputs()),
            new TensorVector(wanted.toArray(Tensor[]::new)),
            new TensorVector(dh.view(-1, batch, hidden)),
            new BoolOptional(false),
            false,
            false);
    for (int i = 0; i < into.size(); i++) {
      into.get(i).copy_(found.get(i));
    }
    if (!input.requires_grad()) {
      return null;
    }
    Tensor d = found.get(into.size());
    d = d.reshape(-1, d.size(2));
    if (!looksUp) {
      return d;
    }
    TorchLookUp.backward(d, tokens, wide, gradients.get(0), gradients.get(2));
    return null;
  }
}
