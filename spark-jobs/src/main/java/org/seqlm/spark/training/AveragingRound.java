package org.seqlm.spark.training;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.stream.IntStream;
import org.apache.spark.Partitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.UserException;
import org.seqlm.kernels.KernelChoice;
import org.seqlm.kernels.Kernels;
import org.seqlm.neural.files.StateFile;
import org.seqlm.neural.learner.InnerMoments;
import org.seqlm.neural.learner.Learner;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.learner.WorkerResult;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.spark.task.Placement;
import org.seqlm.spark.task.TaskGpu;
import scala.Tuple2;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/**
 * One round of parameter averaging, in one Spark job. The parameters are broadcast; each partition
 * is a logical worker that trains its steps from its own state; the results are averaged, weighted
 * by the tokens trained. Partitions belong to the run, not to the cluster.
 *
 * <p>Parameters, and moments where they are averaged, travel in slices, keyed (slice, worker) and
 * sorted so: a slice's sum is taken in the order of the workers in float64 and rounded once,
 * whatever task takes it. A worker whose result is rejected sends its report only, one that met a
 * {@link UserException} that. Nothing of a worker's size reaches the driver but the mean.
 *
 * @param <S> one step's data
 */
public final class AveragingRound<S> {
  /** Values of a slice at most: 4 MiB, far below what Kryo may buffer. */
  public static final int LARGEST_SLICE = 1 << 20;

  /** And at least: below it a slice's own cost is more than what another task saves. */
  public static final int SMALLEST_SLICE = 1 << 14;

  /** Values that a task fetches and adds while the driver launches another task. */
  private static final double VALUES_A_LAUNCH = 1 << 18;

  /** Slices that one task averages at most: it holds their means until it ends. */
  private static final int LARGEST_SHARE = 16;

  private static final Map<String, ConcurrentLinkedDeque<Learner<?>>> LEARNERS =
      new ConcurrentHashMap<>();

  private final JavaSparkContext spark;
  private final Learner.Factory<S> learners;
  private final WorkerStates states;
  private final Steps<S> replay;
  private final int sliceTasks;
  private final int fixedSlice;

  /**
   * The last round's. Its blocks are being removed, and Spark's cleaner would begin that a second
   * time as soon as nobody holds it.
   */
  @SuppressWarnings("unused") // held, not read
  private Broadcast<SharedModel> destroyed;

  /** What each worker is to do in a round. */
  @FunctionalInterface
  public interface Planner extends Serializable {
    /** The plan of a worker, from 0. */
    RoundPlan plan(int worker);
  }

  /** Whether the workers of a round write their states into files. */
  public enum Keep {
    /** They do: whatever is lost later, nobody trains before this round again. */
    FILES,
    /** Executors only remember them; where one is lost, its workers train again. */
    MEMORY
  }

  /**
   * What a round came to.
   *
   * @param mean of the accepted workers' parameters, weighted by tokens, with their moments where
   *     these are averaged; null if all were rejected
   * @param reports by worker
   */
  public record Outcome(SharedModel mean, List<WorkerReport> reports) {
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

    /** Where the states lie, by worker; empty if they are in no files. */
    public List<StateFile> states() {
      return reports.stream().map(WorkerReport::state).filter(Objects::nonNull).toList();
    }

    /** What trained, by the executor, as Spark's scheduler names it. */
    public SortedMap<String, KernelChoice> kernels() {
      SortedMap<String, KernelChoice> kernels = new TreeMap<>();
      reports.forEach(
          report -> kernels.put(report.location(), KernelChoice.none().with(report.kernels())));
      return kernels;
    }
  }

  /**
   * @param states where workers keep their state, or null to begin every round afresh
   * @param replay the steps of earlier rounds, for rounds that keep their states in memory only;
   *     null if every round keeps them in files
   * @param sliceTasks tasks that average slices, or 0 for as many as are worth it; the result does
   *     not depend on it
   */
  public AveragingRound(
      JavaSparkContext spark,
      Learner.Factory<S> learners,
      WorkerStates states,
      Steps<S> replay,
      int sliceTasks) {
    this(spark, learners, states, replay, sliceTasks, 0);
  }

  /** With slices of {@code sliceValues}, or as the tasks ask for if that is 0. */
  AveragingRound(
      JavaSparkContext spark,
      Learner.Factory<S> learners,
      WorkerStates states,
      Steps<S> replay,
      int sliceTasks,
      int sliceValues) {
    this.spark = spark;
    this.learners = learners;
    this.states = states;
    this.replay = replay;
    this.sliceTasks = sliceTasks;
    this.fixedSlice = sliceValues;
  }

