package org.seqlm.spark.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.spark.task.Refusal;
import scala.Function2;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * The driver's side of a round: puts what the averaging tasks send to its place as it comes, so
 * that the driver never holds a model twice.
 */
final class RoundCollector {
  private final int stripeValues;
  private final int ofParameters;
  private final int blocksOfStripe;
  private final List<WorkerReport> reports = new ArrayList<>();
  private final SortedMap<Integer, byte[]> refusals = new TreeMap<>(); // by worker
  private final float[] parameters;
  private float[] moments;
  private final Map<Integer, double[]> squares = new TreeMap<>(); // by worker
  private long parametersHere;
  private int momentsHere;

  /**
   * @param before what the round begins with; the parameters stay as many, the moments may be new
   * @param stripeValues of every stripe but the last of each kind
   */
  RoundCollector(SharedModel before, int stripeValues) {
    this.stripeValues = stripeValues;
    ofParameters = Stripes.count(before.parameters().length, stripeValues);
    blocksOfStripe = Stripes.count(stripeValues, Drift.BLOCK);
    parameters = new float[before.parameters().length];
    moments = new float[before.moments().length];
  }

  /** Receives (task, its parts), one task at a time. */
  Function2<Object, Object[], BoxedUnit> receiver() {
    return new AbstractFunction2<>() {
      @Override
      public BoxedUnit apply(Object task, Object[] parts) {
        for (Object part : parts) {
          accept((RoundPart) part);
        }
        return BoxedUnit.UNIT;
      }
    };
  }

  private void accept(RoundPart part) {
    if (part.stripe() == RoundPart.REPORT) {
      reports.add(WorkerReport.decode(part.report()));
    } else if (part.stripe() == RoundPart.REFUSAL) {
      refusals.put(part.worker(), part.report());
    } else if (part.stripe() < ofParameters) {
      part.copyTo(parameters, part.stripe() * stripeValues);
      parametersHere += part.length();
      Drift.decode(
          part.report(), squares, part.stripe() * blocksOfStripe, ofParameters * blocksOfStripe);
    } else {
      int at = (part.stripe() - ofParameters) * stripeValues;
      int to = at + part.length();
      if (to > moments.length) {
        // Once a training: nobody had moments before its first round.
        moments = Arrays.copyOf(moments, Math.max(to, 2 * parameters.length));
      }
      part.copyTo(moments, at);
      momentsHere += part.length();
    }
  }

  /**
   * What the workers told, in their order.
   *
   * @throws org.seqlm.UserException that of the first worker that met one
   */
  List<WorkerReport> reports() {
    if (!refusals.isEmpty()) {
      throw Refusal.decode(refusals.get(refusals.firstKey()));
    }
    reports.sort(Comparator.comparingInt(WorkerReport::worker));
    return List.copyOf(reports);
  }

  /**
   * All together, after the last task.
   *
   * @param consensus what the mean is to be added to, where workers sent what they moved; empty
   *     where they sent their parameters
   * @throws org.seqlm.UserException that of the first worker that met one
   */
  AveragingRound.Outcome outcome(float[] consensus) {
    List<WorkerReport> told = reports();
    if (parametersHere == 0) {
      return new AveragingRound.Outcome(null, told, Drift.unknown(told.size()));
    }
    if (parametersHere != parameters.length) {
      throw new IllegalStateException(
          "the workers' parameters are " + parametersHere + ", not " + parameters.length);
    }
    float[] all = momentsHere == moments.length ? moments : Arrays.copyOf(moments, momentsHere);
    long updates =
        momentsHere == 0 ? 0 : told.stream().mapToLong(WorkerReport::updates).max().orElse(0);
    float[] mean = consensus.length == 0 ? parameters : WorkerState.sum(consensus, parameters);
    return new AveragingRound.Outcome(
        new SharedModel(mean, all, updates), told, Drift.of(squares, told, mean));
  }
}
