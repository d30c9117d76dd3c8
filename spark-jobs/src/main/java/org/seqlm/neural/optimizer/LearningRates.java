package org.seqlm.neural.optimizer;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The learning rates of a run that may have been made longer on its way, as fractions of the
 * configured one. A function of the step and of the lengths that the run has had, so that whoever
 * goes on with it gets the same ones.
 *
 * @param schedule of each length
 * @param lengths that the run has had, in order; the first begins at step 0
 * @param falls of a plateau so far, in order: steps from which on the rate is lower
 * @param start what the rates are multiplied by in a run that began with a model
 */
public record LearningRates(
    Schedule schedule, List<Length> lengths, List<Long> falls, WarmStart start) {
  /** A rate that is higher by less does not rise. */
  private static final double SAME = 1 + 1e-9;

  /**
   * From a step on the run had another length.
   *
   * @param from step
   * @param total steps of the run
   * @param how the rate went on; null of the first length
   */
  public record Length(long from, long total, Schedule.OnExtend how) implements Serializable {}

  public LearningRates {
    lengths = List.copyOf(lengths);
    falls = List.copyOf(falls);
    if (lengths.isEmpty() || lengths.get(0).from() != 0) {
      throw new IllegalArgumentException("a run's first length begins at step 0: " + lengths);
    }
  }

  /** Of a run that began with random parameters and has not fallen from a plateau. */
  public LearningRates(Schedule schedule, List<Length> lengths) {
    this(schedule, lengths, List.of(), WarmStart.NONE);
  }

  /** Of a run that has had one length. */
  public static LearningRates of(Schedule schedule, long total) {
    return new LearningRates(schedule, List.of(new Length(0, total, null)));
  }

  /** Steps of the run as it is now. */
  public long total() {
    return last().total();
  }

  private Length last() {
    return lengths.get(lengths.size() - 1);
  }

  /** Whether the run has had another length. */
  public boolean isExtended() {
    return lengths.size() > 1;
  }

  /** The same with another length from a step on, unless it is the one it has. */
  public LearningRates extended(long from, long total) {
    if (total == total()) {
      return this;
    }
    List<Length> longer = new ArrayList<>(lengths);
    longer.add(new Length(from, total, schedule.onExtend()));
    return new LearningRates(schedule, longer, falls, start);
  }

  /** The same with these falls from a plateau. */
  public LearningRates with(List<Long> ofPlateau) {
    return new LearningRates(schedule, lengths, ofPlateau, start);
  }

  /** The same of a run that began with a model. */
  public LearningRates with(WarmStart model) {
    return new LearningRates(schedule, lengths, falls, model);
  }

  /**
   * The same where a pass has another number of steps.
   *
   * @param now steps of a pass
   * @param was steps of a pass until now
   */
  public LearningRates scaled(long now, long was) {
    return new LearningRates(
        schedule,
        lengths.stream()
            .map(
                length ->
                    new Length(
                        Math.round((double) length.from() / was * now),
                        Math.max(1, Math.round((double) length.total() / was * now)),
                        length.how()))
            .toList(),
        falls.stream().map(fall -> Math.round((double) fall / was * now)).toList(),
        start);
  }

  /** The rate of a step, from 0, as a fraction of the configured one. */
  public double factor(long step) {
    int at = lengths.size() - 1;
    while (lengths.get(at).from() > step) {
      at--;
    }
    long fallen = falls.stream().filter(fall -> fall <= step).count();
    return factor(at, step)
        * schedule.fallen(fallen)
        * start.factor(schedule, step, lengths.get(0).total());
  }

  private double factor(int at, long step) {
    Length length = lengths.get(at);
    double whole = schedule.factor(step, length.total());
    if (at == 0) {
      return whole;
    }
    long from = length.from();
    double before = factor(at - 1, from);
    boolean continues = length.how() == Schedule.OnExtend.CONTINUE;
    if (continues && isPastTop(at)) {
      return down(length, before, step);
    }
    if (schedule.factor(from, length.total()) <= before * SAME) {
      return whole; // it does not rise by itself
    }
    if (!continues) {
      long warmUp =
          schedule.warmUp() > 0 ? schedule.warmUp() : Math.max(1, (length.total() - from) / 10);
      double warm = Math.min(1, (step - from + 1.0) / warmUp);
      return before + (whole - before) * warm;
    }
    return switch (schedule.kind()) {
      case CONSTANT, INVERSE_SQRT, PLATEAU -> before;
      case STEP -> Math.min(before, whole);
      case LINEAR, COSINE, ONE_CYCLE -> down(length, before, step);
    };
  }

  /** Whether a length of one cycle begins after the highest rate that the run was to have. */
  private boolean isPastTop(int at) {
    return schedule.kind() == Schedule.Kind.ONE_CYCLE
        && at > 0
        && (isPastTop(at - 1)
            || lengths.get(at).from() >= schedule.top(lengths.get(at - 1).total()));
  }

  /** From where the rate was when a length began down to its last fraction. */
  private double down(Length length, double before, long step) {
    long from = length.from();
    double last = Math.min(before, schedule.finalFraction());
    double done = Math.min(1, (double) (step - from) / Math.max(1, length.total() - from));
    return last + (before - last) * schedule.left(done);
  }
}
