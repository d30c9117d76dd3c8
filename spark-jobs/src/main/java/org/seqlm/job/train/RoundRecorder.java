package org.seqlm.job.train;

import java.util.Comparator;
import java.util.List;
import org.seqlm.metrics.RoundMetrics;
import org.seqlm.metrics.RoundTimes;
import org.seqlm.metrics.WorkerMetrics;
import org.seqlm.neural.optimizer.AveragingMode;
import org.seqlm.neural.optimizer.GradientStats;
import org.seqlm.neural.optimizer.SynchronousUpdate;
import org.seqlm.neural.torch.device.GpuUse;
import org.seqlm.spark.training.Averaging;
import org.seqlm.spark.training.AveragingRound;
import org.seqlm.spark.training.NetworkTraining;
import org.seqlm.spark.training.WorkerReport;
import org.seqlm.spark.training.WorkerTimes;

/**
 * Makes a round's line of the run's metrics out of what came back. Durations are each machine's
 * own; that a worker ended after another is by the hosts' clocks, held within the round by the
 * driver's.
 */
final class RoundRecorder {
  private final NetworkTraining.Settings settings;
  private final long beganMillis;
  private final long began;

  /**
   * How far the run is after the round.
   *
   * @param round its number
   * @param epoch passes, with their fraction
   * @param steps of a worker
   * @param tokens of all workers
   * @param replayed of these, those of old text; null of a run that replays none
   * @param learningRate of the last step
   * @param checkpoint seconds of the one before the round, null without
   * @param elapsed seconds of the training until now
   */
  record Progress(
      int round,
      double epoch,
      long steps,
      long tokens,
      Long replayed,
      double learningRate,
      Double checkpoint,
      double elapsed) {}

  /**
   * Begins with the round.
   *
   * @param settings say what is averaged, and when
   */
  RoundRecorder(NetworkTraining.Settings settings) {
    this(settings, System.currentTimeMillis());
  }

  RoundRecorder(NetworkTraining.Settings settings, long beganMillis) {
    this.settings = settings;
    this.beganMillis = beganMillis;
    began = System.nanoTime();
  }

  /**
   * The line of a round that has just ended.
   *
   * @param slots tasks that the cluster runs at a time
   */
  RoundMetrics record(Progress at, AveragingRound.Outcome outcome, int slots) {
    return record(at, outcome, slots, (System.nanoTime() - began) * 1e-9);
  }

  RoundMetrics record(Progress at, AveragingRound.Outcome outcome, int slots, double seconds) {
    List<WorkerReport> reports = outcome.reports();
    double[] drifts = drifts(outcome);
    boolean each = reports.size() <= RoundMetrics.MOST_WORKERS;
    return new RoundMetrics(
        at.round(),
        at.epoch(),
        at.steps(),
        at.tokens(),
        outcome.loss(),
        at.learningRate(),
        seconds,
        known(drift(outcome)),
        update(outcome),
        each ? reports.stream().map(report -> worker(report, drifts)).toList() : List.of(),
        new RoundTimes(
            at.checkpoint(),
            at.elapsed(),
            slots,
            phases(reports, seconds),
            straggler(reports),
            each ? reports.stream().map(r -> times(r, reports, seconds)).toList() : List.of()),
        at.replayed());
  }

  /** Each worker's ‖θ − mean‖ / ‖mean‖; NaN or nothing where the average does not tell. */
  private double[] drifts(AveragingRound.Outcome outcome) {
    return outcome.drift() == null ? new double[0] : outcome.drift().workers();
  }

  /** The root mean square of these; NaN where the average does not tell. */
  private double drift(AveragingRound.Outcome outcome) {
    return outcome.drift() == null ? Double.NaN : outcome.drift().rms();
  }

  private boolean averagesGradients() {
    return settings.rounds().mode() == AveragingMode.GRADIENTS;
  }

