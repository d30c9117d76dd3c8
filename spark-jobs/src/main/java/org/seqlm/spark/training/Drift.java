package org.seqlm.spark.training;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.seqlm.neural.optimizer.AveragingMode;

/**
 * How far a round's workers went from their mean: ‖θk − θ̄‖ / ‖θ̄‖, measured where stripes are
 * averaged, in float64. Squares are summed in blocks of {@link #BLOCK} values and the blocks in
 * their order, so no bit depends on stripes and tasks.
 *
 * @param workers by worker; NaN of those that were rejected or trained nothing, and of all where
 *     they are too many to be told apart
 * @param rms √(Σ wk ‖θk − θ̄‖²) / ‖θ̄‖, wk the shares of what each trained; NaN if unknown
 */
public record Drift(double[] workers, double rms) {
  /** Values whose squares are summed in one go: of the smallest stripe. */
  static final int BLOCK = 1 << 14;

  /** Values of a stripe's parts that an averaging task may hold: 32 MiB. */
  static final int HELD = 1 << 23;

  /** What can be measured. */
  enum Measure {
    /** Each worker's: a stripe's parts are held until its mean is known. */
    EACH,
    /** Of more than {@code HELD / BLOCK} workers only the root mean square: nothing is held. */
    TOGETHER,
    /** Nothing: what is averaged are gradients, and no worker leaves another. */
    NONE;

    /** What is measured of so many workers' averages of a mode. */
    static Measure of(int workers, AveragingMode mode) {
      return mode == AveragingMode.GRADIENTS ? NONE : of(workers);
    }

    /** The same of parameters. */
    static Measure of(int workers) {
      return (long) workers * BLOCK <= HELD ? EACH : TOGETHER;
    }
  }

  /** Stands for all workers together. */
  static final int ALL = -1;

  /** Of a round that nothing is known of. */
  static Drift unknown(int workers) {
    return of(workers, Double.NaN);
  }

  private static Drift of(int workers, double rms) {
    double[] none = new double[workers];
    Arrays.fill(none, Double.NaN);
    return new Drift(none, rms);
  }

  /**
   * From what the averaging tasks measured.
   *
   * @param squares ‖θk − θ̄‖² by worker and block, or of {@link #ALL} the sum weighted by what each
   *     trained
   * @param reports of all workers
   * @param mean θ̄
   */
  static Drift of(Map<Integer, double[]> squares, List<WorkerReport> reports, float[] mean) {
    double norm = Math.sqrt(sum(squares(mean)));
    if (norm == 0 || squares.isEmpty()) {
      return unknown(reports.size());
    }
    double weights = 0;
    double weighted = 0;
    double[] workers = new double[reports.size()];
    for (int k = 0; k < workers.length; k++) {
      WorkerReport report = reports.get(k);
      double[] own = squares.get(report.worker());
      workers[k] = Double.NaN;
      if (own != null) {
        double square = sum(own);
        workers[k] = Math.sqrt(square) / norm;
        weighted += report.tokens() * square;
      }
      weights += report.rejected() == null ? report.tokens() : 0;
    }
    double[] together = squares.get(ALL);
    return new Drift(
        workers, Math.sqrt((together == null ? weighted : sum(together)) / weights) / norm);
  }

  private static double sum(double[] blocks) {
    double sum = 0;
    for (double block : blocks) {
      sum += block;
    }
    return sum;
  }

  private static double[] squares(float[] values) {
    double[] blocks = new double[Stripes.count(values.length, BLOCK)];
    float[] zero = new float[Math.min(BLOCK, values.length)];
    for (int b = 0; b < blocks.length; b++) {
      int from = b * BLOCK;
      blocks[b] = square(values, from, zero, 0, Math.min(BLOCK, values.length - from));
    }
    return blocks;
  }

  /** ‖x − y‖² of a block, in four sums, so that a processor need not wait for each addition. */
  static double square(float[] x, int xFrom, float[] y, int yFrom, int length) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < length; i += 4) {
      double d0 = (double) x[xFrom + i] - y[yFrom + i];
      double d1 = (double) x[xFrom + i + 1] - y[yFrom + i + 1];
      double d2 = (double) x[xFrom + i + 2] - y[yFrom + i + 2];
      double d3 = (double) x[xFrom + i + 3] - y[yFrom + i + 3];
      s0 += d0 * d0;
      s1 += d1 * d1;
      s2 += d2 * d2;
      s3 += d3 * d3;
    }
    for (; i < length; i++) {
      double d = (double) x[xFrom + i] - y[yFrom + i];
      s0 += d * d;
    }
    return (s0 + s1) + (s2 + s3);
  }

  /** As bytes: a stripe's squares by worker, each of all its blocks. */
  static byte[] encode(Map<Integer, double[]> squares) {
    int blocks = squares.isEmpty() ? 0 : squares.values().iterator().next().length;
    ByteBuffer out =
        ByteBuffer.allocate(
            2 * Integer.BYTES + squares.size() * (Integer.BYTES + blocks * Double.BYTES));
    out.putInt(squares.size()).putInt(blocks);
    squares.forEach(
        (worker, of) -> {
          out.putInt(worker);
          for (double block : of) {
            out.putDouble(block);
          }
        });
    return out.array();
  }

  /**
   * Puts a stripe's squares to their places.
   *
   * @param encoded by {@link #encode}
   * @param into by worker, of all blocks
   * @param at the stripe's first block
   * @param all blocks there are
   */
  static void decode(byte[] encoded, Map<Integer, double[]> into, int at, int all) {
    ByteBuffer in = ByteBuffer.wrap(encoded);
    int workers = in.getInt();
    int blocks = in.getInt();
    for (int k = 0; k < workers; k++) {
      double[] of = into.computeIfAbsent(in.getInt(), worker -> new double[all]);
      for (int b = 0; b < blocks; b++) {
        of[at + b] = in.getDouble();
      }
    }
  }
}
