package org.seqlm.spark.training;

import org.apache.spark.Partitioner;

/**
 * How parameters, and moments after them, are cut into stripes of consecutive values, and which
 * task averages which.
 */
public final class Stripes {
  /** Values of a stripe at most: 4 MiB, far below what Kryo may buffer. */
  private static final int LARGEST = 1 << 20;

  /** And at least: below it a stripe's own cost is more than what another task saves. */
  private static final int SMALLEST = Drift.BLOCK;

  /** Values that a task fetches and adds while the driver launches another task. */
  private static final double VALUES_A_LAUNCH = 1 << 18;

  /** Stripes that one task averages at most: it holds their means until it ends. */
  private static final int LARGEST_SHARE = 16;

  private Stripes() {}

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

  /**
   * Values of a stripe: as many stripes as tasks, within bounds. With one stripe a task would take
   * all that a thousand workers send.
   */
  static int valuesOfEach(long values, int tasks) {
    long share = (values + tasks - 1) / tasks;
    return (int) Math.max(SMALLEST, Math.min(LARGEST, share));
  }

  /** The same of so many workers' parameters, whose drift is measured. */
  public static int valuesOfEach(long values, int tasks, int workers) {
    return valuesOfEach(values, tasks, workers, Drift.Measure.of(workers));
  }

  /**
   * The same: in whole blocks of {@link Drift#BLOCK}, and short enough for a task to hold a stripe
   * of every worker where their drift is measured one by one.
   */
  static int valuesOfEach(long values, int tasks, int workers, Drift.Measure measure) {
    int wanted = valuesOfEach(values, tasks);
    int most = measure == Drift.Measure.EACH ? Math.min(LARGEST, Drift.HELD / workers) : LARGEST;
    int blocks = Math.min((wanted + Drift.BLOCK - 1) / Drift.BLOCK, most / Drift.BLOCK);
    return blocks * Drift.BLOCK;
  }

  /** Tasks that average so many stripes of so many values where {@code wanted} were asked for. */
  public static int tasks(int stripes, int stripeValues, int wanted) {
    long share = Math.max(1, (long) LARGEST_SHARE * LARGEST / stripeValues);
    long least = (stripes + share - 1) / share;
    return (int) Math.max(1, Math.min(stripes, Math.max(wanted, least)));
  }

  /** Stripes that so many values make. */
  public static int count(long values, int stripeValues) {
    return Math.toIntExact((values + stripeValues - 1) / stripeValues);
  }

  /** Where reports go. */
  enum Reports {
    /** To the first task that averages. */
    BESIDE,
    /** To partition 0, before all others: they are there as soon as the workers have trained. */
    APART
  }

  /** Stripe s to task s modulo the tasks. */
  static final class ByStripe extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int tasks;
    private final int before;

    ByStripe(int tasks, Reports reports) {
      this.tasks = tasks;
      before = reports == Reports.APART ? 1 : 0;
    }

    @Override
    public int numPartitions() {
      return before + tasks;
    }

    @Override
    public int getPartition(Object key) {
      int stripe = RoundPart.stripeOf((Long) key);
      return stripe < 0 ? 0 : before + stripe % tasks;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ByStripe that && that.tasks == tasks && that.before == before;
    }

    @Override
    public int hashCode() {
      return 2 * tasks + before;
    }
  }
}
