package org.seqlm.neural.torch.layers;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.NetworkSpec;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.torch.device.TorchDevice;

/**
 * The last layer's state to the targets' negative log-probabilities, and back. Logarithms and sums
 * are of the parameters' type, products of the computing one.
 *
 * <p>Deeplearning4j's softmax, {@code neural.dl4j.layers.SoftmaxOnTorch}, has a loop of its own
 * over the same turns: its loss is a sum and not a mean, its labels may be distributions and
 * masked, and the order in which it rounds is held by the models that were trained with it.
 */
public final class TorchOutput {
  private static final long SCORES = 1 << 23;

  private final NetworkSpec spec;
  private final TorchDevice device;
  private final TorchParameters parameters;

  /**
   * What only reads holds its scores and their logarithms here, turn after turn: memory as large is
   * the system's each time, and every page of it zeroed. Null where a network trains.
   */
  private final Tensor scoresOfTurn;

  private final Tensor logsOfTurn;

  public TorchOutput(NetworkSpec spec, TorchDevice device, TorchParameters parameters) {
    this.spec = spec;
    this.device = device;
    this.parameters = parameters;
    long values = Math.max(SCORES, turn(spec.vocabulary()) * spec.vocabulary());
    scoresOfTurn = parameters.train() ? null : device.empty(parameters.wide(), values);
    logsOfTurn = parameters.train() ? null : device.empty(parameters.wide(), values);
  }

  /**
   * The loss, and with {@code dh} its gradients.
   *
   * @param h (N, H)
   * @param targets (N)
   * @param dh receives the gradient of the mean over N of h, (N, H); null computes none
   * @return (N): −log p of each target
   */
  public Tensor losses(Tensor h, long[] targets, Tensor dh) {
    Tensor losses = device.empty(parameters.wide(), targets.length);
    double share = 1.0 / targets.length;
    if (spec.output() != OutputKind.ADAPTIVE) {
      String weight = spec.output() == OutputKind.TIED ? "embedding.weight" : "out.weight";
      softmax(h, weight, "out.bias", device.of(targets, targets.length), share, dh, losses);
      return losses;
    }
    int first = spec.cutoffs().get(0);
    long[] head = new long[targets.length];
    for (int i = 0; i < head.length; i++) {
      head[i] = targets[i] < first ? targets[i] : first + cluster(targets[i]);
    }
    softmax(h, "out.head.weight", null, device.of(head, head.length), share, dh, losses);
    for (int i = 0; i < spec.cutoffs().size(); i++) {
      try (PointerScope scope = new PointerScope()) {
        tail(i, h, targets, share, dh, losses);
      }
    }
    return losses;
  }

  private int cluster(long token) {
    int cluster = -1;
    while (cluster + 1 < spec.cutoffs().size() && token >= spec.cutoffs().get(cluster + 1)) {
      cluster++;
    }
    return cluster;
  }

  /** Adds what the tokens of a cluster take within it. */
  private void tail(int i, Tensor h, long[] targets, double share, Tensor dh, Tensor losses) {
    String projection = "out.tail." + i + ".0.weight";
    String weight = "out.tail." + i + ".1.weight";
    long[] rows = new long[targets.length];
    long[] within = new long[targets.length];
    int count = 0;
    for (int n = 0; n < targets.length; n++) {
      if (targets[n] >= spec.cutoffs().get(0) && cluster(targets[n]) == i) {
        rows[count] = n;
        within[count++] = targets[n] - spec.cutoffs().get(i);
      }
    }
    if (count == 0) {
      if (dh != null) {
        parameters.gradient(projection).zero_();
        parameters.gradient(weight).zero_();
      }
      return;
    }
    Tensor at = device.of(Arrays.copyOf(rows, count), count);
    Tensor own = h.index_select(0, at);
    Tensor p = parameters.weight(projection);
    Tensor projected = Products.affine(null, own, p.t());
    Tensor ownLosses = device.empty(parameters.wide(), count);
    Tensor d = dh == null ? null : torch.empty_like(projected);
    softmax(
        projected,
        weight,
        null,
        device.of(Arrays.copyOf(within, count), count),
        share,
        d,
        ownLosses);
    losses.index_add_(0, at, ownLosses);
    if (dh != null) {
      Products.multiply(parameters.gradient(projection), d.t(), own);
      dh.index_add_(0, at, Products.affine(null, d, p));
    }
  }

  /**
   * Rows whose scores are held at a time, more are done in turns: of a large vocabulary there is
   * nothing larger.
   *
   * @param scores of a row
   */
  public static long turn(long scores) {
    return Math.max(64, SCORES / scores);
  }

  private void softmax(
      Tensor in,
      String weight,
      String bias,
      Tensor targets,
      double share,
      Tensor dIn,
      Tensor losses) {
    Tensor w = parameters.weight(weight);
    Tensor wt = w.t();
    Tensor b = bias == null ? null : parameters.weight(bias);
    long rows = in.size(0);
    long turn = turn(w.size(0));
    for (long from = 0; from < rows; from += turn) {
      try (PointerScope scope = new PointerScope()) {
        long count = Math.min(turn, rows - from);
        Tensor x = in.narrow(0, from, count);
        Tensor target = targets.narrow(0, from, count).unsqueeze(1);
        Tensor log = parameters.train() ? logs(x, wt, b) : logsOfTurn(x, wt, b);
        torch.neg_out(losses.narrow(0, from, count), log.gather(1, target).squeeze(1));
        if (dIn != null) {
          // ∂loss/∂scores = p − [target].
          Tensor d = log.exp_().scatter_add_(1, target, minusOne(count)).mul_(new Scalar(share));
          d = d.to(in.scalar_type());
          Products.multiply(dIn.narrow(0, from, count), d, w);
          Tensor gw = parameters.gradient(weight);
          if (from == 0) {
            Products.multiply(gw, d.t(), x);
          } else {
            Products.add(gw, d.t(), x);
          }
          if (b != null) {
            Tensor gb = parameters.gradient(bias);
            Tensor sum = d.sum(0);
            if (from == 0) {
              gb.copy_(sum);
            } else {
              gb.add_(sum);
            }
          }
        }
      }
    }
  }

  private Tensor logs(Tensor x, Tensor wt, Tensor b) {
    Tensor scores = Products.affine(b, x, wt);
    return torch.log_softmax(scores.to(parameters.wide()), 1);
  }

  private Tensor logsOfTurn(Tensor x, Tensor wt, Tensor b) {
    long count = x.size(0);
    long width = wt.size(1);
    Tensor scores = scoresOfTurn.narrow(0, 0, count * width).view(count, width);
    if (b == null) {
      Products.multiply(scores, x, wt);
    } else {
      Products.affine(scores, b, x, wt);
    }
    Tensor logs = logsOfTurn.narrow(0, 0, count * width).view(count, width);
    return torch.log_softmax_out(logs, scores, 1);
  }

  private Tensor minusOne(long count) {
    return device.zeros(parameters.wide(), count, 1).sub_(new Scalar(1));
  }
}
