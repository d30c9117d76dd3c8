package org.seqlm.neural.torch.layers;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.torch.device.RecurrentCalls;
import org.seqlm.neural.torch.device.RecurrentCalls.Purpose;

/**
 * Layers of a cell that libtorch, and so cuDNN, runs over a whole window in one call: one layer, or
 * several with nothing between them, which cuDNN runs side by side, a step apart. Of several this
 * is the last; those {@link Below} it hand on what they read, and on the way back the gradient that
 * this has found of it.
 */
final class WholeWindowLayer implements TorchLayer {
  private final LanguageNetwork spec;
  private final int batch;
  private final boolean oneHot;
  private final RecurrentCalls calls;
  private final FlatWeights weights;
  private final Tensor w; // of the first layer
  private final List<Below> below = new ArrayList<>();
  private boolean refreshed; // since the parameters changed last
  private Tensor input;
  private List<Tensor> leaves;
  private List<Tensor> window; // h of every step, then the states (L, B, H)

  private WholeWindowLayer(
      LanguageNetwork spec,
      int first,
      int last,
      int batch,
      RecurrentCalls calls,
      TorchParameters parameters) {
    this.spec = spec;
    this.batch = batch;
    this.calls = calls;
    oneHot = TorchLayer.oneHot(spec, first);
    weights = new FlatWeights(first, last, parameters);
    w = parameters.weight("rnn.weight_ih_l" + first);
    for (int k = first; k < last; k++) {
      below.add(new Below(k - first));
    }
  }

  /** Layers {@code first} to {@code last}, with nothing between them. */
  static List<TorchLayer> of(
      LanguageNetwork spec,
      int first,
      int last,
      int batch,
      RecurrentCalls calls,
      TorchParameters parameters) {
    WholeWindowLayer top = new WholeWindowLayer(spec, first, last, batch, calls, parameters);
    List<TorchLayer> all = new ArrayList<>(top.below);
    all.add(top);
    return all;
  }

  /** Whether a layer's cell and input are such. */
  static boolean has(LanguageNetwork spec, int k) {
    return RecurrentCalls.has(spec.cell(), spec.activation())
        && !(TorchLayer.oneHot(spec, k) && spec.vocabulary() > SPELT_OUT);
  }

  /** A layer that the last one runs. */
  private final class Below implements TorchLayer {
    private final int place;
    private List<Tensor> began;

    Below(int place) {
      this.place = place;
    }

    @Override
    public Tensor forward(Tensor x, Tensor tokens, List<Tensor> state) {
      began = state;
      return x;
    }

    @Override
    public List<Tensor> state() {
      return after(place);
    }

    @Override
    public Tensor backward(Tensor dh, Tensor x, Tensor tokens) {
      return dh;
    }
  }

  @Override
  public Tensor forward(Tensor x, Tensor tokens, List<Tensor> state) {
    weights.refresh();
    refreshed = false; // what is trained changes them
    List<Tensor> began = began(state);
    try (AutoGradMode on = new AutoGradMode(true)) {
      input = given(x, tokens).detach().requires_grad_(!oneHot);
      leaves = weights.leaves();
      window = run(input, began, new TensorVector(leaves.toArray(Tensor[]::new)), Purpose.TO_TRAIN);
    }
    return rows(window.get(0).detach());
  }

  @Override
  public void takeOver() {
    refreshed = false;
  }

  @Override
  public Tensor read(Tensor x, Tensor tokens, List<Tensor> state) {
    if (!refreshed) {
      weights.refresh();
      refreshed = true;
    }
    try (AutoGradMode off = new AutoGradMode(false)) {
      window = run(given(x, tokens), began(state), weights.all(), Purpose.TO_READ);
      return rows(window.get(0));
    }
  }

  private List<Tensor> run(Tensor x, List<Tensor> began, TensorVector by, Purpose purpose) {
    return calls.run(spec.cell(), spec.activation(), x, began, by, below.size() + 1, purpose);
  }

  /** (T, B, in). */
  private Tensor given(Tensor x, Tensor tokens) {
    Tensor read = oneHot ? TorchLayer.spellOut(tokens, w) : x;
    return read.view(read.size(0) / batch, batch, read.size(1));
  }

  /** (L, B, H) each: copies, for the caller writes the state after the window into its own. */
  private List<Tensor> began(List<Tensor> state) {
    List<Tensor> began = new ArrayList<>();
    for (int i = 0; i < state.size(); i++) {
      TensorVector all = new TensorVector();
      for (Below layer : below) {
        all.push_back(layer.began.get(i));
      }
      all.push_back(state.get(i));
      began.add(torch.stack(all));
    }
    return began;
  }

  private List<Tensor> after(int place) {
    return window.subList(1, window.size()).stream()
        .map(states -> states.detach().select(0, place))
        .toList();
  }

  private Tensor rows(Tensor h) {
    return h.reshape(h.size(0) * batch, h.size(2));
  }

  @Override
  public List<Tensor> state() {
    return after(below.size());
  }

  @Override
  public Tensor backward(Tensor dh, Tensor x, Tensor tokens) {
    List<Tensor> wanted = new ArrayList<>();
    for (Tensor leaf : leaves) {
      if (leaf.requires_grad()) {
        wanted.add(leaf);
      }
    }
    if (!oneHot) {
      wanted.add(input);
    }
    Tensor outputs = window.get(0);
    TensorVector found =
        calls.back(outputs, wanted, dh.view(outputs.size(0), outputs.size(1), outputs.size(2)));
    List<Tensor> into = weights.gradients();
    for (int i = 0; i < into.size(); i++) {
      into.get(i).copy_(found.get(i));
    }
    return oneHot ? null : rows(found.get(into.size()));
  }
}
