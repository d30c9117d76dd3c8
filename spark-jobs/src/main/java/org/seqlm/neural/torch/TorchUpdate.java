package org.seqlm.neural.torch;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.optimizer.GradientStats;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.layers.TorchParameters;

/**
 * {@link InnerOptimizer}'s clipping and update, in place on flat tensors (P).
 *
 * <p>Large tensors are bound by memory, and libtorch's operators read and write all of theirs each.
 * So on a CPU all operators from the clipping by norm on go over one part of the tensors after the
 * other, each small enough for a core's cache: what comes from memory is all of them once, and the
 * gradient once more for its norm, for clipping by value, and for the mean of several. The bits are
 * those of operators over the whole. On a GPU nothing waits for the norm: clipping multiplies by a
 * coefficient that stays there.
 */
public final class TorchUpdate {
  /**
   * Values of a part, at most five arrays of 1 MiB: less is lost in calls than won (20 million
   * parameters under Adam, CPU time: 33 ms in such parts, 48 ms at once). A multiple of any
   * vector's width, so that no value moves to where an operator does the rest of a vector one by
   * one.
   */
  private static final int PART = 1 << 18;

  private static final InnerOptimizer NO_MOMENTS =
      new InnerOptimizer(InnerOptimizer.Kind.SGD, 0, 0);

  private final InnerOptimizer optimizer;
  private final Tensor flat;
  private final Tensor gradient;
  private final Tensor moments; // (moments a parameter, P)
  private final TorchParameters parameters; // null of any tensors
  private final List<Part> parts = new ArrayList<>();
  private final Norms norms;
  private final GradientStats.Sum onHost = new GradientStats.Sum();
  private final Tensor onDevice; // (3): norms summed, the largest, how many were clipped
  private long updates;
  private Tensor sum; // of gradients, times their weights
  private long weights;

  /**
   * The same positions of all tensors.
   *
   * @param first moment, null if there is none
   * @param second moment, null likewise
   * @param work of the same size; null where no update needs it
   */
  private record Part(Tensor flat, Tensor gradient, Tensor first, Tensor second, Tensor work) {}

  /** Where norms are compared with their bound. */
  enum Norms {
    /** Here: a gradient within the bound is left alone. */
    ON_HOST,
    /** Where the tensors are: nothing waits, and each gradient is multiplied, maybe by 1. */
    ON_DEVICE
  }

  /**
   * On any tensors; native memory belongs to the {@code PointerScope} in which this is made.
   *
   * @param flat parameters, (P)
   * @param gradient of them, (P); an update changes it
   * @param moments (moments a parameter, P); null where the optimiser has none
   */
  public TorchUpdate(InnerOptimizer optimizer, Tensor flat, Tensor gradient, Tensor moments) {
    this(optimizer, null, flat, gradient, moments, norms(flat), partSize(flat));
  }

  /** Moments begin as {@code values} says, (moments a parameter, P); empty means zero. */
  TorchUpdate(
      InnerOptimizer optimizer, TorchParameters parameters, TorchDevice device, float[] values) {
    this(
        optimizer,
        parameters,
        parameters.flat(),
        parameters.flatGradient(),
        moments(optimizer.kind().moments(), parameters, device, values),
        norms(parameters.flat()),
        partSize(parameters.flat()));
  }

  /** For who makes the update elsewhere: {@link #mean} alone is asked, and no moments are kept. */
  static TorchUpdate elsewhere(TorchParameters parameters, TorchDevice device) {
    return new TorchUpdate(NO_MOMENTS, parameters, device, new float[0]);
  }

  private static Norms norms(Tensor flat) {
    return flat.is_cuda() ? Norms.ON_DEVICE : Norms.ON_HOST;
  }

  private static int partSize(Tensor flat) {
    return flat.is_cuda() ? Math.toIntExact(flat.numel()) : PART;
  }

  TorchUpdate(
      InnerOptimizer optimizer,
      Tensor flat,
      Tensor gradient,
      Tensor moments,
      Norms norms,
      int partSize) {
    this(optimizer, null, flat, gradient, moments, norms, partSize);
  }