  /** The driver's gradient where it makes the updates; else null. */
  private WorkerMetrics.Gradients update(AveragingRound.Outcome outcome) {
    return settings.outerStep() instanceof SynchronousUpdate by && outcome.mean() != null
        ? gradients(by.stats(outcome.mean().parameters()))
        : null;
  }

  /** The norms of a worker's gradients; null where its engine does not tell. */
  private WorkerMetrics.Gradients gradients(WorkerReport report) {
    GradientStats told = report.gradients();
    if (told == null || !averagesGradients()) {
      return told == null ? null : gradients(told);
    }
    // What is sent is as it is: the mean of all is clipped.
    return gradients(new GradientStats(told.updates(), 0, told.meanNorm(), told.maxNorm()));
  }

  private static WorkerMetrics.Gradients gradients(GradientStats gradients) {
    return new WorkerMetrics.Gradients(
        gradients.updates(), gradients.clipped(), gradients.meanNorm(), gradients.maxNorm());
  }

  private static Double known(double value) {
    return Double.isNaN(value) ? null : value;
  }

  /** Whether the round's workers may have been at work before it began. */
  private boolean delayed() {
    return settings.rounds().overlap() != Averaging.Overlap.NONE;
  }

  /** Seconds after the round's begin at which a worker ended; before it if averages are delayed. */
  private double ended(WorkerReport report, double seconds) {
    double at = Math.min(seconds, (report.times().ended() - beganMillis) * 1e-3);
    return delayed() ? at : Math.max(0, at);
  }

  private double lastEnd(List<WorkerReport> reports, double seconds) {
    return reports.stream().mapToDouble(r -> ended(r, seconds)).max().orElse(0);
  }

  private RoundTimes.Phases phases(List<WorkerReport> reports, double seconds) {
    WorkerReport last =
        reports.stream()
            .max(Comparator.comparingDouble(report -> ended(report, seconds)))
            .orElseThrow();
    WorkerTimes times = last.times();
    double end = ended(last, seconds);
    double task =
        times.broadcast() + times.read() + times.waited() + times.compute() + times.write();
    double idle =
        reports.stream()
            .filter(report -> report != last)
            .mapToDouble(report -> end - ended(report, seconds))
            .average()
            .orElse(0);
    return new RoundTimes.Phases(
        Math.max(0, end - task),
        times.broadcast(),
        times.read(),
        times.waited(),
        times.compute(),
        times.write(),
        seconds - Math.max(end, delayed() ? 0 : Math.min(task, seconds)),
        idle);
  }

  private static RoundTimes.Straggler straggler(List<WorkerReport> reports) {
    if (reports.size() < 2) {
      return null;
    }
    double[] sorted = reports.stream().mapToDouble(r -> r.times().compute()).sorted().toArray();
    // The lower one: of two workers, one that takes twice as long is a straggler.
    double median = sorted[(sorted.length - 1) / 2];
    WorkerReport slowest =
        reports.stream().max(Comparator.comparingDouble(r -> r.times().compute())).orElseThrow();
    double most = sorted[sorted.length - 1];
    return new RoundTimes.Straggler(slowest.worker(), median > 0 ? most / median : 1);
  }

  private WorkerMetrics worker(WorkerReport report, double[] drifts) {
    int worker = report.worker();
    return new WorkerMetrics(
        worker,
        report.loss(),
        report.tokens(),
        worker < drifts.length ? known(drifts[worker]) : null,
        gradients(report));
  }

  private RoundTimes.Worker times(WorkerReport report, List<WorkerReport> reports, double seconds) {
    WorkerTimes times = report.times();
    GpuUse gpu = report.gpu();
    return new RoundTimes.Worker(
        report.worker(),
        times.broadcast(),
        times.read(),
        times.waited(),
        times.compute(),
        times.write(),
        lastEnd(reports, seconds) - ended(report, seconds),
        report.location(),
        gpu == null
            ? null
            : new RoundTimes.Gpu(gpu.utilisation(), gpu.usedBytes(), gpu.totalBytes()));
  }
}
