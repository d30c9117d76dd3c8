package org.seqlm.neural.torch.modules;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A batch's loss, scalars.
 *
 * @param nats the mean negative log-probability, or log-density, of the targets: what is reported
 * @param objective what is differentiated: the same without label smoothing
 */
public record Loss(Tensor nats, Tensor objective) {
  /** Without smoothing. */
  static Loss of(Tensor nats) {
    return new Loss(nats, nats);
  }

  /**
   * Cross-entropy, the mean over rows, with label smoothing (Szegedy et al. 2016, section 7): what
   * is differentiated is {@code (1 − ε) · −log p(target) + ε · mean over labels of −log p}.
   *
   * @param logits (N, C)
   * @param targets (N) of whole numbers, each below C
   */
  public static Loss crossEntropy(Pass pass, Tensor logits, Tensor targets) {
    Tensor logs = torch.log_softmax(logits, 1);
    Tensor nats = torch.nll_loss(logs, targets);
    double smoothing = pass.smoothing();
    if (smoothing == 0) {
      return of(nats);
    }
    Tensor all = logs.mean().neg();
    return new Loss(nats, nats.mul(new Scalar(1 - smoothing)).add(all, new Scalar(smoothing)));
  }
}
