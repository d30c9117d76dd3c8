package org.seqlm.neural.torch.modules;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.network.AttentionBody;

/**
 * Blocks of self-attention over a padded batch, as {@link AttentionBody} has them: no step reads
 * what is padded.
 */
final class AttentionBlocks {
  private final AttentionBody body;
  private final String prefix;
  private final int mask;

  /**
   * @param prefix of the parameters' names
   * @param mask the number of the first mask; two a block follow
   */
  AttentionBlocks(AttentionBody body, String prefix, int mask) {
    this.body = body;
    this.prefix = prefix;
    this.mask = mask;
  }

  /**
   * What goes in, of the blocks' width, behind a class token.
   *
   * @param x (B, T, in)
   * @param token the name of the token's vector (1, D); null for none
   * @return (B, T, D), or (B, 1 + T, D)
   */
  Tensor begin(Pass pass, Tensor x, String token) {
    Tensor wide = x.size(2) == body.width() ? x : pass.linear(prefix + "project", x);
    if (token == null) {
      return wide;
    }
    Tensor first = pass.weight(token).unsqueeze(0).expand(x.size(0), 1, body.width());
    return torch.cat(new TensorVector(first, wide), 1);
  }

  /**
   * Adds positions to what {@link #begin} made.
   *
   * @param z (B, T, D)
   */
  Tensor placed(Pass pass, Tensor z) {
    int time = (int) z.size(1);
    float[] codes = SinusoidalPositions.codes(time, body.width());
    return z.add(pass.device().of(pass.type(), codes, time, body.width()));
  }

  /**
   * Runs the blocks and normalises.
   *
   * @param z (B, T, D)
   * @return (B, T, D)
   */
  Tensor run(Pass pass, Tensor z, Padding padding) {
    // (B, 1, 1, T): of the keys, the same for every head and query.
    Tensor counts = padding.isNone() ? null : padding.counts().unsqueeze(1).unsqueeze(1);
    Tensor values = z;
    for (int i = 0; i < body.blocks(); i++) {
      String layer = prefix + "layers." + i + ".";
      Tensor attended = attention(pass, layer, pass.norm(layer + "norm1", values), counts);
      values = values.add(dropped(pass, mask + 2 * i, attended));
      Tensor normed = pass.norm(layer + "norm2", values);
      Tensor inner = torch.gelu(pass.linear(layer + "linear1", normed));
      Tensor made = pass.linear(layer + "linear2", inner);
      values = values.add(dropped(pass, mask + 2 * i + 1, made));
    }
    return pass.norm(prefix + "norm", values);
  }

  /** Masks are of (T, B, D). */
  private Tensor dropped(Pass pass, int number, Tensor values) {
    return pass.drop(number, body.dropout(), values.transpose(0, 1)).transpose(0, 1);
  }

  private Tensor attention(Pass pass, String layer, Tensor z, Tensor counts) {
    long batch = z.size(0);
    long time = z.size(1);
    long width = body.width();
    long head = width / body.heads();
    String name = layer + "self_attn.";
    Tensor bias = pass.weight(name + "in_proj_bias");
    Tensor products =
        torch.linear(z, pass.weight(name + "in_proj_weight"), new TensorOptional(bias));
    // Each of q, k, v: (B, heads, T, D / heads).
    Tensor[] parts =
        products.view(batch, time, 3, body.heads(), head).permute(2, 0, 3, 1, 4).unbind(0).get();
    Tensor seen = Attention.soft(parts[0], parts[1], parts[2], counts, 1 / Math.sqrt(head));
    return pass.linear(
        name + "out_proj", seen.transpose(1, 2).contiguous().view(batch, time, width));
  }
}
