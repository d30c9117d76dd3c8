package org.seqlm.spark.training;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import scala.Tuple2;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/**
 * What an averaging task does. Parts come in, by stripe and worker; out come each stripe's mean,
 * weighted by what each trained (tokens, or examples), summed in the order of the workers in
 * float64 and rounded once, and reports and refusals as they are.
 */
final class StripeMeans {
  private StripeMeans() {}

  /** Averages each stripe's parts, which come in the order of the workers; passes reports on. */
  static Iterator<RoundPart> of(Iterator<Tuple2<Long, RoundPart>> sorted) {
    List<RoundPart> out = new ArrayList<>();
    double[] sum = new double[0];
    long weight = 0;
    int stripe = RoundPart.REPORT;
    while (sorted.hasNext()) {
      RoundPart part = sorted.next()._2();
      if (part.stripe() < 0) {
        out.add(part);
        continue;
      }
      if (part.stripe() != stripe) {
        addMean(out, stripe, sum, weight);
        stripe = part.stripe();
        sum = new double[part.length()];
        weight = 0;
      }
      part.addTo(sum);
      weight += part.weight();
    }
    addMean(out, stripe, sum, weight);
    return out.iterator();
  }

  private static void addMean(List<RoundPart> out, int stripe, double[] sum, long weight) {
    if (stripe != RoundPart.REPORT) {
      float[] mean = new float[sum.length];
      for (int i = 0; i < mean.length; i++) {
        mean[i] = (float) (sum[i] / weight);
      }
      out.add(RoundPart.stripe(stripe, 0, weight, mean, 0, mean.length));
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
