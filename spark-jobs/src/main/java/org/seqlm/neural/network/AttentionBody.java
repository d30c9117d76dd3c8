package org.seqlm.neural.network;

import org.seqlm.Problems;

/**
 * Blocks of multi-head self-attention (Vaswani et al. 2017) with the normalisation before each part
 * (pre-norm; Dosovitskiy et al. 2021, equations 2 and 3): {@code z' = MSA(LN(z)) + z}, {@code z'' =
 * MLP(LN(z')) + z'} with GELU, and {@code LN} of what comes last. Sinusoidal positions are added to
 * what goes in, whose width is D.
 *
 * <p>Parameters, as PyTorch's {@code TransformerEncoder} names them, behind the prefix: {@code
 * layers.{i}.self_attn.in_proj_weight} (3 D, D) and {@code in_proj_bias} (3 D), {@code
 * self_attn.out_proj}, {@code linear1} (F, D), {@code linear2} (D, F), {@code norm1}, {@code
 * norm2}; {@code norm}; and before these {@code project} (D, in) where what goes in has another
 * width.
 *
 * @param blocks L, 1 to 64
 * @param width D, 1 to 16384, a multiple of {@code heads}
 * @param heads of attention, 1 or more
 * @param inner F, the width inside a block's MLP, 1 to 65536
 * @param dropout the chance that a value which a part of a block adds is zero while training, 0 to
 *     0.95
 */
public record AttentionBody(int blocks, int width, int heads, int inner, double dropout)
    implements Body {

  public AttentionBody {
    new Problems()
        .inRange("network.layers", blocks, 1, 64)
        .inRange("network.hidden", width, 1, 16384)
        .inRange("network.heads", heads, 1, 1024)
        .inRange("network.inner", inner, 1, 65536)
        .inRange("network.dropout", dropout, 0, 0.95)
        .require(
            heads < 1 || width % heads == 0,
            "network.hidden " + width + " must be a multiple of network.heads " + heads)
        .throwIfAny();
  }

  @Override
  public int outputWidth() {
    return width;
  }

  @Override
  public String title() {
    return "attention " + blocks + "x" + width + " of " + heads + " heads";
  }

  @Override
  public void add(ParameterLayout.Builder builder, String prefix, int inputs) {
    if (inputs != width) {
      builder.linear(prefix + "project", inputs, width);
    }
    for (int i = 0; i < blocks; i++) {
      String layer = prefix + "layers." + i + ".";
      builder
          .norm(layer + "norm1", width)
          .add(
              layer + "self_attn.in_proj_weight",
              Initial.glorot(width, 3 * width),
              3 * width,
              width)
          .add(layer + "self_attn.in_proj_bias", Initial.constant(0), 3 * width)
          .add(layer + "self_attn.out_proj.weight", Initial.linear(width), width, width)
          .add(layer + "self_attn.out_proj.bias", Initial.constant(0), width)
          .norm(layer + "norm2", width)
          .linear(layer + "linear1", width, inner)
          .linear(layer + "linear2", inner, width);
    }
    builder.norm(prefix + "norm", width);
  }
}
