package org.seqlm.neural.torch.layers;

import java.util.List;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.T_TensorTensorTensorTensorTensorTensorTensor_T;
import org.bytedeco.pytorch.T_TensorTensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.network.LanguageNetwork;

/** An LSTM with oneDNN's layer, forward and backward, as PyTorch's own runs one on a CPU. */
final class OneDnnLayer implements TorchLayer {
  private static final long LSTM = 2; // oneDNN's wrapper's number of the cell
  private static final long[] ALL_OF_ONE_LENGTH = {};

  private final int batch;
  private final int hidden;
  private final boolean oneHot;
  private final Tensor w;
  private final Tensor u;
  private final Tensor b;
  private final Tensor none; // the second bias, which is not trained
  private final Tensor dw;
  private final Tensor du;
  private final Tensor db;
  private Tensor input;
  private List<Tensor> began;
  private T_TensorTensorTensorTensor_T window; // h of every step, h, c, workspace

  OneDnnLayer(LanguageNetwork spec, int k, int batch, TorchParameters parameters) {
    this.batch = batch;
    hidden = spec.hidden();
    oneHot = TorchLayer.oneHot(spec, k);
    w = parameters.weight("rnn.weight_ih_l" + k);
    u = parameters.weight("rnn.weight_hh_l" + k);
    b = parameters.weight("rnn.bias_ih_l" + k);
    none = torch.zeros_like(b);
    dw = parameters.gradient("rnn.weight_ih_l" + k);
    du = parameters.gradient("rnn.weight_hh_l" + k);
    db = parameters.gradient("rnn.bias_ih_l" + k);
  }

  @Override
  public Tensor forward(Tensor x, Tensor tokens, List<Tensor> state) {
    input = (oneHot ? TorchLayer.spellOut(tokens, w) : x).view(-1, batch, w.size(1));
    // The caller writes the state after the window into these before the way back.
    began = List.of(state.get(0).clone(), state.get(1).clone());
    // It keeps what the way back needs only where gradients are on; no tensor here wants one.
    try (AutoGradMode on = new AutoGradMode(true)) {
      window = run(input, began, true);
    }
    return window.get0().view(-1, hidden);
  }

  @Override
  public Tensor read(Tensor x, Tensor tokens, List<Tensor> state) {
    Tensor given = oneHot ? TorchLayer.spellOut(tokens, w) : x;
    try (AutoGradMode off = new AutoGradMode(false)) {
      window = run(given.view(-1, batch, w.size(1)), state, false);
      return window.get0().reshape(-1, hidden);
    }
  }

  private T_TensorTensorTensorTensor_T run(Tensor given, List<Tensor> from, boolean train) {
    return torch.mkldnn_rnn_layer(
        given,
        w,
        u,
        b,
        none,
        from.get(0),
        from.get(1),
        false,
        ALL_OF_ONE_LENGTH,
        LSTM,
        hidden,
        1,
        true,
        false,
        false,
        train);
  }

  @Override
  public List<Tensor> state() {
    return List.of(window.get1().view(batch, hidden), window.get2().view(batch, hidden));
  }

  @Override
  public Tensor backward(Tensor dh, Tensor x, Tensor tokens) {
    Tensor nothing = torch.zeros_like(window.get1());
    T_TensorTensorTensorTensorTensorTensorTensor_T slopes =
        torch.mkldnn_rnn_layer_backward(
            input,
            w,
            u,
            b,
            none,
            began.get(0),
            began.get(1),
            window.get0(),
            window.get1(),
            window.get2(),
            new TensorOptional(dh.view(-1, batch, hidden)),
            new TensorOptional(nothing),
            new TensorOptional(nothing),
            false,
            LSTM,
            hidden,
            1,
            true,
            true,
            false,
            ALL_OF_ONE_LENGTH,
            false,
            window.get3());
    dw.copy_(slopes.get1());
    du.copy_(slopes.get2());
    db.copy_(slopes.get3());
    return oneHot ? null : slopes.get0().view(-1, w.size(1));
  }
}
