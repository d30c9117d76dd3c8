package org.seqlm.neural.optimizer;

/**
 * Synchronous training's update: the inner optimiser on the mean gradient of all workers, once a
 * round. In float64, rounded once into float32; one pass, after one for the norm.
 *
 * @param optimizer whose moments, (moments a parameter, parameters), are kept from round to round
 */
public record SynchronousUpdate(InnerOptimizer optimizer) implements OuterStep {
  @Override
  public float[] initialState(int parameters) {
    return new float[Math.multiplyExact(optimizer.kind().moments(), parameters)];
  }

  /** {@inheritDoc} There is one update a round, so the round is its number. */
  @Override
  public float[] step(float[] before, float[] mean, float[] moments, int round, double rate) {
    int size = before.length;
    double scale = scale(mean);
    InnerOptimizer.Settings settings = optimizer.settings();
    boolean decoupled = optimizer.kind() == InnerOptimizer.Kind.ADAMW;
    double coupled = decoupled ? 0 : optimizer.weightDecay();
    double kept = decoupled ? 1 - rate * optimizer.weightDecay() : 1;
    double rateNow = optimizer.rate(rate, round);
    double epsilon = optimizer.epsilon(round);
    float[] next = new float[size];
    for (int i = 0; i < size; i++) {
      double g = clipped(mean[i]) * scale + coupled * before[i];
      double move =
          switch (optimizer.kind()) {
            case SGD -> g;
            case MOMENTUM -> {
              double v = settings.momentum() * moments[i] + g;
              moments[i] = (float) v;
              yield v;
            }
            case NESTEROV -> {
              double v = settings.momentum() * moments[i] + g;
              moments[i] = (float) v;
              yield g + settings.momentum() * v;
            }
            case ADAGRAD -> {
              double v = moments[i] + g * g;
              moments[i] = (float) v;
              yield g / (Math.sqrt(v) + epsilon);
            }
            case RMSPROP -> {
              double v = settings.decay() * moments[i] + (1 - settings.decay()) * g * g;
              moments[i] = (float) v;
              yield g / (Math.sqrt(v) + epsilon);
            }
            case ADAM, ADAMW -> {
              double m = settings.beta1() * moments[i] + (1 - settings.beta1()) * g;
              double v = settings.beta2() * moments[size + i] + (1 - settings.beta2()) * g * g;
              moments[i] = (float) m;
              moments[size + i] = (float) v;
              yield m / (Math.sqrt(v) + epsilon);
            }
          };
      next[i] = (float) (kept * before[i] - rateNow * move);
    }
    return next;
  }

  private double clipped(float g) {
    double most = optimizer.clipValue();
    return most > 0 ? Math.max(-most, Math.min(most, g)) : g;
  }

  /** What clipping by norm multiplies the gradient by. */
  private double scale(float[] mean) {
    if (optimizer.clipNorm() == 0) {
      return 1;
    }
    double norm = norm(mean);
    return norm > optimizer.clipNorm() ? optimizer.clipNorm() / norm : 1;
  }

  /** After clipping by value. */
  private double norm(float[] mean) {
    double squares = 0;
    for (float g : mean) {
      double value = clipped(g);
      squares += value * value;
    }
    return Math.sqrt(squares);
  }

  /** The one gradient of a round, as {@link #step} clips it. */
  public GradientStats stats(float[] mean) {
    GradientStats.Sum sum = new GradientStats.Sum();
    sum.add(norm(mean), optimizer.clipNorm());
    return sum.stats();
  }
}
