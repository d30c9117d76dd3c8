package org.seqlm.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.seqlm.Problems;
import org.seqlm.UserException;
import org.seqlm.gate.Reason.Code;

/**
 * Whether a challenger is better than the champion on the same held-out examples, by what each
 * costs: one comparison with an error of its own, where {@link Gate} decides nights that share a
 * year's. The configuration group {@code gate} of what compares versions over labelled examples.
 *
 * <p>The gain of an example is (champion's cost − challenger's), in the unit of the costs; each
 * example counts once, as an observation of its own ({@link Estimand#DOCUMENT}). Where that unit is
 * not bits a character, it stands wherever {@link BettingTest} and {@link Clip} say so. Costs
 * between 0 and 1 need no clip: no gain less the margin m is beyond −1 − |m|, so the bound is 1 +
 * |m|, cuts nothing, and leaves nothing to assume.
 *
 * @param margin that the mean gain must be shown to exceed
 * @param alpha the probability that a challenger is found better whose gain is at most the margin
 * @param level of the interval, which is there to be read
 * @param leastExamples without which nothing is tested
 * @param clip where gains are cut off, of costs without a bound
 */
public record PairedTest(double margin, double alpha, double level, int leastExamples, Clip clip) {
  private static final double MOST = 100;

  public PairedTest {
    new Problems()
        .inRange("gate.margin", margin, -MOST, MOST)
        .require(
            alpha > 0 && alpha < 1,
            "gate.alpha must be greater than 0 and less than 1, but is " + alpha)
        .require(
            level > 0 && level < 1,
            "gate.level must be greater than 0 and less than 1, but is " + level)
        .inRange("gate.least-examples", leastExamples, 2, Integer.MAX_VALUE)
        .present("gate.clip", clip, "leave the group as it is")
        .throwIfAny();
  }

  /** What is known of costs. */
  public enum Costs {
    /** Each is between 0 and 1. */
    AT_MOST_ONE,
    /** Each is finite. */
    UNBOUNDED
  }

  /** What follows. */
  public enum Finding {
    /** The challenger is better, by more than the margin. */
    BETTER,
    /** That was not shown: the champion stays. */
    NOT_SHOWN
  }

  /**
   * What was found.
   *
   * @param reasons what decided first
   * @param examples that were compared
   * @param leftOut that have no cost, as nothing is predicted of them
   * @param gain mean over the examples; null for none
   * @param interval of that mean; null for none
   * @param clip that was used
   * @param test null where nothing was tested
   */
  public record Result(
      Finding finding,
      List<Reason> reasons,
      double margin,
      int examples,
      int leftOut,
      Double gain,
      GainInterval interval,
      Clip clip,
      Test test) {}

  /**
   * The test's figures; logarithms are natural.
   *
   * @param alpha of it
   * @param needed ln(1/α)
   * @param highest ln(capital) that it reached
   * @param p 1 / the highest capital, at most 1
   * @param clipped what clipping took
   */
  public record Test(double alpha, double needed, double highest, double p, Clipped clipped) {}

  /**
   * Compares.
   *
   * @param champion its cost of each example, in an order that no model has decided; NaN where
   *     there is none
   * @param challenger likewise, of the same examples
   * @throws UserException with exit code 3 where a cost is infinite, or only one has a cost
   */
  public Result of(double[] champion, double[] challenger, Costs costs) {
    Clip used = costs == Costs.UNBOUNDED ? clip : bounded();
    List<ClusterGain> gains = gains(champion, challenger);
    List<Reason> reasons = new ArrayList<>();
    Finding finding = Finding.NOT_SHOWN;
    Test test = null;
    if (gains.size() < leastExamples) {
      reasons.add(
          reason(
              Code.TOO_FEW_DOCUMENTS,
              "nothing was tested: %,d examples, but %,d are needed",
              gains.size(),
              leastExamples));
    } else {
      BettingTest betting = new BettingTest(margin, used, 0);
      gains.forEach(betting::observe);
      // One night, after which none comes again.
      Carry.Verdict verdict = new Carry(1, 1).verdict(betting, used, alpha, 1);
      finding = verdict == Carry.Verdict.SHOWN ? Finding.BETTER : Finding.NOT_SHOWN;
      test =
          new Test(
              alpha,
              -Math.log(alpha),
              betting.peakLogCapital(),
              betting.pValue(),
              betting.clipped());
      tell(verdict, test, used, reasons);
    }
    return new Result(
        finding,
        List.copyOf(reasons),
        margin,
        gains.size(),
        champion.length - gains.size(),
        gains.isEmpty() ? null : ClusterGain.mean(gains),
        gains.isEmpty() ? null : GainInterval.of(gains, used, level),
        used,
        test);
  }

  private Clip bounded() {
    double bound = 1 + Math.abs(margin);
    return new Clip(clip.deviations(), bound, bound, 0);
  }

  private static List<ClusterGain> gains(double[] champion, double[] challenger) {
    if (champion.length != challenger.length) {
      throw new IllegalArgumentException(champion.length + " costs, and " + challenger.length);
    }
    List<ClusterGain> gains = new ArrayList<>();
    for (int i = 0; i < champion.length; i++) {
      if (Double.isNaN(champion[i]) && Double.isNaN(challenger[i])) {
        continue;
      }
      double gain = champion[i] - challenger[i];
      if (!Double.isFinite(gain)) {
        throw UserException.data(
            "example "
                + (i + 1)
                + " of the split must have a finite cost to be compared, but it is "
                + champion[i]
                + " of the one model and "
                + challenger[i]
                + " of the other: compare models whose training did not diverge");
      }
      gains.add(new ClusterGain(gain, 1, 1));
    }
    return gains;
  }

  private void tell(Carry.Verdict verdict, Test test, Clip used, List<Reason> reasons) {
    boolean shown = verdict == Carry.Verdict.SHOWN || verdict == Carry.Verdict.TAIL;
    if (verdict == Carry.Verdict.TAIL) {
      reasons.add(
          reason(
              Code.LOSSES_BEYOND_CLIP,
              "losses beyond the clip, of %,d examples, take %.4f from the mean, but %.4f are"
                  + " allowed",
              test.clipped().losses(),
              test.clipped().lossesTaken(),
              used.allowance()));
    }
    reasons.add(
        reason(
            shown ? Code.GAIN_SHOWN : Code.GAIN_NOT_SHOWN,
            "a mean gain above %.4f is%s shown: evidence (what a bet on it made of 1) e^%.2f of"
                + " e^%.2f needed, mean gain %+.4f",
            margin,
            shown ? "" : " not",
            test.highest(),
            test.needed(),
            test.clipped().mean()));
  }

  private static Reason reason(Code code, String format, Object... values) {
    return new Reason(code, String.format(Locale.ROOT, format, values));
  }
}
