package org.seqlm.neural.torch.modules;

import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.DropoutMasks;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.network.Decoding;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.layers.TorchMasks;

/**
 * One way through a network: its parameters as they are now, what is dropped, and how it trains.
 * Native memory belongs to the {@code PointerScope} in which it is made, and of what it makes to
 * that in which it is asked.
 */
public final class Pass {
  private final TorchDevice device;
  private final torch.ScalarType type;
  private final Map<String, Tensor> views;
  private final DropoutMasks masks; // null drops nothing
  private final Recipe recipe; // null of one that trains nothing
  private final Decoding decoding; // null of one that writes nothing

  private Pass(ModuleParameters parameters, DropoutMasks masks, Recipe recipe, Decoding decoding) {
    device = parameters.device();
    type = parameters.type();
    views = parameters.views();
    this.masks = masks;
    this.recipe = recipe;
    this.decoding = decoding;
  }

  /** The same without dropout, of which nothing is trained. */
  private Pass(Pass other) {
    device = other.device;
    type = other.type;
    views = other.views;
    masks = null;
    recipe = null;
    decoding = null;
  }

  /**
   * To train.
   *
   * @param masks of this worker's step; null drops nothing
   */
  public static Pass toTrain(ModuleParameters parameters, DropoutMasks masks, Recipe recipe) {
    return new Pass(parameters, masks, recipe, null);
  }

  /** To predict; whoever asks has libtorch's gradients off. */
  public static Pass toRead(ModuleParameters parameters) {
    return toRead(parameters, null);
  }

  /**
   * To predict.
   *
   * @param decoding how targets are written, by networks that write them; null for the likeliest
   *     tokens
   */
  public static Pass toRead(ModuleParameters parameters, Decoding decoding) {
    return new Pass(parameters, null, null, decoding);
  }

  /** Of the same parameters, to read while something trains. */
  Pass reading() {
    return new Pass(this);
  }

  public TorchDevice device() {
    return device;
  }

  /** Of floating numbers. */
  public torch.ScalarType type() {
    return type;
  }

  /** Seed, worker and step, for who draws something else by them; null where nothing is drawn. */
  public DropoutMasks masks() {
    return masks;
  }

  /** How it trains; null of a pass that trains nothing. */
  public Recipe recipe() {
    return recipe;
  }

  /** How targets are written; null where nobody said. */
  Decoding decoding() {
    return decoding;
  }

  /** ε of label smoothing. */
  double smoothing() {
    return recipe == null ? 0 : recipe.labelSmoothing();
  }

  /**
   * A parameter.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public Tensor weight(String name) {
    Tensor view = views.get(name);
    if (view == null) {
      throw new IllegalArgumentException("no tensor " + name + " among " + views.keySet());
    }
    return view;
  }

  /** The affine map {@code name.weight} and {@code name.bias} of rows of any shape. */
  public Tensor linear(String name, Tensor rows) {
    return torch.linear(rows, weight(name + ".weight"), new TensorOptional(weight(name + ".bias")));
  }

  /** The layer normalisation {@code name.weight} and {@code name.bias} of rows of any shape. */
  Tensor norm(String name, Tensor rows) {
    Tensor gain = weight(name + ".weight");
    return torch.layer_norm(
        rows,
        new long[] {gain.size(0)},
        new TensorOptional(gain),
        new TensorOptional(weight(name + ".bias")),
        1e-5,
        false);
  }

  /**
   * Drops values: those of a step of a sequence are a function of (seed, worker, step, number, the
   * sequence's place in the batch).
   *
   * @param number keeps the masks of a pass apart
   * @param values (T, B, width)
   */
  public Tensor drop(int number, double rate, Tensor values) {
    if (masks == null || rate == 0) {
      return values;
    }
    DropoutMasks.Draw draw =
        new DropoutMasks.Draw(
            DropoutMasks.What.VALUES,
            number,
            rate,
            (int) values.size(0),
            (int) values.size(1),
            (int) values.size(2),
            DropoutMasks.Numbering.TIME_LAST);
    return values.mul(TorchMasks.of(masks, draw, device, type).view(values.sizes()));
  }

  /** An array of a batch. */
  public Tensor floats(Batch.Floats array) {
    return device.of(type, trimmed(array.values(), array.shape()), wide(array.shape()));
  }

  /** An array of a batch. */
  public Tensor ints(Batch.Ints array) {
    long[] values = new long[size(array.shape())];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.values()[i];
    }
    return device.of(values, wide(array.shape()));
  }

  private static float[] trimmed(float[] values, int[] shape) {
    int size = size(shape);
    return values.length == size ? values : java.util.Arrays.copyOf(values, size);
  }

  private static int size(int[] shape) {
    int size = 1;
    for (int extent : shape) {
      size = Math.multiplyExact(size, extent);
    }
    return size;
  }

  private static long[] wide(int[] shape) {
    return java.util.Arrays.stream(shape).asLongStream().toArray();
  }
}