  private TorchUpdate(
      InnerOptimizer optimizer,
      TorchParameters parameters,
      Tensor flat,
      Tensor gradient,
      Tensor moments,
      Norms norms,
      int partSize) {
    this.optimizer = optimizer;
    this.parameters = parameters;
    this.flat = flat;
    this.gradient = gradient;
    this.moments = moments;
    this.norms = norms;
    int kinds = optimizer.kind().moments();
    boolean works = optimizer.epsilon(1) > 0;
    long size = flat.numel();
    Tensor work = works ? torch.empty_like(flat.narrow(0, 0, Math.min(size, partSize))) : null;
    for (long from = 0; from < size; from += partSize) {
      long length = Math.min(partSize, size - from);
      parts.add(
          new Part(
              flat.narrow(0, from, length),
              gradient.narrow(0, from, length),
              kinds < 1 ? null : moments.select(0, 0).narrow(0, from, length),
              kinds < 2 ? null : moments.select(0, 1).narrow(0, from, length),
              works ? work.narrow(0, 0, length) : null));
    }
    onDevice =
        norms == Norms.ON_DEVICE
            ? torch.zeros_like(flat.narrow(0, 0, 1).expand(3)).to(torch.ScalarType.Double)
            : null;
  }

  private static Tensor moments(
      int kinds, TorchParameters parameters, TorchDevice device, float[] values) {
    long size = parameters.flat().numel();
    return values.length == 0
        ? device.zeros(parameters.wide(), kinds, size)
        : device.of(parameters.wide(), values, kinds, size);
  }

  /** (moments a parameter, P), row-major. */
  float[] moments() {
    try (PointerScope scope = new PointerScope()) {
      return TorchDevice.floats(moments);
    }
  }

  /**
   * From here on {@link #add} adds gradients up, and an update is by their mean. Native memory
   * belongs to the scope in which this is called.
   */
  public void addUp() {
    sum = torch.empty_like(flat);
  }

