package org.seqlm.neural.torch.layers;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.torch.device.TorchDevice;

/** A layer whose backward pass is our own, by {@link TorchRecurrence}. */
final class OwnLayer implements TorchLayer {
  private final TorchRecurrence recurrence;
  private final long rows;
  private final Tensor w;
  private final Tensor u;
  private final Tensor m;
  private final Tensor b;
  private final Tensor dw;
  private final Tensor du;
  private final Tensor dm;
  private final Tensor db;
  private final Tensor products; // of the longest window, and so is dx
  private final Tensor dx;
  private final torch.ScalarType wide;
  private final int batch;
  private final int hidden;

  OwnLayer(
      LanguageNetwork spec,
      int k,
      int time,
      int batch,
      TorchDevice device,
      torch.ScalarType type,
      TorchParameters parameters) {
    this.batch = batch;
    wide = parameters.wide();
    hidden = spec.hidden();
    rows = (long) time * batch;
    recurrence =
        new TorchRecurrence(
            spec.cell(), spec.activation(), time, batch, spec.hidden(), device.options(type));
    w = parameters.weight("rnn.weight_ih_l" + k);
    u = parameters.weight("rnn.weight_hh_l" + k);
    m = parameters.weight("rnn.weight_hh2_l" + k);
    b = parameters.weight("rnn.bias_ih_l" + k);
    dw = parameters.gradient("rnn.weight_ih_l" + k);
    du = parameters.gradient("rnn.weight_hh_l" + k);
    dm = parameters.gradient("rnn.weight_hh2_l" + k);
    db = parameters.gradient("rnn.bias_ih_l" + k);
    products = recurrence.products().view(rows, w.size(0));
    dx = TorchLayer.oneHot(spec, k) ? null : device.empty(type, rows, w.size(1));
  }

  @Override
  public Tensor forward(Tensor x, Tensor tokens, List<Tensor> state) {
    long steps = tokens.numel() / batch;
    recurrence.window(Math.toIntExact(steps));
    Tensor of = first(products, steps * batch);
    if (x == null) {
      TorchLookUp.forward(w, b, tokens, of);
    } else {
      Products.affine(of, b, x, w.t());
    }
    recurrence.forward(state, u, m);
    return recurrence.outputs().view(-1, hidden);
  }

  private Tensor first(Tensor all, long count) {
    return count == rows ? all : all.narrow(0, 0, count);
  }

  @Override
  public List<Tensor> state() {
    return recurrence.state();
  }

  @Override
  public Tensor backward(Tensor dh, Tensor x, Tensor tokens) {
    return backward(dh, x, tokens, null);
  }

  @Override
  public Tensor backward(Tensor dh, Tensor x, Tensor tokens, double[] passed) {
    recurrence.backward(dh.view(-1, batch, hidden), u, m, du, dm, passed);
    Tensor of = first(products, tokens.numel());
    if (x == null) {
      TorchLookUp.backward(of, tokens, wide, dw, db);
      return null;
    }
    torch.sum_out(db, of, 0);
    Products.multiply(dw, of.t(), x);
    return Products.multiply(first(dx, tokens.numel()), of, w);
  }
}
