package org.seqlm.neural.torch.layers;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.torch.device.TorchDevice;

/**
 * The last layer's state to the targets' negative log-probabilities, and back. Logarithms and sums
 * are of the parameters' type, products of the computing one.
 *
 * <p>Deeplearning4j's softmax, {@code neural.dl4j.layers.SoftmaxOnTorch}, has a loop of its own
 * over the same rows at once: its loss is a sum and not a mean, its labels may be distributions and
 * masked, and the order in which it rounds is held by the models that were trained with it.
 */
public final class TorchOutput {
  private static final long SCORES = 1 << 23;

  private final LanguageNetwork spec;
  private final TorchDevice device;
  private final TorchParameters parameters;
  private final double smoothing;

  /**
   * What only reads holds its scores and their logarithms here, again and again: memory as large is
   * the system's each time, and every page of it zeroed. Null where a network trains.
   */
  private final Tensor scoresAtOnce;

  private final Tensor logsAtOnce;

  /** To read, or to train without smoothing. */
  public TorchOutput(LanguageNetwork spec, TorchDevice device, TorchParameters parameters) {
    this(spec, device, parameters, 0);
  }

  /**
   * An output.
   *
   * @param smoothing ε of label smoothing (Szegedy et al. 2016, section 7): gradients are those of
   *     (1 − ε) (−log p of the target) + ε (the mean of −log p over the vocabulary); losses stay
   *     −log p of the target. 0 where the output is adaptive
   */
  public TorchOutput(
      LanguageNetwork spec, TorchDevice device, TorchParameters parameters, double smoothing) {
    this.smoothing = smoothing;
    this.spec = spec;
    this.device = device;
    this.parameters = parameters;
    long values = scoresToRead(spec.vocabulary());
    scoresAtOnce = parameters.train() ? null : device.empty(parameters.wide(), values);
    logsAtOnce = parameters.train() ? null : device.empty(parameters.wide(), values);
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
      int cluster = spec.cluster(targets[i]);
      head[i] = cluster < 0 ? targets[i] : first + cluster;
    }
    softmax(h, "out.head.weight", null, device.of(head, head.length), share, dh, losses);
    for (int i = 0; i < spec.cutoffs().size(); i++) {
      try (PointerScope scope = new PointerScope()) {
        tail(i, h, targets, share, dh, losses);
      }
    }
    return losses;
  }

  /** Adds what the tokens of a cluster take within it. */
  private void tail(int i, Tensor h, long[] targets, double share, Tensor dh, Tensor losses) {
    String projection = "out.tail." + i + ".0.weight";
    String weight = "out.tail." + i + ".1.weight";
    long[] rows = new long[targets.length];
    long[] within = new long[targets.length];
    int count = 0;
    for (int n = 0; n < targets.length; n++) {
      if (spec.cluster(targets[n]) == i) {
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
   * The token that a number in [0, 1) falls to where each token takes its probability, in the order
   * of the ids (of an adaptive output, of the head's entries, then of a cluster's tokens).
   *
   * @param h (N, H)
   * @param uniform (N), each in [0, 1)
   */
  public long[] drawn(Tensor h, double[] uniform) {
    boolean adaptive = spec.output() == OutputKind.ADAPTIVE;
    String weight =
        adaptive
            ? "out.head.weight"
            : spec.output() == OutputKind.TIED ? "embedding.weight" : "out.weight";
    double[] left = uniform.clone();
    long[] drawn = new long[uniform.length];
    long most = rowsAtOnce(parameters.weight(weight).size(0));
    for (int from = 0; from < drawn.length; from += (int) most) {
      try (PointerScope scope = new PointerScope()) {
        long count = Math.min(most, drawn.length - from);
        draw(h.narrow(0, from, count), weight, adaptive ? null : "out.bias", left, from, drawn);
      }
    }
    for (int n = 0; adaptive && n < drawn.length; n++) {
      int cluster = Math.toIntExact(drawn[n] - spec.cutoffs().get(0));
      if (cluster >= 0) {
        try (PointerScope scope = new PointerScope()) {
          String tail = "out.tail." + cluster;
          Tensor own = h.narrow(0, n, 1);
          Tensor projected = torch.mm(own, parameters.weight(tail + ".0.weight").t());
          draw(projected, tail + ".1.weight", null, left, n, drawn);
          drawn[n] += spec.cutoffs().get(cluster);
        }
      }
    }
    return drawn;
  }

  /**
   * Draws an entry of a softmax for each row.
   *
   * @param left the numbers to draw by, from {@code at} on; then where in its entry each fell, [0,
   *     1)
   */
  private void draw(Tensor x, String weight, String bias, double[] left, int at, long[] drawn) {
    Tensor b = bias == null ? null : parameters.weight(bias);
    double[] p = TorchDevice.doubles(logs(x, parameters.weight(weight).t(), b).exp_());
    int rows = Math.toIntExact(x.size(0));
    int width = p.length / rows;
    for (int n = 0; n < rows; n++) {
      double sum = 0;
      for (int i = 0; i < width; i++) {
        sum += p[n * width + i];
      }
      double rest = left[at + n] * sum;
      int entry = 0;
      while (entry < width - 1 && rest >= p[n * width + entry]) {
        rest -= p[n * width + entry++];
      }
      drawn[at + n] = entry;
      left[at + n] = Math.min(rest / p[n * width + entry], Math.nextDown(1.0));
    }
  }

  /**
   * Rows whose scores are held at a time, the next in their place: of a large vocabulary there is
   * nothing larger.
   *
   * @param scores of a row
   */
  public static long rowsAtOnce(long scores) {
    return Math.max(64, SCORES / scores);
  }

  /** The scores, and as many logarithms, that what only reads holds. */
  public static long scoresToRead(long vocabulary) {
    return Math.max(SCORES, rowsAtOnce(vocabulary) * vocabulary);
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
    long most = rowsAtOnce(w.size(0));
    for (long from = 0; from < rows; from += most) {
      try (PointerScope scope = new PointerScope()) {
        long count = Math.min(most, rows - from);
        Tensor x = in.narrow(0, from, count);
        Tensor target = targets.narrow(0, from, count).unsqueeze(1);
        Tensor log = parameters.train() ? logs(x, wt, b) : logsAtOnce(x, wt, b);
        torch.neg_out(losses.narrow(0, from, count), log.gather(1, target).squeeze(1));
        if (dIn != null) {
          // ∂loss/∂scores = p − (1 − ε) [target] − ε/V.
          Tensor d = log.exp_().scatter_add_(1, target, minusOne(count));
          if (smoothing > 0) {
            d.sub_(new Scalar(smoothing / w.size(0)));
          }
          d.mul_(new Scalar(share));
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

  private Tensor logsAtOnce(Tensor x, Tensor wt, Tensor b) {
    long count = x.size(0);
    long width = wt.size(1);
    Tensor scores = scoresAtOnce.narrow(0, 0, count * width).view(count, width);
    if (b == null) {
      Products.multiply(scores, x, wt);
    } else {
      Products.affine(scores, b, x, wt);
    }
    Tensor logs = logsAtOnce.narrow(0, 0, count * width).view(count, width);
    return torch.log_softmax_out(logs, scores, 1);
  }

  private Tensor minusOne(long count) {
    return device.zeros(parameters.wide(), count, 1).sub_(new Scalar(1 - smoothing));
  }
}
