package org.seqlm.neural.torch;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.NetworkSpec;

/** A layer of a network with its parameters, whatever computes it. */
interface RecurrentLayer {
  /** What computes. */
  enum Kernels {
    /** {@link TorchRecurrence}: the faster on a CPU. */
    OWN,
    /**
     * {@link TorchCells} and automatic differentiation: the faster on a GPU, where cuDNN runs a
     * whole window in a few launches.
     */
    BUILT_IN
  }

  /** Widest one-hot input that is spelt out where the kernel takes no products. */
  int SPELT_OUT = 4096;

  /**
   * Runs a window.
   *
   * @param x (T B, in), null for one-hot input
   * @param tokens (T B), for that
   * @param state before the first step, not changed
   * @return h of every step, (T B, H)
   */
  Tensor forward(Tensor x, Tensor tokens, List<Tensor> state);

  /** After the last step. */
  List<Tensor> state();

  /**
   * Writes the gradients of the layer's parameters, but that of one-hot input's.
   *
   * @param dh (T B, H), overwritten
   * @param x as before
   * @return the gradient of x, (T B, in); for one-hot input that of the input products, (T B, G H)
   */
  Tensor backward(Tensor dh, Tensor x);

  static RecurrentLayer of(
      Kernels kernels,
      NetworkSpec spec,
      int k,
      int time,
      int batch,
      TorchDevice device,
      torch.ScalarType type,
      TorchParameters parameters) {
    return kernels == Kernels.OWN
        ? new Own(spec, k, time, batch, device, type, parameters)
        : new BuiltIn(spec, k, time, batch, parameters);
  }

  /** The rows of W x + b for one-hot x. */
  static Tensor lookUp(Tensor w, Tensor b, Tensor tokens) {
    if (w.size(1) <= tokens.numel()) {
      // (V, G H), few rows that are read often.
      return torch.add(w.t(), b).index_select(0, tokens);
    }
    return torch.add(w.index_select(1, tokens).t(), b);
  }

  /** With {@link TorchRecurrence}. */
  final class Own implements RecurrentLayer {
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
    private final int time;
    private final int batch;
    private final int hidden;

    Own(
        NetworkSpec spec,
        int k,
        int time,
        int batch,
        TorchDevice device,
        torch.ScalarType type,
        TorchParameters parameters) {
      this.time = time;
      this.batch = batch;
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
      boolean oneHot = k == 0 && spec.input() == InputKind.ONE_HOT;
      dx = oneHot ? null : device.empty(type, rows, w.size(1));
    }

    @Override
    public Tensor forward(Tensor x, Tensor tokens, List<Tensor> state) {
      if (x == null) {
        products.copy_(lookUp(w, b, tokens));
      } else {
        torch.addmm_out(products, b, x, w.t());
      }
      recurrence.forward(state, u, m);
      return recurrence.outputs().view(rows, hidden);
    }

    @Override
    public List<Tensor> state() {
      return recurrence.state();
    }

    @Override
    public Tensor backward(Tensor dh, Tensor x) {
      recurrence.backward(dh.view(time, batch, hidden), u, m, du, dm);
      torch.sum_out(db, products, 0);
      if (x == null) {
        return products;
      }
      torch.mm_out(dw, products.t(), x);
      return torch.mm_out(dx, products, w);
    }
  }

  /** With {@link TorchCells}. */
  final class BuiltIn implements RecurrentLayer {
    private final NetworkSpec spec;
    private final int time;
    private final int batch;
    private final int hidden;
    private final boolean oneHot;
    private final List<Tensor> weights = new ArrayList<>();
    private final List<Tensor> gradients = new ArrayList<>();
    private Tensor input;
    private List<Tensor> leaves;
    private TorchCells.Window window;

    BuiltIn(NetworkSpec spec, int k, int time, int batch, TorchParameters parameters) {
      this.spec = spec;
      this.time = time;
      this.batch = batch;
      hidden = spec.hidden();
      oneHot = k == 0 && spec.input() == InputKind.ONE_HOT;
      for (String name : new String[] {"weight_ih", "weight_hh", "bias_ih", "weight_hh2"}) {
        String full = "rnn." + name + "_l" + k;
        if (parameters.weight(full) != null) {
          weights.add(parameters.weight(full));
          gradients.add(parameters.gradient(full));
        }
      }
    }

    @Override
    public Tensor forward(Tensor x, Tensor tokens, List<Tensor> carried) {
      // What is differentiated later must not change till then, and the carried state does.
      List<Tensor> state = carried.stream().map(Tensor::clone).toList();
      try (AutoGradMode on = new AutoGradMode(true)) {
        leaves = new ArrayList<>();
        for (Tensor weight : weights) {
          leaves.add(weight.detach().requires_grad_(true));
        }
        Tensor m = leaves.size() > 3 ? leaves.get(3) : null;
        if (oneHot) {
          // The gradient of the products is asked for, not that of W: its rows are summed in a
          // wider type.
          try (AutoGradMode off = new AutoGradMode(false)) {
            input = lookUp(weights.get(0), weights.get(2), tokens).contiguous();
          }
          input = input.view(time, batch, input.size(1)).detach().requires_grad_(true);
          window = TorchCells.recur(spec.cell(), spec.activation(), input, state, leaves.get(1), m);
        } else {
          input = x.view(time, batch, x.size(1)).detach().requires_grad_(true);
          window =
              TorchCells.forward(
                  spec.cell(),
                  spec.activation(),
                  input,
                  state,
                  leaves.get(0),
                  leaves.get(1),
                  m,
                  leaves.get(2));
        }
      }
      return window.outputs().detach().reshape((long) time * batch, hidden);
    }

    @Override
    public List<Tensor> state() {
      return window.state().stream().map(Tensor::detach).toList();
    }

    @Override
    public Tensor backward(Tensor dh, Tensor x) {
      TensorVector wanted = new TensorVector(input);
      for (int i = oneHot ? 1 : 0; i < leaves.size(); i++) {
        if (!oneHot || i != 2) {
          wanted.push_back(leaves.get(i));
        }
      }
      TensorVector found =
          torch.grad(
              new TensorVector(window.outputs()),
              wanted,
              new TensorVector(dh.view(time, batch, hidden)),
              new BoolOptional(false),
              false,
              false);
      int at = 1;
      Tensor d = found.get(0);
      d = d.reshape((long) time * batch, d.size(2));
      for (int i = oneHot ? 1 : 0; i < leaves.size(); i++) {
        if (oneHot && i == 2) {
          torch.sum_out(gradients.get(2), d, 0);
        } else {
          gradients.get(i).copy_(found.get(at++));
        }
      }
      return d;
    }
  }
}
