package org.seqlm.spark.task;

import java.util.Locale;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.seqlm.UserException;

/**
 * Executors that are lost round after round. Spark replaces each, and gives a stage up whose task
 * took {@code spark.task.maxFailures} of them along; but where every round comes to its end and
 * loses one, it would go on for ever at the price of a start a round.
 */
public final class ExecutorLosses implements AutoCloseable {
  private static final long LATE_MILLIS = 200; // for each round may take it

  private final JavaSparkContext spark;
  private final Row row;
  private final Listener listener = new Listener();

  /** Knows of all executors that are lost from now on. */
  public ExecutorLosses(JavaSparkContext spark, int most) {
    this.spark = spark;
    row = new Row(most, executors());
    spark.sc().addSparkListener(listener);
  }

  /**
   * Called when a round has come to its end.
   *
   * @throws UserException with exit code 5 where executors have been lost in every one of the last
   *     rounds, and altogether as many times as they may
   */
  public void afterRound() {
    if (row.most() == 0 || spark.sc().isLocal()) {
      return;
    }
    try {
      // Events come a little late.
      spark.sc().listenerBus().waitUntilEmpty(LATE_MILLIS);
    } catch (TimeoutException e) {
      // They belong to the next round then.
    }
    if (row.isOver(listener.lost, executors())) {
      throw UserException.platform(
          "an executor was lost in each of the last "
              + row.rounds()
              + " rounds, "
              + row.lost()
              + " in all: that is budget.losses "
              + row.most()
              + " for each of "
              + row.executors()
              + ". The last, executor "
              + listener.last
              + "; "
              + whereToLook(spark.sc().applicationId())
              + ". When that is mended, the same command goes on from its last checkpoint; or raise"
              + " budget.losses");
    }
  }

  private int executors() {
    return spark.sc().statusTracker().getExecutorInfos().length - 1; // one is the driver
  }

  @Override
  public void close() {
    spark.sc().removeSparkListener(listener);
  }

  /**
   * Where an executor that is gone has said why.
   *
   * @param application its id
   */
  public static String whereToLook(String application) {
    return "the log of such an executor says more: on YARN yarn logs -applicationId "
        + application
        + ", on Kubernetes kubectl logs POD, with"
        + " spark.kubernetes.executor.deleteOnTermination=false, elsewhere the folder work of its"
        + " worker";
  }

  /**
   * Whether somebody lost it who did not want to.
   *
   * @param reason Spark's
   */
  static boolean isLoss(String reason) {
    String text = String.valueOf(reason).toLowerCase(Locale.ROOT);
    return !text.contains("killed by driver")
        && !text.contains("decommission")
        && !text.contains("preempted")
        // Kubernetes'
        && !text.contains("was deleted by a user or the framework")
        && !text.contains("evict");
  }

  /** Rounds, one after the other, that each lost executors. */
  static final class Row {
    private final int most;
    private int before;
    private int lost;
    private int rounds;
    private int executors;

    /**
     * @param most losses for each executor, at least 1; 0 for any number
     * @param executors that there are at the beginning; more may come
     */
    Row(int most, int executors) {
      this.most = most;
      this.executors = Math.max(1, executors);
    }

    /**
     * Another round is over.
     *
     * @param all losses since the run began
     * @param now executors that there are; those that are to be replaced may not be among them
     */
    boolean isOver(int all, int now) {
      executors = Math.max(executors, now);
      rounds = all > before ? rounds + 1 : 0;
      lost = all > before ? lost + all - before : 0;
      before = all;
      return most > 0 && lost >= (long) most * executors;
    }

    int most() {
      return most;
    }

    int lost() {
      return lost;
    }

    int rounds() {
      return rounds;
    }

    int executors() {
      return executors;
    }
  }

  private static final class Listener extends SparkListener {
    private volatile int lost;
    private volatile String last = "";

    @Override
    public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
      if (isLoss(removed.reason())) {
        last =
            removed.executorId() + ": " + removed.reason().strip().lines().findFirst().orElse("");
        lost = lost + 1; // events come one after another
      }
    }
  }
}
