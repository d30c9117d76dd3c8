package org.seqlm.neural.learner;

import java.io.Serializable;
import org.seqlm.neural.optimizer.AveragingMode;
import org.seqlm.neural.optimizer.InnerMoments;

/** What a worker is to do in one round. */
public final class RoundPlan implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int round;
  private final int worker;
  private final long seed;
  private final long firstStep;
  private final double[] learningRates; // null: all steps there are
  private final PassWindows cut;
  private final double lossBound;
  private final InnerMoments moments;
  private final AveragingMode mode;
  private final int epoch;

  /**
   * @param round from 1
   * @param worker from 0
   * @param seed of the run
   * @param firstStep steps of the worker before this round
   * @param learningRates one a step of this round
   * @param cut the windows of a pass; the hidden state is zeroed before its first
   * @param lossBound in nats a token: a round whose mean loss is above it, or not finite, is
   *     rejected
   * @param moments what becomes of the moments between rounds
   * @param mode what the worker's result is
   */
  public RoundPlan(
      int round,
      int worker,
      long seed,
      long firstStep,
      double[] learningRates,
      PassWindows cut,
      double lossBound,
      InnerMoments moments,
      AveragingMode mode) {
    this(
        round,
        worker,
        seed,
        firstStep,
        learningRates,
        cut,
        lossBound,
        moments,
        mode,
        Math.toIntExact(cut.pass(firstStep)));
  }

  /** For workers that train parameters. */
  public RoundPlan(
      int round,
      int worker,
      long seed,
      long firstStep,
      double[] learningRates,
      PassWindows cut,
      double lossBound,
      InnerMoments moments) {
    this(
        round,
        worker,
        seed,
        firstStep,
        learningRates,
        cut,
        lossBound,
        moments,
        AveragingMode.PARAMETERS);
  }

  /**
   * The same over windows of one length.
   *
   * @param stepsPerPass the hidden state is zeroed before each step divisible by it; 1 carries none
   */
  public RoundPlan(
      int round,
      int worker,
      long seed,
      long firstStep,
      double[] learningRates,
      long stepsPerPass,
      double lossBound,
      InnerMoments moments) {
    this(
        round,
        worker,
        seed,
        firstStep,
        learningRates,
        PassWindows.fixed(stepsPerPass, 1),
        lossBound,
        moments);
  }

  private RoundPlan(
      int round,
      int worker,
      long seed,
      long firstStep,
      double[] learningRates,
      PassWindows cut,
      double lossBound,
      InnerMoments moments,
      AveragingMode mode,
      int epoch) {
    this.round = round;
    this.worker = worker;
    this.seed = seed;
    this.firstStep = firstStep;
    this.learningRates = learningRates == null ? null : learningRates.clone();
    this.cut = cut;
    this.lossBound = lossBound;
    this.moments = moments;
    this.mode = mode;
    this.epoch = epoch;
  }

  /**
   * A plan for whatever steps there are, at the engine's own learning rates, with no state carried
   * from step to step.
   *
   * @param epoch passes over the data before this one
   */
  public static RoundPlan all(
      int round,
      int worker,
      long seed,
      long firstStep,
      int epoch,
      InnerMoments moments,
      double lossBound) {
    return new RoundPlan(
        round,
        worker,
        seed,
        firstStep,
        null,
        PassWindows.fixed(1, 1),
        lossBound,
        moments,
        AveragingMode.PARAMETERS,
        epoch);
  }

  public int round() {
    return round;
  }

  public int worker() {
    return worker;
  }

  public long seed() {
    return seed;
  }

  public long firstStep() {
    return firstStep;
  }

  /** Steps of this round at most. */
  public int steps() {
    return learningRates == null ? Integer.MAX_VALUE : learningRates.length;
  }

  /** The rate of the i-th step of this round; NaN leaves it to the engine. */
  public double learningRate(int i) {
    return learningRates == null ? Double.NaN : learningRates[i];
  }

  /** The rate of the last step of this round; NaN leaves it to the engine. */
  public double lastRate() {
    return learningRates == null || learningRates.length == 0
        ? Double.NaN
        : learningRates[learningRates.length - 1];
  }

  /** What the worker's result is. */
  public AveragingMode mode() {
    return mode;
  }

  /** Whether the hidden state is zero before the i-th step of this round. */
  public boolean beginsPass(int i) {
    return cut.beginsPass(firstStep + i);
  }

  /**
   * The tokens of all steps of this round.
   *
   * @param tokens of the first steps
   * @param done how many these are, at least 1
   */
  long planned(long tokens, int done) {
    long began = cut.at(firstStep);
    return tokens / (cut.at(firstStep + done) - began) * (cut.at(firstStep + steps()) - began);
  }

  public double lossBound() {
    return lossBound;
  }

  public InnerMoments moments() {
    return moments;
  }

  /** Whether the moments are zero before the first step. */
  public boolean beginsAfresh(WorkerState state) {
    return moments == InnerMoments.RESET || state.moments().length == 0;
  }

  /** Passes over the data before the first step. */
  public int epoch() {
    return epoch;
  }
}