  /**
   * Runs a round.
   *
   * @param steps partition k holds the steps of worker k
   * @param before what every worker begins with
   * @param past the workers' states
   * @throws UserException what a worker's task met, of the first worker that did; Spark tries none
   *     of them again
   */
  Outcome run(JavaRDD<S> steps, SharedModel before, PastRounds past, Planner planner, Keep keep) {
    long values = (long) before.parameters().length + before.moments().length;
    int wanted =
        sliceTasks > 0
            ? sliceTasks
            : tasks(values, steps.getNumPartitions(), spark.defaultParallelism());
    int sliceValues = fixedSlice > 0 ? fixedSlice : sliceValues(values, wanted);
    int slices =
        slices(before.parameters().length, sliceValues)
            + slices(before.moments().length, sliceValues);
    Broadcast<SharedModel> shared = spark.broadcast(before);
    Task<S> task = new Task<>(shared, learners, states, replay, past, planner, keep, sliceValues);
    JavaPairRDD<Long, RoundPart> sorted = null;
    try {
      sorted =
          Shuffles.light(
              JavaPairRDD.fromJavaRDD(steps.mapPartitionsWithIndex(task::run, false))
                  .repartitionAndSortWithinPartitions(
                      new BySlice(tasks(slices, wanted)), Comparator.naturalOrder()));
      RoundMean mean = new RoundMean(before, sliceValues);
      spark
          .sc()
          .runJob(
              sorted.mapPartitions(AveragingRound::average).rdd(),
              new ToArray(),
              mean.receiver(),
              ClassTag$.MODULE$.apply(Object[].class));
      return mean.outcome();
    } finally {
      shared.destroy();
      destroyed = shared;
      if (sorted != null) {
        Shuffles.remove(spark, sorted);
      }
    }
  }

  /**
   * Tasks that average: R of them take K·values/R each to fetch and add, and the driver launches
   * them one after another, so the best R is the root of K·values by what a launch costs (1.7 ms)
   * over what a value does (7 ns, at 10 Gbit/s).
   *
   * @param available that can run at once
   */
  public static int tasks(long values, int workers, int available) {
    double best = Math.ceil(Math.sqrt((double) workers * values / VALUES_A_LAUNCH));
    return (int) Math.max(1, Math.min(available, best));
  }

  /** Tasks that average so many slices where {@code wanted} were asked for. */
  public static int tasks(int slices, int wanted) {
    int least = (slices + LARGEST_SHARE - 1) / LARGEST_SHARE;
    return Math.max(1, Math.min(slices, Math.max(wanted, least)));
  }

  /**
   * Values of a slice: as many slices as tasks, within bounds. With one slice a task would take all
   * that a thousand workers send.
   */
  public static int sliceValues(long values, int tasks) {
    long share = (values + tasks - 1) / tasks;
    return (int) Math.max(SMALLEST_SLICE, Math.min(LARGEST_SLICE, share));
  }

  static int slices(int values, int sliceValues) {
    return (int) (((long) values + sliceValues - 1) / sliceValues);
  }

  /** Averages each slice's parts, which come in the order of the workers; passes reports on. */
  private static Iterator<RoundPart> average(Iterator<Tuple2<Long, RoundPart>> sorted) {
    List<RoundPart> out = new ArrayList<>();
    double[] sum = new double[0];
    long weight = 0;
    int slice = RoundPart.REPORT;
    while (sorted.hasNext()) {
      RoundPart part = sorted.next()._2();
      if (part.slice() < 0) {
        out.add(part);
        continue;
      }
      if (part.slice() != slice) {
        addMean(out, slice, sum, weight);
        slice = part.slice();
        sum = new double[part.length()];
        weight = 0;
      }
      part.addTo(sum);
      weight += part.weight();
    }
    addMean(out, slice, sum, weight);
    return out.iterator();
  }

  private static void addMean(List<RoundPart> out, int slice, double[] sum, long weight) {
    if (slice != RoundPart.REPORT) {
      float[] mean = new float[sum.length];
      for (int i = 0; i < mean.length; i++) {
        mean[i] = (float) (sum[i] / weight);
      }
      out.add(RoundPart.slice(slice, 0, weight, mean, 0, mean.length));
    }
  }

  /** A round of a worker, and what computed it. */
  private record Trained(WorkerResult result, KernelChoice kernels) {}

