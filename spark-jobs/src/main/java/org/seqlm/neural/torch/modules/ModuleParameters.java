package org.seqlm.neural.torch.modules;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.network.ParameterLayout;
import org.seqlm.neural.torch.device.TorchDevice;

/**
 * A network's parameters and their gradient, one flat tensor each, that named views are cut of.
 * Native memory belongs to the {@code PointerScope} in which this is made.
 */
public final class ModuleParameters {
  private final List<ParameterLayout.Tensor> tensors;
  private final long[] sizes;
  private final TorchDevice device;
  private final torch.ScalarType type;
  private final Tensor flat;
  private final Tensor leaf; // the same values, as what is differentiated by
  private final Tensor gradient;

  /**
   * @param values flat, as the layout has them
   * @param type float32, or float64 where gradients are checked
   */
  public ModuleParameters(
      ParameterLayout layout, float[] values, TorchDevice device, torch.ScalarType type) {
    if (values.length != layout.size()) {
      throw new IllegalArgumentException(
          "the network has " + layout.size() + " parameters, but got " + values.length);
    }
    tensors = layout.tensors();
    sizes = tensors.stream().mapToLong(ParameterLayout.Tensor::size).toArray();
    this.device = device;
    this.type = type;
    flat = device.of(type, values, values.length);
    leaf = flat.detach().requires_grad_(true);
    gradient = device.zeros(type, values.length);
  }

  /** (P): what an update changes. */
  public Tensor flat() {
    return flat;
  }

  /** (P), as of the last {@link #differentiate}. */
  public Tensor gradient() {
    return gradient;
  }

  public TorchDevice device() {
    return device;
  }

  public torch.ScalarType type() {
    return type;
  }

  /**
   * A view of every tensor, by name, which libtorch differentiates unless its gradients are off.
   * They are one cut, so the way back to the flat gradient is one copy. Native memory belongs to
   * the caller's scope.
   */
  Map<String, Tensor> views() {
    TensorVector parts = leaf.split_with_sizes(sizes, 0);
    Map<String, Tensor> views = new HashMap<>();
    for (int i = 0; i < sizes.length; i++) {
      long[] shape = tensors.get(i).shape().stream().mapToLong(Integer::longValue).toArray();
      views.put(tensors.get(i).name(), parts.get(i).view(shape));
    }
    return views;
  }

  /**
   * Puts the gradient of a scalar in {@link #gradient}.
   *
   * @param objective a function of {@link #views}; its graph is gone after the call
   */
  public void differentiate(Tensor objective) {
    try (PointerScope scope = new PointerScope()) {
      TensorVector found = torch.grad(new TensorVector(objective), new TensorVector(leaf));
      try (AutoGradMode off = new AutoGradMode(false)) {
        gradient.copy_(found.get(0));
      }
    }
  }
}
