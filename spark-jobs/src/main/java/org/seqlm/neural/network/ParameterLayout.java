package org.seqlm.neural.network;

import java.util.ArrayList;
import java.util.List;
import org.seqlm.UserException;
import org.seqlm.neural.CellKind;

/**
 * Where each tensor of a network lies in one flat array of float32, and what it is first. Names,
 * shapes and the order of the gates ({@link CellKind}) are PyTorch's where it has them; a gate has
 * one trainable bias, so {@code bias_hh} does not exist and is zero for who wants it. What tensors
 * a network has is said where the network is. Tensors are row-major and follow one another.
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
   * @param initial its first values
   */
  public record Tensor(String name, List<Integer> shape, int offset, Initial initial) {
    /** Of one that is not a network's own, and has no first values. */
    public Tensor(String name, List<Integer> shape, int offset) {
      this(name, shape, offset, null);
    }

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

  /** Puts tensors one behind the other. */
  static final class Builder {
    private final List<Tensor> tensors = new ArrayList<>();
    private long size;

    /** Adds a tensor behind those before. */
    Builder add(String name, Initial initial, Integer... shape) {
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
      tensors.add(new Tensor(name, List.of(shape), (int) size, initial));
      size += elements;
      return this;
    }

    /** An affine map, as PyTorch's {@code Linear}: {@code name.weight} and {@code name.bias}. */
    Builder linear(String name, int inputs, int outputs) {
      return add(name + ".weight", Initial.linear(inputs), outputs, inputs)
          .add(name + ".bias", Initial.linear(inputs), outputs);
    }

    /** Gain and bias of a layer normalisation: {@code name.weight} and {@code name.bias}. */
    Builder norm(String name, int width) {
      return add(name + ".weight", Initial.constant(1), width)
          .add(name + ".bias", Initial.constant(0), width);
    }

    ParameterLayout build() {
      return new ParameterLayout(tensors, (int) size);
    }
  }
}
