package org.seqlm.neural.torch.modules;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.network.Frames;

/**
 * A label of frames: of a batch it reads {@code values} (B, T, H, W, C) and {@code label} (B). Each
 * frame is read by itself, and recurrent layers read what came of them; or the patches of all
 * frames are read together.
 */
final class FramesModule extends LabelModule {
  private static final int READER_MASK = 1;
  private static final int OVER_MASK = 1001; // behind two of every block

  private final Frames network;

  FramesModule(Frames network) {
    this.network = network;
  }

  @Override
  Tensor logits(Pass pass, Batch batch) {
    int size = batch.size();
    int frames = network.frames();
    Tensor values =
        pass.floats(batch.floats("values"))
            .view((long) size * frames, network.height(), network.width(), network.channels());
    Tensor vectors =
        switch (network.reader()) {
          case PATCHES -> patches(pass, cut(values), size * frames, network.patches());
          case CONVOLUTION -> convolved(pass, values);
          case SPACE_TIME -> patches(pass, cut(values), size, frames * network.patches());
        };
    if (network.over() == null) {
      return pass.linear("out", vectors);
    }
    Padding whole = Padding.none(size, frames, pass.device());
    Tensor x = vectors.view(size, frames, network.frameWidth()).transpose(0, 1);
    Tensor read =
        new Recurrence(network.over(), "over.", OVER_MASK)
            .run(pass, x, whole, Recurrence.Wanted.OUTPUTS)
            .outputs();
    Tensor last = Pools.last(network.over().direction(), read.transpose(0, 1), whole);
    return pass.linear("out", last);
  }

  /**
   * The patches of frames, each flattened: row, column, channel.
   *
   * @param values (N, H, W, C)
   * @return (N, patches, P P C)
   */
  private Tensor cut(Tensor values) {
    int patch = network.patch();
    long down = network.height() / patch;
    long along = network.width() / patch;
    return values
        .view(values.size(0), down, patch, along, patch, network.channels())
        .permute(0, 1, 3, 2, 4, 5)
        .reshape(values.size(0), down * along, (long) patch * patch * network.channels());
  }

  /** The class token's vector behind the blocks, (sequences, D). */
  private Tensor patches(Pass pass, Tensor cut, int sequences, int length) {
    AttentionBlocks blocks = new AttentionBlocks(network.attention(), "", READER_MASK);
    Tensor projected = pass.linear("patch", cut.view(sequences, length, -1));
    Tensor z = blocks.placed(pass, blocks.begin(pass, projected, "class_token"));
    Padding whole = Padding.none(sequences, length + 1, pass.device());
    return blocks.run(pass, z, whole).select(1, 0);
  }

  /**
   * What a convolution makes of frames.
   *
   * @param values (N, H, W, C)
   * @return (N, D)
   */
  private Tensor convolved(Pass pass, Tensor values) {
    long patch = network.patch();
    Tensor made =
        torch.conv2d(
            values.permute(0, 3, 1, 2).contiguous(),
            pass.weight("convolution.weight"),
            new TensorOptional(pass.weight("convolution.bias")),
            new long[] {1, 1},
            new long[] {1, 1},
            new long[] {1, 1},
            1);
    // (N, D, H / P, W / P): the mean of each patch.
    Tensor means = torch.avg_pool2d(torch.relu(made), patch, patch);
    return pass.linear("patch", means.reshape(values.size(0), -1));
  }
}
