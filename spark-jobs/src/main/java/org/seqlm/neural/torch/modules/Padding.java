package org.seqlm.neural.torch.modules;

import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.torch.device.TorchDevice;

/**
 * How long the sequences of a padded batch are: B sequences of T steps, what is behind the end of
 * each counting for nothing. Native memory of what it makes belongs to the caller's scope.
 */
public final class Padding {
  private final int[] lengths;
  private final int time;
  private final TorchDevice device;
  private final boolean none;

  private Padding(int[] lengths, int time, TorchDevice device) {
    this.lengths = lengths;
    this.time = time;
    this.device = device;
    none = Arrays.stream(lengths).allMatch(length -> length == time);
  }

  /**
   * Of sequences that differ.
   *
   * @param lengths (B), 1 to T
   * @param time T
   */
  public static Padding of(int[] lengths, int time, TorchDevice device) {
    for (int b = 0; b < lengths.length; b++) {
      if (lengths[b] < 1 || lengths[b] > time) {
        throw new IllegalArgumentException(
            "sequence " + b + " has " + lengths[b] + " steps, not 1 to " + time);
      }
    }
    return new Padding(lengths, time, device);
  }

  /** Of sequences that are all as long. */
  public static Padding none(int batch, int time, TorchDevice device) {
    int[] lengths = new int[batch];
    Arrays.fill(lengths, time);
    return new Padding(lengths, time, device);
  }

  /** The same with so many steps more before each sequence. */
  Padding behind(int steps) {
    int[] longer = Arrays.stream(lengths).map(length -> length + steps).toArray();
    return new Padding(longer, time + steps, device);
  }

  /** Whether all sequences are as long as the batch. */
  public boolean isNone() {
    return none;
  }

  /** B. */
  public int batch() {
    return lengths.length;
  }

  /** T. */
  public int time() {
    return time;
  }

  /** (B). */
  public int[] lengths() {
    return lengths;
  }

  /** Steps that count, Σ lengths. */
  public int steps() {
    return Arrays.stream(lengths).sum();
  }

  /** Which steps count, (B, T) of booleans. */
  public Tensor counts() {
    Tensor steps = torch.arange(new Scalar(time), device.options(torch.ScalarType.Long));
    return steps.unsqueeze(0).lt(lengthsOnDevice().unsqueeze(1));
  }

  /** The same, (T, B, 1). */
  Tensor countsTimeFirst() {
    return counts().t().unsqueeze(2);
  }

  /** (B) of whole numbers. */
  Tensor lengthsOnDevice() {
    return device.of(Arrays.stream(lengths).asLongStream().toArray(), lengths.length);
  }

  /**
   * The steps that count, sequence by sequence: places in (B T), (Σ lengths).
   *
   * @see #steps
   */
  public long[] places() {
    long[] places = new long[steps()];
    int at = 0;
    for (int b = 0; b < lengths.length; b++) {
      for (int t = 0; t < lengths[b]; t++) {
        places[at++] = (long) b * time + t;
      }
    }
    return places;
  }

  /**
   * Rows of the steps that count.
   *
   * @param values (B, T, width)
   * @return (Σ lengths, width), in the order of {@link #places}
   */
  public Tensor rows(Tensor values) {
    Tensor rows = values.reshape((long) batch() * time, values.size(2));
    return none ? rows : rows.index_select(0, device.of(places(), steps()));
  }

  /**
   * Each sequence from its end to its beginning; what is padded stays where it is. Twice is the
   * identity.
   *
   * @param values (T, B, width)
   */
  public Tensor reversed(Tensor values) {
    if (none) {
      return values.flip(0);
    }
    int batch = batch();
    long[] from = new long[time * batch];
    for (int t = 0; t < time; t++) {
      for (int b = 0; b < batch; b++) {
        int mirrored = t < lengths[b] ? lengths[b] - 1 - t : t;
        from[t * batch + b] = (long) mirrored * batch + b;
      }
    }
    return values
        .reshape((long) time * batch, values.size(2))
        .index_select(0, device.of(from, from.length))
        .view(values.sizes());
  }

  /**
   * What each sequence has at its last step.
   *
   * @param values (B, T, width)
   * @return (B, width)
   */
  public Tensor last(Tensor values) {
    if (none) {
      return values.select(1, time - 1L);
    }
    long[] places = new long[batch()];
    for (int b = 0; b < places.length; b++) {
      places[b] = (long) b * time + lengths[b] - 1;
    }
    return values
        .reshape((long) batch() * time, values.size(2))
        .index_select(0, device.of(places, places.length));
  }
}
