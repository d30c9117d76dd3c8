package org.seqlm.bench.gate;

import java.io.Serializable;
import java.util.SplittableRandom;
import org.seqlm.gate.BettingTest;
import org.seqlm.gate.Carry;
import org.seqlm.gate.Clip;
import org.seqlm.gate.ErrorBudget;
import org.seqlm.gate.Estimand;
import org.seqlm.gate.Spent;

/**
 * Nights of the gate's evidence, without its guards, which only ever block: with them there are as
 * many promotions or fewer.
 *
 * @param margin bits a character
 * @param estimand what the gain is a mean of
 * @param budget of a year
 * @param clip of observations
 * @param carry when a challenger comes again
 * @param documents of a night, rounded up to whole clusters
 */
public record SimulatedNights(
    double margin, Estimand estimand, ErrorBudget budget, Clip clip, Carry carry, int documents)
    implements Serializable {

  /**
   * What a year had.
   *
   * @param promotions of challengers
   * @param reached nights on which the evidence sufficed, promoted or not for losses beyond the
   *     clip
   * @param challengers that were tested
   * @param again nights on which one came again
   * @param lossesTaken mean over the nights of what clipping losses gave to the mean
   */
  public record Year(int promotions, int reached, int challengers, int again, double lossesTaken) {}

  /**
   * What a night had.
   *
   * @param promoted whether the challenger was, after {@link #documents}
   * @param tail whether it was not for its losses beyond the clip
   * @param enough documents after which the evidence sufficed; {@link Integer#MAX_VALUE} where it
   *     did not after all
   */
  public record Night(boolean promoted, boolean tail, int enough) {}

  /**
   * A year: every night has a challenger of the same true gain, a new one or the one that comes
   * again.
   *
   * @param gain of every challenger, bits a character
   */
  public Year year(NightModel model, double gain, SplittableRandom random) {
    Spent spent = Spent.NOTHING;
    int promotions = 0;
    int reached = 0;
    int repeated = 0;
    double lossesTaken = 0;
    double share = 0;
    double capital = 0;
    int nights = 0; // of the challenger, before this one
    for (int night = 1; night <= budget.nights(); night++) {
      if (nights == 0) {
        share = budget.share(night, spent);
        spent = spent.plus(share);
        capital = 0;
      } else {
        repeated++;
      }
      BettingTest test = new BettingTest(margin, clip, capital);
      while (test.documents() < documents) {
        model.cluster(gain, estimand, random, test);
      }
      lossesTaken += test.lossesTaken();
      Carry.Verdict verdict = carry.verdict(test, clip, share, nights + 1);
      if (verdict == Carry.Verdict.SHOWN || verdict == Carry.Verdict.TAIL) {
        reached++;
      }
      if (verdict == Carry.Verdict.SHOWN) {
        promotions++;
        spent = spent.minus(share);
      }
      nights = verdict == Carry.Verdict.ALMOST ? nights + 1 : 0;
      capital = test.logCapital();
    }
    return new Year(
        promotions, reached, spent.challengers(), repeated, lossesTaken / budget.nights());
  }

  /**
   * The first night of a year.
   *
   * @param most documents to go on to, at least {@link #documents}
   */
  public Night night(NightModel model, double gain, int most, SplittableRandom random) {
    double share = budget.share(1, Spent.NOTHING);
    double needed = -Math.log(share);
    BettingTest test = new BettingTest(margin, clip, 0);
    Carry.Verdict verdict = null;
    int enough = Integer.MAX_VALUE;
    while (test.documents() < most && (verdict == null || enough == Integer.MAX_VALUE)) {
      model.cluster(gain, estimand, random, test);
      if (enough == Integer.MAX_VALUE && test.peakLogCapital() >= needed) {
        enough = (int) test.documents();
      }
      if (verdict == null && test.documents() >= documents) {
        verdict = carry.verdict(test, clip, share, 1);
      }
    }
    return new Night(verdict == Carry.Verdict.SHOWN, verdict == Carry.Verdict.TAIL, enough);
  }
}
