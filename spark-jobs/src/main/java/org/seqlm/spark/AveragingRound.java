package org.seqlm.spark;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.apache.spark.Partitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.UserException;
import org.seqlm.artifact.StateFile;
import org.seqlm.neural.Learner;
import org.seqlm.neural.RoundPlan;
import org.seqlm.neural.WorkerResult;
import org.seqlm.neural.WorkerState;
import scala.Tuple2;

/**
 * One round of parameter averaging, in one Spark job. The parameters are broadcast; each partition
 * is a logical worker that trains its steps from its own state; the results are averaged, weighted
 * by the tokens trained. Partitions belong to the run, not to the cluster.
 *
 * <p>Parameters travel in slices, keyed (slice, worker) and sorted so: a slice's sum is taken in
 * the order of the workers in float64 and rounded once, whatever task takes it. A worker whose
 * result is rejected sends its report only.
 *
 * @param <S> one step's data
 */
public final class AveragingRound<S> {
  /** Values of a slice: 64 MiB. */
  static final int SLICE = 1 << 24;

  private static final Map<String, ConcurrentLinkedDeque<Learner<?>>> LEARNERS =
      new ConcurrentHashMap<>();

  private final JavaSparkContext spark;
  private final Learner.Factory<S> learners;
  private final WorkerStates states;
  private final int sliceValues;
  private final int sliceTasks;

  /** What each worker is to do in a round. */
  @FunctionalInterface
  public interface Planner extends Serializable {
    /** The plan of a worker, from 0. */
    RoundPlan plan(int worker);
  }

  /**
   * What a round came to.
   *
   * @param mean of the accepted workers' parameters, weighted by tokens; null if all were rejected
   * @param reports by worker
   */
  public record Outcome(float[] mean, List<WorkerReport> reports) {
    /** Tokens trained. */
    public long tokens() {
      return reports.stream().mapToLong(WorkerReport::tokens).sum();
    }

    /** Tokens planned and not trained. */
    public long skipped() {
      return reports.stream().mapToLong(WorkerReport::skipped).sum();
    }

    /** Mean loss in nats a trained token; NaN if none was trained. */
    public double loss() {
      double nats = 0;
      for (WorkerReport report : reports) {
        nats += report.nats();
      }
      return nats / tokens();
    }

    /** Where the states lie, by worker. */
    public List<StateFile> states() {
      return reports.stream().map(WorkerReport::state).toList();
    }
  }

  /**
   * @param states where workers keep their state, or null to begin every round afresh
   * @param sliceTasks tasks that average slices, at least 1; the result does not depend on it
   */
  public AveragingRound(
      JavaSparkContext spark, Learner.Factory<S> learners, WorkerStates states, int sliceTasks) {
    this(spark, learners, states, sliceTasks, SLICE);
  }

  AveragingRound(
      JavaSparkContext spark,
      Learner.Factory<S> learners,
      WorkerStates states,
      int sliceTasks,
      int sliceValues) {
    this.spark = spark;
    this.learners = learners;
    this.states = states;
    this.sliceTasks = sliceTasks;
    this.sliceValues = sliceValues;
  }

  /**
   * Runs a round.
   *
   * @param steps partition k holds the steps of worker k
   * @param parameters every worker begins with
   * @param before where the workers' states lie, by worker; empty before the first round
   */
  public Outcome run(
      JavaRDD<S> steps, float[] parameters, List<StateFile> before, Planner planner) {
    int slices = Math.max(1, (parameters.length + sliceValues - 1) / sliceValues);
    Broadcast<float[]> shared = spark.broadcast(parameters);
    Task<S> task =
        new Task<>(shared, learners, states, new ArrayList<>(before), planner, sliceValues);
    try {
      JavaRDD<Tuple2<Long, RoundPart>> parts = steps.mapPartitionsWithIndex(task::run, false);
      List<RoundPart> collected =
          JavaPairRDD.fromJavaRDD(parts)
              .repartitionAndSortWithinPartitions(
                  new BySlice(Math.min(slices, sliceTasks)), Comparator.naturalOrder())
              .mapPartitions(AveragingRound::average)
              .collect();
      return outcome(collected, parameters.length);
    } finally {
      shared.destroy();
    }
  }

  private Outcome outcome(List<RoundPart> collected, int length) {
    float[] mean = null;
    List<WorkerReport> reports = new ArrayList<>();
    for (RoundPart part : collected) {
      if (part.slice == RoundPart.REPORT) {
        reports.add(WorkerReport.decode(part.report));
      } else {
        mean = mean == null ? new float[length] : mean;
        System.arraycopy(part.values, 0, mean, part.slice * sliceValues, part.values.length);
      }
    }
    reports.sort(Comparator.comparingInt(WorkerReport::worker));
    return new Outcome(mean, List.copyOf(reports));
  }

