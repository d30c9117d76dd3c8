package org.seqlm.neural.torch.layers;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.NetworkSpec;
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
  private final Tensor products;
  private final Tensor dx;
  private final torch.ScalarType wide;
  private final int time;
  private final int batch;
  private final int hidden;

  OwnLayer(
      NetworkSpec spec,
      int k,
      int time,
      int batch,
      TorchDevice device,
      torch.ScalarType type,
      TorchParameters parameters) {
    this.time = time;
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
    if (x == null) {
      TorchLookUp.forward(w, b, tokens, products);
    } else {
      Products.affine(products, b, x, w.t());
    }
    recurrence.forward(state, u, m);
    return recurrence.outputs().view(rows, hidden);
  }

  @Override
  public List<Tensor> state() {
    return recurrence.state();
  }

  @Override
  public Tensor backward(Tensor dh, Tensor x, Tensor tokens) {
    recurrence.backward(dh.view(time, batch, hidden), u, m, du, dm);
    if (x == null) {
      TorchLookUp.backward(products, tokens, wide, dw, db);
      return null;
    }
    torch.sum_out(db, products, 0);
    Products.multiply(dw, products.t(), x);
    return Products.multiply(dx, products, w);
  }
}
