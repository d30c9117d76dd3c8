package org.seqlm.neural.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.DropoutMasks;
import org.seqlm.neural.DropoutRules;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.layers.TorchMasks;
import org.seqlm.neural.torch.layers.TorchParameters;

/**
 * What is dropped of one window, and how it acts: on what the embedding and the layers pass on, on
 * whole tokens, and on the recurrent weights, in place and for as long as the window takes, so that
 * all kernels read them dropped. Native memory belongs to the {@code PointerScope} of the step.
 */
final class Masks {
  /** The number of the embedding's mask; a layer's is its own, from 1. */
  private static final int EMBEDDING = -1;

  private final LanguageNetwork spec;
  private final TorchDevice device;
  private final torch.ScalarType computing;
  private final DropoutMasks dropout;
  private final int time;
  private final int batch;
  private final Tensor[] passedOn; // of the embedding, then of each layer
  private final Tensor[] weightMasks; // of U, then of M, of each layer
  private final Tensor[] weights; // what they were before
  private Tensor tokenFactors; // (T, B, 1)

  /**
   * Masks of a window; what is not dropped has none.
   *
   * @param dropout null drops nothing
   * @param time T of the window
   * @param batch B of it
   */
  Masks(
      LanguageNetwork spec,
      TorchDevice device,
      torch.ScalarType computing,
      DropoutMasks dropout,
      int time,
      int batch) {
    this.spec = spec;
    this.device = device;
    this.computing = computing;
    this.dropout = dropout;
    this.time = time;
    this.batch = batch;
    passedOn = new Tensor[spec.layers() + 1];
    weightMasks = new Tensor[2 * spec.layers()];
    weights = new Tensor[2 * spec.layers()];
  }

  /** Makes a mask on the device: the one place where a mask is drawn. */
  private Tensor draw(DropoutMasks.Draw draw) {
    return TorchMasks.of(dropout, draw, device, computing)
        .view(draw.time(), draw.batch(), draw.width());
  }

  /**
   * Drops of the vectors of a window's tokens.
   *
   * @param vectors (T B, m)
   * @param tokens (T B)
   */
  Tensor ofEmbedding(Tensor vectors, Tensor tokens) {
    double rate = spec.dropoutRules().tokens();
    if (dropout != null && rate > 0 && spec.input() == InputKind.EMBEDDING) {
      tokenFactors =
          TorchMasks.ofTokens(dropout, rate, tokens, device, computing).view(time, batch, 1);
    }
    passedOn[0] = ofValues(EMBEDDING, spec.embeddingDropout(), spec.embedding());
    return times(times(vectors, tokenFactors), passedOn[0]);
  }

  /**
   * Drops of what a layer passes on.
   *
   * @param k the layer, from 0
   * @param values (T B, H)
   */
  Tensor ofLayer(int k, Tensor values) {
    passedOn[k + 1] = ofValues(k + 1, spec.dropout(), spec.hidden());
    return times(values, passedOn[k + 1]);
  }

  private Tensor ofValues(int layer, double rate, int width) {
    if (dropout == null || rate == 0) {
      return null;
    }
    boolean same = spec.dropoutRules().kind() == DropoutRules.Kind.VARIATIONAL;
    return draw(
        new DropoutMasks.Draw(
            DropoutMasks.What.VALUES,
            layer,
            rate,
            same ? 1 : time,
            batch,
            width,
            layer == spec.layers()
                ? DropoutMasks.Numbering.WIDTH_LAST
                : DropoutMasks.Numbering.TIME_LAST));
  }

  private Tensor times(Tensor values, Tensor mask) {
    return mask == null ? values : torch.mul(rows(values), mask).view(values.size(0), -1);
  }

  /** (T B, width) as (T, B, width). */
  private Tensor rows(Tensor values) {
    return values.view(time, batch, -1);
  }

  /** The gradient of what was dropped of a layer's values, in place. */
  void backOfLayer(int k, Tensor gradient) {
    back(gradient, passedOn[k + 1]);
  }

  /** The gradient of the vectors, in place. */
  void backOfEmbedding(Tensor gradient) {
    back(gradient, passedOn[0]);
    back(gradient, tokenFactors);
  }

  private void back(Tensor gradient, Tensor mask) {
    if (mask != null) {
      rows(gradient).mul_(mask);
    }
  }

  /** Drops recurrent weights, in place, until {@link #restoreWeights}. */
  void dropWeights(TorchParameters parameters) {
    double rate = spec.dropoutRules().weights();
    if (dropout == null || rate == 0) {
      return;
    }
    int width = spec.hidden();
    for (int k = 0; k < spec.layers(); k++) {
      int gates = spec.cell().gates() * width;
      drop(parameters, 2 * k, DropoutMasks.What.WEIGHTS, k, rate, gates);
      if (spec.cell().lags() == 2) {
        drop(parameters, 2 * k + 1, DropoutMasks.What.LAG_WEIGHTS, k, rate, width);
      }
    }
  }

  private void drop(
      TorchParameters parameters, int i, DropoutMasks.What what, int k, double rate, int rows) {
    weightMasks[i] =
        draw(new DropoutMasks.Draw(
                what, k, rate, 1, rows, spec.hidden(), DropoutMasks.Numbering.TIME_LAST))
            .select(0, 0);
    Tensor weight = parameters.weight(name(i));
    weights[i] = weight.clone();
    weight.mul_(weightMasks[i]);
  }

  private static String name(int i) {
    return "rnn.weight_" + (i % 2 == 0 ? "hh" : "hh2") + "_l" + i / 2;
  }

  /** The gradient of the weights before they were dropped, of that of the dropped ones. */
  void backOfWeights(TorchParameters parameters) {
    for (int i = 0; i < weightMasks.length; i++) {
      if (weightMasks[i] != null) {
        parameters.wideGradient(name(i)).mul_(weightMasks[i].to(parameters.wide()));
      }
    }
  }

  /** Puts back the weights that {@link #dropWeights} dropped. */
  void restoreWeights(TorchParameters parameters) {
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] != null) {
        parameters.weight(name(i)).copy_(weights[i]);
      }
    }
  }
}
