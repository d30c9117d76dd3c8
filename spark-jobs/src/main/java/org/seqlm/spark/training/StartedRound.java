package org.seqlm.spark.training;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.FutureAction;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.spark.watch.JobNames;
import scala.concurrent.Await;
import scala.concurrent.duration.Duration;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction0;
import scala.runtime.BoxedUnit;

/**
 * A round in Spark: the stage in which workers train, and the one behind it that averages. Either
 * both are one job that is waited for, or each is one that runs while the driver does something
 * else; the second finds what the first has written, and Spark runs again what of it was lost.
 */
final class StartedRound implements AutoCloseable {
  private final JavaSparkContext spark;
  private final Broadcast<SharedModel> shared;
  private final JavaPairRDD<Long, RoundPart> sorted;
  private final RDD<RoundPart> averaged;
  private final RoundCollector collector;
  private final RoundTitle title;
  private FutureAction<BoxedUnit> training;
  private FutureAction<BoxedUnit> averaging;

  /**
   * @param shared what workers begin with; destroyed with the round
   * @param sorted their parts, by stripe and worker
   * @param averaged means of them
   * @param collector takes them
   * @param title by which Spark's pages and logs know it
   */
  StartedRound(
      JavaSparkContext spark,
      Broadcast<SharedModel> shared,
      JavaPairRDD<Long, RoundPart> sorted,
      RDD<RoundPart> averaged,
      RoundCollector collector,
      RoundTitle title) {
    this.spark = spark;
    this.shared = shared;
    this.sorted = sorted;
    this.averaged = averaged;
    this.collector = collector;
    this.title = title;
  }

  Broadcast<SharedModel> shared() {
    return shared;
  }

  /** Trains and averages, and waits for it. */
  void runWhole() {
    try (JobNames.Named named = title.training(spark)) {
      spark
          .sc()
          .runJob(
              averaged,
              new StripeMeans.ToArray(),
              collector.receiver(),
              ClassTag$.MODULE$.apply(Object[].class));
    }
  }

  /** Begins to train: with the reports, which are a partition of their own. */
  void train() {
    try (JobNames.Named named = title.training(spark)) {
      training = submit(0, 1);
    }
  }

  /** Waits until all have trained; what they told, in their order. */
  List<WorkerReport> trained() {
    await(training);
    return collector.reports();
  }

  /** Begins to average, after {@link #trained}. */
  void average() {
    try (JobNames.Named named = title.averaging(spark)) {
      averaging = submit(1, averaged.getNumPartitions());
    }
  }

  /**
   * Waits for the average.
   *
   * @param consensus what it is counted from, or empty
   */
  AveragingRound.Outcome outcome(float[] consensus) {
    if (averaging != null) {
      await(averaging);
    }
    return collector.outcome(consensus);
  }

  private FutureAction<BoxedUnit> submit(int from, int to) {
    List<Object> partitions = IntStream.range(from, to).<Object>mapToObj(i -> i).toList();
    return spark
        .sc()
        .submitJob(
            averaged,
            new StripeMeans.ToArray(),
            scala.collection.JavaConverters.asScalaBuffer(partitions).toSeq(),
            collector.receiver(),
            new AbstractFunction0<BoxedUnit>() {
              @Override
              public BoxedUnit apply() {
                return BoxedUnit.UNIT;
              }
            });
  }

  private static void await(FutureAction<BoxedUnit> job) {
    try {
      Await.result(job, Duration.Inf());
    } catch (InterruptedException e) {
      job.cancel();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a round was in flight", e);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException(e); // nobody set a limit
    }
  }

  /**
   * Cancels what is still running, or lets go of what the round held. A task that is cancelled may
   * read its broadcast still, so Spark's cleaner removes that when nobody holds it.
   */
  @Override
  public void close() {
    if (isRunning(training) || isRunning(averaging)) {
      cancel(training);
      cancel(averaging);
    } else {
      shared.destroy();
      Shuffles.remove(spark, sorted);
    }
  }

  private static boolean isRunning(FutureAction<BoxedUnit> job) {
    return job != null && !job.isCompleted();
  }

  private static void cancel(FutureAction<BoxedUnit> job) {
    if (isRunning(job)) {
      job.cancel();
    }
  }
}
