package org.seqlm.spark.training;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import scala.Tuple2;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/**
 * What an averaging task does. Parts come in, by stripe and worker; out come each stripe's mean,
 * weighted by what each trained (tokens, or examples), summed in the order of the workers in
 * float64 and rounded once, with how far the workers' parameters are from it, and reports and
 * refusals as they are.
 *
 * @param ofParameters stripes below this number are parameters, those above are moments
 * @param measure what becomes known of the distances
 */
record StripeMeans(int ofParameters, Drift.Measure measure) implements Serializable {

  /** Averages each stripe's parts, which come in the order of the workers; passes reports on. */
  Iterator<RoundPart> of(Iterator<Tuple2<Long, RoundPart>> sorted) {
    List<RoundPart> out = new ArrayList<>();
    Stripe stripe = null;
    while (sorted.hasNext()) {
      RoundPart part = sorted.next()._2();
      if (part.stripe() < 0) {
        out.add(part);
        continue;
      }
      if (stripe == null || part.stripe() != stripe.number) {
        addMean(out, stripe);
        stripe = stripe(part);
      }
      stripe.add(part);
    }
    addMean(out, stripe);
    return out.iterator();
  }

  private Stripe stripe(RoundPart first) {
    if (first.stripe() >= ofParameters) {
      return new Stripe(first);
    }
    return switch (measure) {
      case EACH -> new Held(first);
      case TOGETHER -> new Together(first);
      case NONE -> new Stripe(first);
    };
  }

  private static void addMean(List<RoundPart> out, Stripe stripe) {
    if (stripe != null) {
      float[] mean = new float[stripe.sum.length];
      for (int i = 0; i < mean.length; i++) {
        mean[i] = (float) (stripe.sum[i] / stripe.weight);
      }
      out.add(
          RoundPart.mean(stripe.number, stripe.weight, mean, Drift.encode(stripe.squares(mean))));
    }
  }

  /** A stripe's weighted sum. */
  private static class Stripe {
    final int number;
    final double[] sum;
    long weight;

    Stripe(RoundPart first) {
      number = first.stripe();
      sum = new double[first.length()];
    }

    void add(RoundPart part) {
      part.addTo(sum);
      weight += part.weight();
    }

    SortedMap<Integer, double[]> squares(float[] mean) {
      return new TreeMap<>();
    }

    final int blocks() {
      return Stripes.count(sum.length, Drift.BLOCK);
    }
  }

  /** And the parts. */
  private static final class Held extends Stripe {
    private final List<RoundPart> parts = new ArrayList<>();

    Held(RoundPart first) {
      super(first);
    }

    @Override
    void add(RoundPart part) {
      super.add(part);
      parts.add(part);
    }

    @Override
    SortedMap<Integer, double[]> squares(float[] mean) {
      SortedMap<Integer, double[]> squares = new TreeMap<>();
      for (RoundPart part : parts) {
        double[] blocks = new double[blocks()];
        for (int b = 0; b < blocks.length; b++) {
          int from = b * Drift.BLOCK;
          blocks[b] = part.square(mean, from, Math.min(Drift.BLOCK, mean.length - from));
        }
        squares.put(part.worker(), blocks);
      }
      return squares;
    }
  }

  /**
   * And the weighted squares of the distances from the first worker's part, c: with S = Σ w(θ − c),
   * W = Σ w and m the mean, Σ w(θ − m)² is Σ w(θ − c)² − 2(m − c)S + W(m − c)². Distances from a
   * worker are as small as those from the mean, so little cancels.
   */
  private static final class Together extends Stripe {
    private final float[] reference;
    private final double[] squares;

    Together(RoundPart first) {
      super(first);
      reference = new float[first.length()];
      first.copyTo(reference, 0);
      squares = new double[first.length()];
    }

    @Override
    void add(RoundPart part) {
      super.add(part);
      part.addSquaresTo(squares, reference);
    }

    @Override
    SortedMap<Integer, double[]> squares(float[] mean) {
      double[] blocks = new double[blocks()];
      for (int i = 0; i < mean.length; i++) {
        double to = (double) mean[i] - reference[i];
        double from = sum[i] - (double) weight * reference[i];
        blocks[i / Drift.BLOCK] += Math.max(0, squares[i] - 2 * to * from + weight * to * to);
      }
      return new TreeMap<>(java.util.Map.of(Drift.ALL, blocks));
    }
  }

  /** What a task that averages sends to the driver: an array of a class that Kryo always knows. */
  static final class ToArray
      extends AbstractFunction1<scala.collection.Iterator<RoundPart>, Object[]>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public Object[] apply(scala.collection.Iterator<RoundPart> parts) {
      return (Object[]) parts.toArray(ClassTag$.MODULE$.Object());
    }
  }
}
