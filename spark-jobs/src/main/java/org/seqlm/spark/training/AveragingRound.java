package org.seqlm.spark.training;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.UserException;
import org.seqlm.kernels.KernelChoice;
import org.seqlm.neural.files.StateFile;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Learner;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.spark.task.GpuStages;
import org.seqlm.spark.task.TaskSlots;

/**
 * Rounds of averaging, each one Spark job, or two where the next round begins before the average is
 * taken ({@link StartedRound}). The parameters are broadcast; each partition is a logical worker
 * that trains its steps from its own state; the results are averaged, weighted by the tokens
 * trained. Partitions belong to the run, not to the cluster.
 *
 * <p>Parameters, and moments where they are averaged, travel in stripes, keyed (stripe, worker) and
 * sorted so: a stripe's sum is taken in the order of the workers in float64 and rounded once,
 * whatever task takes it. A worker whose result is rejected sends its report only, one that met a
 * {@link UserException} that. Nothing of a worker's size reaches the driver but the mean.
 *
 * @param <S> one step's data
 */
public final class AveragingRound<S> {
  private final JavaSparkContext spark;
  private final GpuStages gpus;
  private final Learner.Factory<S> learners;
  private final WorkerStates states;
  private final Steps<S> repeat;
  private final int stripeTasks;
  private final int fixedStripe;

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

    /** The rounds of the whole run, the most there can be; 0 where nobody knows. */
    default long rounds() {
      return 0;
    }
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
   * @param mean of the accepted workers' parameters, weighted by what each trained (tokens, or
   *     examples), with their moments where these are averaged; null if all were rejected
   * @param reports by worker
   * @param drift of the workers from the mean
   */
  public record Outcome(SharedModel mean, List<WorkerReport> reports, Drift drift) {
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
      return statesOf(reports);
    }

    static List<StateFile> statesOf(List<WorkerReport> reports) {
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
   * @param execution of the learners, which says what their stage asks for
   * @param states where workers keep their state, or null to begin every round afresh
   * @param repeat the steps of earlier rounds, for rounds that keep their states in memory only;
   *     null if every round keeps them in files
   * @param stripeTasks tasks that average stripes, or 0 for as many as are worth it; the result
   *     does not depend on it
   */
  public AveragingRound(
      JavaSparkContext spark,
      Execution execution,
      Learner.Factory<S> learners,
      WorkerStates states,
      Steps<S> repeat,
      int stripeTasks) {
    this(spark, execution, learners, states, repeat, stripeTasks, 0);
  }

  /** With stripes of {@code stripeValues}, or as the tasks ask for if that is 0. */
  AveragingRound(
      JavaSparkContext spark,
      Execution execution,
      Learner.Factory<S> learners,
      WorkerStates states,
      Steps<S> repeat,
      int stripeTasks,
      int stripeValues) {
    this.spark = spark;
    gpus = GpuStages.of(spark, execution);
    this.learners = learners;
    this.states = states;
    this.repeat = repeat;
    this.stripeTasks = stripeTasks;
    this.fixedStripe = stripeValues;
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
    StartedRound round = prepared(steps, before, past, planner, keep, Averaging.Overlap.NONE);
    try {
      round.runWhole();
      return round.outcome(new float[0]);
    } finally {
      end(round);
    }
  }

  /**
   * Begins a round whose average is delayed, and does not wait for it. Each worker begins with what
   * it moved in its last round beyond {@code before}, and sends what it moved in this one.
   *
   * @param steps partition k holds the steps of worker k
   * @param before the consensus that lacks the workers' last round
   * @param past the workers' states
   * @return to be given to {@link #end}
   */
  StartedRound begin(
      JavaRDD<S> steps, SharedModel before, PastRounds past, Planner planner, Keep keep) {
    StartedRound round = prepared(steps, before, past, planner, keep, Averaging.Overlap.ONE_ROUND);
    round.train();
    return round;
  }

  /** Lets go of a round, and cancels what of it still runs. */
  void end(StartedRound round) {
    round.close();
    destroyed = round.shared();
  }

  private StartedRound prepared(
      JavaRDD<S> steps,
      SharedModel before,
      PastRounds past,
      Planner planner,
      Keep keep,
      Averaging.Overlap overlap) {
    int workers = steps.getNumPartitions();
    long values = (long) before.parameters().length + before.moments().length;
    Drift.Measure measure = Drift.Measure.of(workers, planner.plan(0).mode());
    int wanted =
        stripeTasks > 0 ? stripeTasks : Stripes.tasks(values, workers, TaskSlots.now(spark));
    int stripeValues =
        fixedStripe > 0 ? fixedStripe : Stripes.valuesOfEach(values, wanted, workers, measure);
    int ofParameters = Stripes.count(before.parameters().length, stripeValues);
    int stripes = ofParameters + Stripes.count(before.moments().length, stripeValues);
    Broadcast<SharedModel> shared = spark.broadcast(before);
    WorkerTask<S> task =
        new WorkerTask<>(
            shared, learners, states, repeat, past, planner, keep, overlap, stripeValues);
    JavaPairRDD<Long, RoundPart> sorted =
        Shuffles.light(
            JavaPairRDD.fromJavaRDD(gpus.compute(steps.mapPartitionsWithIndex(task::run, false)))
                .repartitionAndSortWithinPartitions(
                    new Stripes.ByStripe(
                        Stripes.tasks(stripes, stripeValues, wanted),
                        overlap == Averaging.Overlap.NONE
                            ? Stripes.Reports.BESIDE
                            : Stripes.Reports.APART),
                    Comparator.naturalOrder()));
    StripeMeans means = new StripeMeans(ofParameters, measure);
    return new StartedRound(
        spark,
        shared,
        sorted,
        sorted.mapPartitions(means::of).rdd(),
        new RoundCollector(before, stripeValues),
        RoundTitle.of(planner, workers));
  }
}
