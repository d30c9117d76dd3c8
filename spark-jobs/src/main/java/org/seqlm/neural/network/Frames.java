package org.seqlm.neural.network;

import org.seqlm.Problems;

/**
 * Frames of H×W×C values in, a label out. An image is one frame.
 *
 * <ul>
 *   <li>{@link Reader#PATCHES}: a frame is cut into patches P×P×C, each flattened (row, column,
 *       channel) and projected by {@code patch} (D, P P C); a class token stands before them and
 *       positions are added; the frame is the class token's vector behind the blocks (a vision
 *       transformer, Dosovitskiy et al. 2021).
 *   <li>{@link Reader#CONVOLUTION}: {@code convolution} (D, C, 3, 3), padded by 1, ReLU, and the
 *       mean over each patch P×P, projected by {@code patch} (D, D · patches).
 *   <li>{@link Reader#SPACE_TIME}: one class token and the P×P×C patches of all frames together,
 *       with positions in the order (frame, row, column); no recurrent layers.
 * </ul>
 *
 * Behind the first two, of more than one frame, recurrent layers {@code over.rnn.*} read frame by
 * frame, and their last state becomes logits by {@code out}; of one frame its vector does.
 *
 * @param height H, a multiple of {@code patch}
 * @param width W, likewise
 * @param channels C
 * @param frames T, at least 1
 * @param reader of a frame
 * @param patch P
 * @param attention the blocks; null with {@link Reader#CONVOLUTION}
 * @param convolved D of {@link Reader#CONVOLUTION}, else 0
 * @param over the recurrent layers; null for one frame, and with {@link Reader#SPACE_TIME}
 * @param classes at least 2
 */
public record Frames(
    int height,
    int width,
    int channels,
    int frames,
    Reader reader,
    int patch,
    AttentionBody attention,
    int convolved,
    RecurrentBody over,
    int classes)
    implements Network {

  /** What reads a frame. */
  public enum Reader {
    PATCHES,
    CONVOLUTION,
    SPACE_TIME
  }

  public Frames {
    boolean convolves = reader == Reader.CONVOLUTION;
    boolean recurs = frames > 1 && reader != Reader.SPACE_TIME;
    new Problems()
        .atLeast("the frames' height", height, 1)
        .atLeast("the frames' width", width, 1)
        .atLeast("the frames' channels", channels, 1)
        .atLeast("the number of frames", frames, 1)
        .present("network.frames", reader, "patches, convolution or space-time")
        .atLeast("network.patch", patch, 1)
        .require(
            patch < 1 || (height % patch == 0 && width % patch == 0),
            "network.patch "
                + patch
                + " must divide the frames' height "
                + height
                + " and width "
                + width)
        .require(convolves == (attention == null), "attention is of patches")
        .require(convolves == (convolved > 0), "a width is of a convolution")
        .require(recurs == (over != null), "recurrent layers are of several frames")
        .atLeast("the number of labels", classes, 2)
        .throwIfAny();
  }

  /** Patches of a frame. */
  public int patches() {
    return height / patch * (width / patch);
  }

  /** The width of a frame's vector. */
  public int frameWidth() {
    return attention == null ? convolved : attention.width();
  }

  /** The width of what becomes the label. */
  public int outputWidth() {
    return over == null ? frameWidth() : over.outputWidth();
  }

  @Override
  public ParameterLayout layout() {
    ParameterLayout.Builder builder = new ParameterLayout.Builder();
    if (reader == Reader.CONVOLUTION) {
      builder
          .add("convolution.weight", Initial.linear(9 * channels), convolved, channels, 3, 3)
          .add("convolution.bias", Initial.linear(9 * channels), convolved)
          .linear("patch", convolved * patches(), convolved);
    } else {
      builder.linear("patch", patch * patch * channels, attention.width());
      builder.add("class_token", Initial.normal(0.02), 1, attention.width());
      attention.add(builder, "", attention.width());
    }
    if (over != null) {
      over.add(builder, "over.", frameWidth());
    }
    return builder.linear("out", outputWidth(), classes).build();
  }

  @Override
  public double lossBound() {
    return Math.log(classes) + EXPLOSION;
  }

  @Override
  public String title() {
    String read = reader == Reader.CONVOLUTION ? "convolution " + convolved : attention.title();
    return read + (over == null ? "" : ", then " + over.title()) + ", " + classes + " labels";
  }

  @Override
  public String what() {
    return frames == 1 ? "network over images" : "network over frames";
  }
}
