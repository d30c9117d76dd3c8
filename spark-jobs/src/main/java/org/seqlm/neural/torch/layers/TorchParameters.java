package org.seqlm.neural.torch.layers;

import java.util.HashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.ParameterLayout;
import org.seqlm.neural.torch.device.TorchDevice;

/**
 * The parameters and their gradient as one flat tensor each, with a view of every named tensor.
 * Where products are narrower than float32, the views are of a narrow copy: of the parameters made
 * anew each step, of the gradient widened at its end.
 */
public final class TorchParameters {
  private final torch.ScalarType wide;
  private final boolean same;
  private final Tensor flat;
  private final Tensor flatGradient;
  private final Tensor narrow;
  private final Tensor narrowGradient;
  private final Map<String, Tensor> weights = new HashMap<>();
  private final Map<String, Tensor> gradients = new HashMap<>();
  private final Map<String, Tensor> wideGradients = new HashMap<>();

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
    for (ParameterLayout.Tensor tensor : layout.tensors()) {
      weights.put(tensor.name(), view(narrow, tensor));
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
    for (ParameterLayout.Tensor tensor : layout.tensors()) {
      weights.put(tensor.name(), view(flat, tensor));
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

  /** In the computing type. */
  Tensor gradient(String name) {
    return gradients.get(name);
  }

  /** In the parameters' type, after {@link #widen}; for sums of many rows. */
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
}
