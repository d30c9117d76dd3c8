package org.seqlm.neural;

import java.util.ArrayList;
import java.util.List;
import org.seqlm.UserException;

/**
 * Where each tensor of a network lies in one flat array of float32. Names, shapes and the order of
 * the gates ({@link CellKind}) are PyTorch's where it has them; a gate has one trainable bias, so
 * {@code bias_hh} does not exist and is zero for who wants it:
 *
 * <ul>
 *   <li>{@code embedding.weight} (V, m), unless the input is one-hot
 *   <li>{@code rnn.weight_ih_l{k}} (G H, in), {@code rnn.weight_hh_l{k}} (G H, H), {@code
 *       rnn.bias_ih_l{k}} (G H) for each layer k of a cell of G gates; with a lag of 2 also {@code
 *       rnn.weight_hh2_l{k}} (H, H)
 *   <li>{@code norm.{k}.weight} and {@code norm.{k}.bias} (H) for each layer k, gain and bias of a
 *       {@code LayerNorm}, where what layers pass on is normalised
 *   <li>{@code out.weight} (V, H), unless it is the embedding's, and {@code out.bias} (V); or,
 *       where the output is adaptive with n clusters, {@code out.head.weight} (c + n, H), c the
 *       first cutoff, and for each cluster i {@code out.tail.{i}.0.weight} (width, H) and {@code
 *       out.tail.{i}.1.weight} (tokens, width), as {@code AdaptiveLogSoftmaxWithLoss} has them
 * </ul>
 *
 * Tensors are row-major and follow one another in this order.
 */
public final class ParameterLayout {
  private final List<Tensor> tensors;
  private final int size;

  /**
   * A tensor's place.
   *
   * @param name PyTorch's
   * @param shape row-major
   * @param offset of its first element in the flat array
   */
  public record Tensor(String name, List<Integer> shape, int offset) {
    /** The number of elements. */
    public int size() {
      int size = 1;
      for (int extent : shape) {
        size *= extent;
      }
      return size;
    }
  }

  private ParameterLayout(List<Tensor> tensors, int size) {
    this.tensors = List.copyOf(tensors);
    this.size = size;
  }

  /**
   * The layout of a network.
   *
   * @throws UserException with exit code 2 if it has more than 2^31 - 1 parameters
   */
  public static ParameterLayout of(NetworkSpec spec) {
    Builder builder = new Builder();
    int gates = spec.cell().gates() * spec.hidden();
    if (spec.input() == InputKind.EMBEDDING) {
      builder.add("embedding.weight", spec.vocabulary(), spec.embedding());
    }
    for (int k = 0; k < spec.layers(); k++) {
      builder.add("rnn.weight_ih_l" + k, gates, spec.inputWidth(k));
      builder.add("rnn.weight_hh_l" + k, gates, spec.hidden());
      if (spec.cell().lags() == 2) {
        builder.add("rnn.weight_hh2_l" + k, spec.hidden(), spec.hidden());
      }
      builder.add("rnn.bias_ih_l" + k, gates);
    }
    for (int k = 0; k < spec.layers() && spec.normalises(); k++) {
      builder.add("norm." + k + ".weight", spec.hidden());
      builder.add("norm." + k + ".bias", spec.hidden());
    }
    if (spec.output() == OutputKind.ADAPTIVE) {
      int clusters = spec.cutoffs().size();
      builder.add("out.head.weight", spec.cutoffs().get(0) + clusters, spec.hidden());
      for (int i = 0; i < clusters; i++) {
        builder.add("out.tail." + i + ".0.weight", spec.clusterWidth(i), spec.hidden());
        builder.add("out.tail." + i + ".1.weight", spec.clusterTokens(i), spec.clusterWidth(i));
      }
    } else {
      if (spec.output() == OutputKind.FULL) {
        builder.add("out.weight", spec.vocabulary(), spec.hidden());
      }
      builder.add("out.bias", spec.vocabulary());
    }
    return new ParameterLayout(builder.tensors, (int) builder.size);
  }

  /** All tensors in the order of their offsets. */
  public List<Tensor> tensors() {
    return tensors;
  }

  /** The length of the flat array. */
  public int size() {
    return size;
  }

  /** A tensor by name. */
  public Tensor tensor(String name) {
    return tensors.stream()
        .filter(tensor -> tensor.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no tensor " + name));
  }

  /** A tensor's values out of a flat array, by name. */
  public float[] copy(String name, float[] parameters) {
    Tensor tensor = tensor(name);
    return java.util.Arrays.copyOfRange(
        parameters, tensor.offset(), tensor.offset() + tensor.size());
  }

  private static final class Builder {
    private final List<Tensor> tensors = new ArrayList<>();
    private long size;

    void add(String name, Integer... shape) {
      long elements = 1;
      for (int extent : shape) {
        elements *= extent;
      }
      if (size + elements > Integer.MAX_VALUE) {
        throw UserException.configuration(
            "the network has more than 2147483647 parameters at "
                + name
                + " "
                + List.of(shape)
                + ": lower network.hidden, network.embedding or the vocabulary's size");
      }
      tensors.add(new Tensor(name, List.of(shape), (int) size));
      size += elements;
    }
  }
}
