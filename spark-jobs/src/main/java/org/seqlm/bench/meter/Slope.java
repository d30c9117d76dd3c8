package org.seqlm.bench.meter;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** How something grows with something else. */
public final class Slope {
  private Slope() {}

  /** Of the line of least squares through (x, y) of at least two samples with different x. */
  public static <S> double of(List<S> samples, ToDoubleFunction<S> x, ToDoubleFunction<S> y) {
    double meanX = samples.stream().mapToDouble(x).average().orElseThrow();
    double meanY = samples.stream().mapToDouble(y).average().orElseThrow();
    double products = 0;
    double squares = 0;
    for (S sample : samples) {
      double dx = x.applyAsDouble(sample) - meanX;
      products += dx * (y.applyAsDouble(sample) - meanY);
      squares += dx * dx;
    }
    return products / squares;
  }
}
