package org.seqlm.neural.torch.layers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.network.ParameterLayout;
import org.seqlm.neural.torch.device.TorchDevice;

/**
 * The parameters and their gradient as one flat tensor each, with a view of every named tensor.
 * Where products are narrower than float32, the views are of a narrow copy: of the parameters made
 * anew each step, of the gradient widened at its end.
 */
public final class TorchParameters {
  private static final String EMBEDDING = "embedding.weight";

  /** Rows of an embedding to each that a window reads, from which on going by rows gains. */
  private static final int MANY = 16;

  private final torch.ScalarType wide;
  private final boolean same;
  private final Tensor flat;
  private final Tensor flatGradient;
  private final Tensor narrow;
  private final Tensor narrowGradient;
  private final Map<String, Tensor> weights = new HashMap<>();
  private final Map<String, Tensor> gradients = new HashMap<>();
  private final Map<String, Tensor> wideWeights = new HashMap<>();
  private final Map<String, Tensor> wideGradients = new HashMap<>();
  private final ParameterLayout.Tensor embedding; // null where there is none

  /**
   * The embedding's rows whose gradient may not be zero, rising, each once; empty where none was
   * set since all were zero.
   */
  private long[] touched = {};

  /** To train. */
  public TorchParameters(
      ParameterLayout layout,
      float[] values,
      TorchDevice device,
      torch.ScalarType wide,
      torch.ScalarType computing) {
    this.wide = wide;
    same = wide == computing;
    flat = device.of(wide, values, values.length);
    flatGradient = device.zeros(wide, values.length);
    narrow = same ? flat : device.empty(computing, values.length);
    narrowGradient = same ? flatGradient : device.zeros(computing, values.length);
    embedding =
        layout.tensors().stream().filter(t -> t.name().equals(EMBEDDING)).findFirst().orElse(null);
    for (ParameterLayout.Tensor tensor : layout.tensors()) {
      weights.put(tensor.name(), view(narrow, tensor));
      wideWeights.put(tensor.name(), view(flat, tensor));
      gradients.put(tensor.name(), view(narrowGradient, tensor));
      wideGradients.put(tensor.name(), view(flatGradient, tensor));
    }
  }

  private TorchParameters(ParameterLayout layout, Tensor flat) {
    wide = torch.ScalarType.Float;
    same = true;
    this.flat = flat;
    narrow = flat;
    flatGradient = null;
    narrowGradient = null;
    embedding = null;
    for (ParameterLayout.Tensor tensor : layout.tensors()) {
      Tensor view = view(flat, tensor);
      weights.put(tensor.name(), view);
      wideWeights.put(tensor.name(), view);
    }
  }

  /** Of float32 and without gradients, to read text with. */
  public static TorchParameters toRead(ParameterLayout layout, float[] values, TorchDevice device) {
    return new TorchParameters(layout, device.of(torch.ScalarType.Float, values, values.length));
  }

  private static Tensor view(Tensor all, ParameterLayout.Tensor tensor) {
    long[] shape = tensor.shape().stream().mapToLong(Integer::longValue).toArray();
    return all.narrow(0, tensor.offset(), tensor.size()).view(shape);
  }

  /** The type of parameters, losses and updates. */
  public torch.ScalarType wide() {
    return wide;
  }

  /** Whether there are gradients. */
  public boolean train() {
    return flatGradient != null;
  }

  /** (P). */
  public Tensor flat() {
    return flat;
  }

  /** (P); null without gradients. */
  public Tensor flatGradient() {
    return flatGradient;
  }

  /** In the computing type, as of the last {@link #narrow}. */
  public Tensor weight(String name) {
    return weights.get(name);
  }

  /** In the parameters' type, for what is computed in it whatever products are. */
  Tensor wideWeight(String name) {
    return wideWeights.get(name);
  }

  /** In the computing type. */
  Tensor gradient(String name) {
    return gradients.get(name);
  }

  /** In the parameters' type, after {@link #widen}; for what is computed in it. */
  public Tensor wideGradient(String name) {
    return wideGradients.get(name);
  }

  /** Before a forward pass. */
  public void narrow() {
    if (!same) {
      narrow.copy_(flat);
    }
  }

  /** After a backward pass. */
  public void widen() {
    if (!same) {
      flatGradient.copy_(narrowGradient);
    }
  }

  /**
   * Sets the gradient of an embedding that is nothing else, on a CPU: of a large vocabulary few
   * rows have one, and the others are not written.
   *
   * @param ids of the rows, one or more times each
   * @param tokens the same as a tensor
   * @param rows what is added to each, of {@link #wide}
   */
  public void setEmbeddingGradient(long[] ids, Tensor tokens, Tensor rows) {
    Tensor gradient = wideGradients.get(EMBEDDING);
    if (!same || touched.length > 0) {
      gradient.zero_();
    }
    gradient.index_add_(0, tokens, rows);
    touched = Arrays.stream(ids).sorted().distinct().toArray();
  }

  /**
   * The parameters that the last window's gradient is not known to be zero of: all but most of the
   * embedding.
   *
   * @param values parts of {@link #flat}
   * @param gradients of these, parts of {@link #flatGradient}
   * @param embedding all of it
   * @param rows of the embedding, each once
   * @param rowGradients of these, a copy
   */
  public record Touched(
      List<Tensor> values,
      List<Tensor> gradients,
      Tensor embedding,
      Tensor rows,
      Tensor rowGradients) {}

  /** What the last window touched; null where that may be everything, or much of it. On a CPU. */
  public Touched touched() {
    if (embedding == null
        || !same
        || touched.length == 0
        || embedding.shape().get(0) < (long) MANY * touched.length) {
      return null;
    }
    long end = embedding.offset() + (long) embedding.size();
    List<Tensor> values = new ArrayList<>();
    List<Tensor> gradients = new ArrayList<>();
    for (long[] part : new long[][] {{0, embedding.offset()}, {end, flat.numel()}}) {
      if (part[1] > part[0]) {
        values.add(flat.narrow(0, part[0], part[1] - part[0]));
        gradients.add(flatGradient.narrow(0, part[0], part[1] - part[0]));
      }
    }
    Tensor rows = TorchDevice.cpu().of(touched, touched.length);
    return new Touched(
        values,
        gradients,
        weights.get(EMBEDDING),
        rows,
        wideGradients.get(EMBEDDING).index_select(0, rows));
  }

  /** After an update by {@link #touched}: zeroes the embedding's gradient again, by its rows. */
  public void forget(Touched done) {
    wideGradients.get(EMBEDDING).index_fill_(0, done.rows(), new Scalar(0));
    touched = new long[0];
  }
}