  /**
   * Adds the gradient as it is now, if gradients are added up.
   *
   * @param factor what it is multiplied by
   * @param weight what the sum is to be divided by for it
   */
  public void add(double factor, long weight) {
    if (sum == null) {
      return;
    }
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      if (weights == 0) {
        times(sum, gradient, factor);
      } else {
        sum.add_(gradient, new Scalar(factor));
      }
      weights += weight;
    }
  }

  /** Puts the mean of what was added up in the gradient's place, and begins anew. */
  private void takeMean() {
    if (sum != null) {
      if (weights == 0) {
        gradient.zero_(); // of examples that have no targets
      } else {
        times(gradient, sum, 1.0 / weights);
      }
      weights = 0;
    }
  }

  private static void times(Tensor out, Tensor values, double factor) {
    torch.mul_out(out, values, torch.wrapped_scalar_tensor(new Scalar(factor)));
  }

  /**
   * The mean of the gradients that were added up, (P), for whoever makes an update elsewhere; it
   * counts in the {@link #stats} as one that was not clipped.
   */
  public float[] mean() {
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      takeMean();
      norm(0);
      return TorchDevice.floats(gradient);
    }
  }

  /** What the updates so far were made of. */
  public GradientStats stats() {
    if (norms == Norms.ON_HOST || updates == 0) {
      return onHost.stats();
    }
    try (PointerScope scope = new PointerScope()) {
      double[] values = TorchDevice.doubles(onDevice);
      return new GradientStats(updates, (long) values[2], values[0] / updates, values[1]);
    }
  }

  /**
   * Clips the gradient, or the mean of those that were added up, and applies it.
   *
   * @param rate the learning rate α
   * @param update t, from 1
   */
  public void apply(double rate, long update) {
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      takeMean();
      if (touchedOnly(rate)) {
        return;
      }
      Beforehand before = beforehand(rate);
      InnerOptimizer.Settings settings = optimizer.settings();
      Scalar step = new Scalar(-optimizer.rate(rate, update));
      Scalar epsilon = new Scalar(optimizer.epsilon(update));
      switch (optimizer.kind()) {
        case ADAM, ADAMW -> {
          Scalar beta1 = new Scalar(settings.beta1());
          Scalar beta2 = new Scalar(settings.beta2());
          Scalar new1 = new Scalar(1 - settings.beta1());
          Scalar new2 = new Scalar(1 - settings.beta2());
          for (Part part : parts) {
            before.applyTo(part);
            part.first.mul_(beta1).add_(part.gradient, new1);
            part.second.mul_(beta2).addcmul_(part.gradient, part.gradient, new2);
            torch.sqrt_out(part.work, part.second).add_(epsilon);
            part.flat.addcdiv_(part.first, part.work, step);
          }
        }
        case ADAGRAD -> {
          for (Part part : parts) {
            before.applyTo(part);
            part.first.addcmul_(part.gradient, part.gradient);
            torch.sqrt_out(part.work, part.first).add_(epsilon);
            part.flat.addcdiv_(part.gradient, part.work, step);
          }
        }
        case RMSPROP -> {
          Scalar decay = new Scalar(settings.decay());
          Scalar fresh = new Scalar(1 - settings.decay());
          for (Part part : parts) {
            before.applyTo(part);
            part.first.mul_(decay).addcmul_(part.gradient, part.gradient, fresh);
            torch.sqrt_out(part.work, part.first).add_(epsilon);
            part.flat.addcdiv_(part.gradient, part.work, step);
          }
        }
        case MOMENTUM -> {
          Scalar momentum = new Scalar(settings.momentum());
          for (Part part : parts) {
            before.applyTo(part);
            part.first.mul_(momentum).add_(part.gradient);
            part.flat.add_(part.first, step);
          }
        }
        case NESTEROV -> {
          Scalar momentum = new Scalar(settings.momentum());
          for (Part part : parts) {
            before.applyTo(part);
            part.first.mul_(momentum).add_(part.gradient);
            part.flat.add_(part.gradient.add_(part.first, momentum), step);
          }
        }
        case SGD -> {
          for (Part part : parts) {
            before.applyTo(part);
            part.flat.add_(part.gradient, step);
          }
        }
      }
    }
  }

  /**
   * The same where nothing changes but what has a gradient, without a pass over the rest: of a
   * large vocabulary a window reads few words.
   */
  private boolean touchedOnly(double rate) {
    boolean only =
        optimizer.kind() == InnerOptimizer.Kind.SGD
            && optimizer.weightDecay() == 0
            && norms == Norms.ON_HOST
            && sum == null;
    TorchParameters.Touched touched = parameters == null || !only ? null : parameters.touched();
    if (touched == null) {
      return false;
    }
    List<Tensor> gradients = new ArrayList<>(touched.gradients());
    gradients.add(touched.rowGradients());
    Scalar within = clipped(gradients);
    if (within != null) {
      gradients.forEach(part -> part.mul_(within));
    }
    for (int i = 0; i < touched.values().size(); i++) {
      touched.values().get(i).add_(gradients.get(i), new Scalar(-rate));
    }
    touched.embedding().index_add_(0, touched.rows(), touched.rowGradients(), new Scalar(-rate));
    parameters.forget(touched);
    return true;
  }

  /** Clips a gradient that lies in parts by value; what brings it within its norm, or null. */
  private Scalar clipped(List<Tensor> gradients) {
    double squares = 0;
    for (Tensor part : gradients) {
      clipValues(part);
      double norm = part.norm().item_double();
      squares += norm * norm;
    }
    updates++;
    double norm = Math.sqrt(squares);
    onHost.add(norm, optimizer.clipNorm());
    return optimizer.clipNorm() > 0 && norm > optimizer.clipNorm()
        ? new Scalar(optimizer.clipNorm() / norm)
        : null;
  }

  private void clipValues(Tensor values) {
    if (optimizer.clipValue() > 0) {
      values.clamp_(
          new ScalarOptional(new Scalar(-optimizer.clipValue())),
          new ScalarOptional(new Scalar(optimizer.clipValue())));
    }
  }

  /**
   * What becomes of a part before the update proper, each null where it changes nothing.
   *
   * @param within what the gradient is multiplied by to come within its bound
   * @param decay λ, by which parameters are added to the gradient
   * @param kept what parameters are multiplied by
   */
  private record Beforehand(Tensor within, Scalar decay, Scalar kept) {
    void applyTo(Part part) {
      if (within != null) {
        part.gradient.mul_(within);
      }
      if (decay != null) {
        part.gradient.add_(part.flat, decay);
      }
      if (kept != null) {
        part.flat.mul_(kept);
      }
    }
  }

  private Beforehand beforehand(double rate) {
    clipValues(gradient);
    Tensor within = norm(optimizer.clipNorm());
    double decay = optimizer.weightDecay();
    boolean decoupled = optimizer.kind() == InnerOptimizer.Kind.ADAMW;
    return new Beforehand(
        within,
        decay > 0 && !decoupled ? new Scalar(decay) : null,
        decay > 0 && decoupled ? new Scalar(1 - rate * decay) : null);
  }

  /**
   * Takes note of the gradient's norm.
   *
   * @param bound of it; 0 for none
   * @return what brings the gradient within the bound; null if it is, or there is none
   */
  private Tensor norm(double bound) {
    Tensor norm = gradient.norm();
    updates++;
    if (norms == Norms.ON_DEVICE) {
      onDevice.select(0, 0).add_(norm);
      Tensor largest = onDevice.select(0, 1);
      largest.copy_(largest.maximum(norm.to(torch.ScalarType.Double)));
      if (bound == 0) {
        return null;
      }
      onDevice.select(0, 2).add_(norm.gt(new Scalar(bound)));
      return norm.reciprocal().mul_(new Scalar(bound)).clamp_max_(new Scalar(1.0));
    }
    double value = norm.item_double();
    onHost.add(value, bound);
    return bound > 0 && value > bound
        ? torch.wrapped_scalar_tensor(new Scalar(bound / value))
        : null;
  }
}
