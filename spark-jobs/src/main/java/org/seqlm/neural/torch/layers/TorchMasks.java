package org.seqlm.neural.torch.layers;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.DropoutMasks;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.torch.device.TorchDevice;

/**
 * {@link DropoutMasks} as tensors, drawn on the device by the same generator bit for bit ({@link
 * KeyedRandom}, in 64-bit integers that wrap). For a GPU to draw them in Java and send them takes
 * longer than a step; on a CPU it takes one and a half times as long as this.
 */
public final class TorchMasks {
  private static final int BITS = 53; // of a uniform number

  private TorchMasks() {}

  /**
   * The mask {@link DropoutMasks#values}.
   *
   * @return (T B, width) of a type
   */
  public static Tensor of(
      DropoutMasks masks, DropoutMasks.Draw draw, TorchDevice device, torch.ScalarType type) {
    Tensor mask = device.empty(type, draw.time(), draw.batch(), draw.width());
    // Numbers take eight bytes a value, and are done with here.
    try (PointerScope scope = new PointerScope()) {
      Tensor numbers = numbers(draw.time(), draw.batch(), draw.width(), draw.numbering(), device);
      draw(masks.random(draw.what(), draw.layer()), draw.rate(), numbers, mask);
    }
    return mask.view((long) draw.time() * draw.batch(), draw.width());
  }

  /**
   * The factors {@link DropoutMasks#ofTokens}.
   *
   * @param tokens ids, of any shape
   * @return a factor for each, of a type
   */
  public static Tensor ofTokens(
      DropoutMasks masks, double rate, Tensor tokens, TorchDevice device, torch.ScalarType type) {
    Tensor factors = device.empty(type, tokens.numel());
    try (PointerScope scope = new PointerScope()) {
      draw(masks.tokenRandom(), rate, tokens.flatten().clone(), factors);
    }
    return factors;
  }

  private static Tensor count(long to, TorchDevice device) {
    return torch.arange(new Scalar(to), device.options(torch.ScalarType.Long));
  }

  /** (T, B, width): b + B (i + width t), or b + B (t + T i). */
  private static Tensor numbers(
      int time, int batch, int width, DropoutMasks.Numbering numbering, TorchDevice device) {
    boolean timeLast = numbering == DropoutMasks.Numbering.TIME_LAST;
    Tensor t =
        count(time, device).view(time, 1, 1).mul(new Scalar((long) batch * (timeLast ? width : 1)));
    Tensor i =
        count(width, device)
            .view(1, 1, width)
            .mul(new Scalar((long) batch * (timeLast ? 1 : time)));
    return count(batch, device).view(1, batch, 1).add(t).add(i);
  }

  /** Overwrites the numbers. */
  private static void draw(KeyedRandom random, double rate, Tensor numbers, Tensor mask) {
    Tensor z =
        numbers
            .mul_(new Scalar(KeyedRandom.GOLDEN))
            .add_(new Scalar(random.key() + KeyedRandom.GOLDEN));
    Tensor shifted = torch.empty_like(z);
    z.bitwise_xor_(shift(shifted, z, 30)).mul_(new Scalar(KeyedRandom.FIRST));
    z.bitwise_xor_(shift(shifted, z, 27)).mul_(new Scalar(KeyedRandom.SECOND));
    z.bitwise_xor_(shift(shifted, z, 31));
    // u 2^-53 < rate, as integers; the product is exact.
    long below = (long) Math.ceil(Math.scalb(rate, BITS));
    mask.copy_(shift(shifted, z, Long.SIZE - BITS).ge_(new Scalar(below)));
    mask.mul_(new Scalar(DropoutMasks.kept(rate)));
  }

  /** {@code z >>> by}: libtorch's shift keeps the sign. */
  private static Tensor shift(Tensor into, Tensor z, int by) {
    torch.bitwise_right_shift_out(into, z, new Scalar((long) by));
    return into.bitwise_and_(new Scalar(-1L >>> by));
  }
}
