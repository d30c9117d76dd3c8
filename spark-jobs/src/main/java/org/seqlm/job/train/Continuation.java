package org.seqlm.job.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.seqlm.artifact.Json;
import org.seqlm.neural.files.Checkpoint;
import org.seqlm.neural.learner.Dealing;
import org.seqlm.neural.optimizer.LearningRates;
import org.seqlm.spark.training.NetworkTraining.Settings;

/**
 * How a run goes on from a checkpoint where its length or its number of workers is another than
 * before.
 *
 * @param step to go on with
 * @param rates of the run from here on, and until here
 * @param changes whether the run has another length from here on, or other workers, than the
 *     checkpoint knows: patience begins anew
 * @param workersBefore K until here
 * @param dropped units of the pass that are skipped because the workers change, which they do with
 *     the next pass
 */
record Continuation(
    long step, LearningRates rates, boolean changes, int workersBefore, long dropped) {

  /** Of a run that begins. */
  static Continuation beginning(Settings settings, long tokens) {
    return new Continuation(0, settings.rates(tokens), false, settings.workers(), 0);
  }

  /**
   * After a checkpoint.
   *
   * @param epochsBefore what the run was to have when the checkpoint was written, as far as anybody
   *     knows
   * @param tokens of the training split
   */
  static Continuation after(Checkpoint from, double epochsBefore, Settings settings, long tokens) {
    // A run that has not begun has no states, and any number of workers can begin it.
    int before = from.states().isEmpty() ? settings.workers() : from.states().size();
    Dealing were = settings.dealing().withWorkers(before);
    long wasOfPass = were.windows(tokens, settings.seed()).perPass();
    LearningRates rates =
        from.lengths().isEmpty()
            ? LearningRates.of(
                settings.schedule(), Math.max(1, Math.round(epochsBefore * wasOfPass)))
            : new LearningRates(settings.schedule(), from.lengths());
    rates = rates.with(settings.start());
    if (from.plateau() != null) {
      rates = rates.with(from.plateau().falls());
    }
    long step = from.step();
    long dropped = 0;
    if (before != settings.workers()) {
      long passes = (step + wasOfPass - 1) / wasOfPass;
      step = passes * settings.stepsOfPass(tokens);
      for (int k = 0; k < before; k++) {
        dropped += were.left(k, tokens, settings.seed(), from.step());
      }
      rates = aligned(rates.scaled(settings.stepsOfPass(tokens), wasOfPass), settings, tokens);
    }
    LearningRates now = rates.extended(step, settings.totalSteps(tokens));
    return new Continuation(
        step, now, now.total() != rates.total() || before != settings.workers(), before, dropped);
  }

  /** A length that differs by the rounding of its steps only is the same. */
  private static LearningRates aligned(LearningRates rates, Settings settings, long tokens) {
    long total = settings.totalSteps(tokens);
    if (Math.abs(rates.total() - total) > 1) {
      return rates;
    }
    List<LearningRates.Length> lengths = new ArrayList<>(rates.lengths());
    LearningRates.Length last = lengths.remove(lengths.size() - 1);
    lengths.add(new LearningRates.Length(last.from(), total, last.how()));
    return new LearningRates(rates.schedule(), lengths, rates.falls(), rates.start());
  }

  /** Whether the workers are others than before. */
  boolean changesWorkers(Settings settings) {
    return workersBefore != settings.workers();
  }

  /** Tells what will become of the learning rate of a run that is made longer here; else empty. */
  String text(Settings settings) {
    if (!rates.isExtended()) {
      return "";
    }
    LearningRates.Length last = rates.lengths().get(rates.lengths().size() - 1);
    if (last.from() != step) {
      return String.format(
          Locale.ROOT,
          "made %s at step %,d: the learning rate goes on as since then, now %.4g, %.4g at the end"
              + " (training.schedule.on-extend was %s)",
          rates.total() < lengthBefore() ? "shorter" : "longer",
          last.from(),
          settings.learningRate() * rates.factor(step),
          settings.learningRate() * rates.factor(rates.total() - 1),
          Json.name(last.how()));
    }
    double now = settings.learningRate() * before();
    double highest = 0;
    for (long at = step; at < rates.total(); at += Math.max(1, (rates.total() - step) / 1000)) {
      highest = Math.max(highest, settings.learningRate() * rates.factor(at));
    }
    return String.format(
        Locale.ROOT,
        "made %s at step %,d: the learning rate is %.4g there, and goes %s, %.4g at the end"
            + " (training.schedule.on-extend: %s)",
        rates.total() < lengthBefore() ? "shorter" : "longer",
        step,
        now,
        highest > now * (1 + 1e-9)
            ? String.format(Locale.ROOT, "up to %.4g", highest)
            : "on without rising",
        settings.learningRate() * rates.factor(rates.total() - 1),
        Json.name(settings.schedule().onExtend()));
  }

  private long lengthBefore() {
    return rates.lengths().get(rates.lengths().size() - 2).total();
  }

  /** The fraction where the run was until here. */
  private double before() {
    return new LearningRates(
            rates.schedule(),
            rates.lengths().subList(0, rates.lengths().size() - 1),
            rates.falls(),
            rates.start())
        .factor(step);
  }
}