  /** One worker's part of the job. */
  private record Task<S>(
      Broadcast<SharedModel> shared,
      Learner.Factory<S> learners,
      WorkerStates states,
      Steps<S> replay,
      PastRounds past,
      Planner planner,
      Keep keep,
      int sliceValues)
      implements Serializable {

    Iterator<Tuple2<Long, RoundPart>> run(int worker, Iterator<S> steps) {
      try {
        Kernels.pin(learners.kernels());
        return train(worker, steps);
      } catch (UserException e) {
        RoundPart refusal = RoundPart.refusal(worker, Refusal.encode(e));
        return List.of(new Tuple2<>(refusal.key(), refusal)).iterator();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private Iterator<Tuple2<Long, RoundPart>> train(int worker, Iterator<S> steps)
        throws IOException {
      RoundPlan plan = planner.plan(worker);
      Trained trained = train(shared.value(), state(worker, plan), steps, plan);
      WorkerResult result = trained.result();
      WorkerState own = own(result.state(), plan);
      StateFile file = null;
      if (states != null && keep == Keep.FILES) {
        file = states.write(plan.round(), worker, TaskContext.get().taskAttemptId(), own);
      } else if (states != null) {
        states.remember(plan.round(), worker, own);
      }
      WorkerReport report =
          new WorkerReport(
              worker,
              file,
              result.state().step(),
              result.state().updates(),
              result.nats(),
              result.tokens(),
              result.skipped(),
              Double.isFinite(result.loss()) ? result.loss() : null,
              result.rejected(),
              trained.kernels().chosen(),
              Placement.location());
      RoundPart first = RoundPart.report(worker, report.encode());
      // A partition without steps has nothing to say.
      if (result.rejected() != null || result.tokens() == 0) {
        return List.of(new Tuple2<>(first.key(), first)).iterator();
      }
      float[] moments =
          plan.moments() == InnerMoments.AVERAGED ? result.state().moments() : new float[0];
      int ofParameters = slices(result.parameters().length, sliceValues);
      // Lazily: a part is a view, and goes straight into the shuffle's file.
      return IntStream.range(-1, ofParameters + slices(moments.length, sliceValues))
          .mapToObj(
              slice -> {
                RoundPart part =
                    slice < 0
                        ? first
                        : slice < ofParameters
                            ? part(slice, worker, result, result.parameters(), slice)
                            : part(slice, worker, result, moments, slice - ofParameters);
                return new Tuple2<>(part.key(), part);
              })
          .iterator();
    }

    private RoundPart part(int slice, int worker, WorkerResult result, float[] values, int place) {
      int from = place * sliceValues;
      int to = (int) Math.min(values.length, (long) from + sliceValues);
      return RoundPart.slice(slice, worker, result.tokens(), values, from, to);
    }

    /** The state to begin with: remembered, read, or trained again from the last one in a file. */
    private WorkerState state(int worker, RoundPlan plan) throws IOException {
      if (states == null) {
        return WorkerState.FRESH;
      }
      WorkerState state =
          past.since().isEmpty() ? null : states.remembered(plan.round() - 1, worker);
      if (state == null) {
        state =
            past.states().isEmpty()
                ? WorkerState.FRESH
                : states.read(worker, past.states().get(worker));
        for (PastRounds.Round round : past.since()) {
          RoundPlan again = round.planner().plan(worker);
          state =
              own(
                  train(states.readShared(round.shared()), state, replay.of(again), again)
                      .result()
                      .state(),
                  again);
        }
      }
      if (state.step() != plan.firstStep()) {
        throw new IllegalStateException(
            "worker "
                + worker
                + " has a state of step "
                + state.step()
                + ", but round "
                + plan.round()
                + " begins at step "
                + plan.firstStep());
      }
      return state;
    }

    /** A worker's own state: averaged moments are everybody's. */
    private static WorkerState own(WorkerState state, RoundPlan plan) {
      return plan.moments() == InnerMoments.AVERAGED
          ? new WorkerState(state.step(), 0, new float[0], state.hidden())
          : state;
    }

    /** A learner that threw is in an unknown state and is not used again. */
    @SuppressWarnings("unchecked")
    private Trained train(SharedModel model, WorkerState own, Iterator<S> steps, RoundPlan plan) {
      WorkerState state =
          plan.moments() == InnerMoments.AVERAGED
              ? new WorkerState(own.step(), model.updates(), model.moments(), own.hidden())
              : own;
      ConcurrentLinkedDeque<Learner<?>> idle =
          LEARNERS.computeIfAbsent(learners.key(), key -> new ConcurrentLinkedDeque<>());
      Learner<S> learner = (Learner<S>) idle.poll();
      if (learner == null) {
        learner = learners.create();
      }
      try (TaskGpu gpu = TaskGpu.lent()) {
        WorkerResult result = learner.run(model.parameters(), state, steps, plan);
        KernelChoice kernels = learner.kernels();
        Kernels.check(learners.kernels(), kernels);
        idle.push(learner);
        return new Trained(result, kernels);
      }
    }
  }

  /** What a task that averages sends to the driver: an array of a class that Kryo always knows. */
  private static final class ToArray
      extends AbstractFunction1<scala.collection.Iterator<RoundPart>, Object[]>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public Object[] apply(scala.collection.Iterator<RoundPart> parts) {
      return (Object[]) parts.toArray(ClassTag$.MODULE$.Object());
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