  /** Averages each slice's parts, which come in the order of the workers; passes reports on. */
  private static Iterator<RoundPart> average(Iterator<Tuple2<Long, RoundPart>> sorted) {
    List<RoundPart> out = new ArrayList<>();
    double[] sum = null;
    long weight = 0;
    int slice = RoundPart.REPORT;
    while (sorted.hasNext()) {
      RoundPart part = sorted.next()._2();
      if (part.slice == RoundPart.REPORT) {
        out.add(part);
        continue;
      }
      if (part.slice != slice) {
        addMean(out, slice, sum, weight);
        slice = part.slice;
        sum = new double[part.values.length];
        weight = 0;
      }
      for (int i = 0; i < sum.length; i++) {
        sum[i] += (double) part.weight * part.values[i];
      }
      weight += part.weight;
    }
    addMean(out, slice, sum, weight);
    return out.iterator();
  }

  private static void addMean(List<RoundPart> out, int slice, double[] sum, long weight) {
    if (sum != null) {
      float[] mean = new float[sum.length];
      for (int i = 0; i < mean.length; i++) {
        mean[i] = (float) (sum[i] / weight);
      }
      out.add(RoundPart.slice(slice, 0, weight, mean));
    }
  }

  /** One worker's part of the job. */
  private record Task<S>(
      Broadcast<float[]> shared,
      Learner.Factory<S> learners,
      WorkerStates states,
      ArrayList<StateFile> before,
      Planner planner,
      int sliceValues)
      implements Serializable {

    Iterator<Tuple2<Long, RoundPart>> run(int worker, Iterator<S> steps) {
      try {
        return train(worker, steps);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private Iterator<Tuple2<Long, RoundPart>> train(int worker, Iterator<S> steps)
        throws IOException {
      RoundPlan plan = planner.plan(worker);
      WorkerState state =
          states == null || before.isEmpty()
              ? WorkerState.FRESH
              : states.read(worker, before.get(worker));
      if (states != null && state.step() != plan.firstStep()) {
        throw UserException.data(
            "worker "
                + worker
                + " has a state of step "
                + state.step()
                + ", but round "
                + plan.round()
                + " begins at step "
                + plan.firstStep());
      }
      WorkerResult result = borrow(shared.value(), state, steps, plan);
      StateFile file =
          states == null
              ? null
              : states.write(
                  plan.round(), worker, TaskContext.get().taskAttemptId(), result.state());
      List<Tuple2<Long, RoundPart>> parts = new ArrayList<>();
      add(
          parts,
          RoundPart.report(
              worker,
              new WorkerReport(
                      worker,
                      file,
                      result.state().step(),
                      result.nats(),
                      result.tokens(),
                      result.skipped(),
                      Double.isFinite(result.loss()) ? result.loss() : null,
                      result.rejected())
                  .encode()));
      // A partition without steps has nothing to say.
      if (result.rejected() == null && result.tokens() > 0) {
        float[] all = result.parameters();
        for (int from = 0; from < all.length; from += sliceValues) {
          float[] values = Arrays.copyOfRange(all, from, Math.min(all.length, from + sliceValues));
          add(parts, RoundPart.slice(from / sliceValues, worker, result.tokens(), values));
        }
      }
      return parts.iterator();
    }

    private static void add(List<Tuple2<Long, RoundPart>> parts, RoundPart part) {
      parts.add(new Tuple2<>(part.key(), part));
    }

    /** A learner that threw is in an unknown state and is not used again. */
    @SuppressWarnings("unchecked")
    private WorkerResult borrow(
        float[] parameters, WorkerState state, Iterator<S> steps, RoundPlan plan) {
      ConcurrentLinkedDeque<Learner<?>> idle =
          LEARNERS.computeIfAbsent(learners.key(), key -> new ConcurrentLinkedDeque<>());
      Learner<S> learner = (Learner<S>) idle.poll();
      if (learner == null) {
        learner = learners.create();
      }
      WorkerResult result = learner.run(parameters, state, steps, plan);
      idle.push(learner);
      return result;
    }
  }

  /** Slice s to task s modulo the tasks; reports to task 0. */
  private static final class BySlice extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int tasks;

    BySlice(int tasks) {
      this.tasks = tasks;
    }

    @Override
    public int numPartitions() {
      return tasks;
    }

    @Override
    public int getPartition(Object key) {
      return Math.max(0, RoundPart.sliceOf((Long) key)) % tasks;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof BySlice that && that.tasks == tasks;
    }

    @Override
    public int hashCode() {
      return tasks;
    }
  }
}
