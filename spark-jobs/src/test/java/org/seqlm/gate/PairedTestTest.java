package org.seqlm.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.gate.PairedTest.Costs;
import org.seqlm.gate.PairedTest.Finding;

class PairedTestTest {
  private static final Clip CLIP = new Clip(10, 0.1, 1, 0.001);

  private static PairedTest test(double margin) {
    return new PairedTest(margin, 0.05, 0.95, 3, CLIP);
  }

  private static double[] all(int count, double cost) {
    double[] costs = new double[count];
    Arrays.fill(costs, cost);
    return costs;
  }

  /** As {@link BettingTest} bets, with a bound that no gain between −1 and 1 passes. */
  @Test
  void sharesAreBetOnWithoutClipping() {
    double[] champion = {1, 1, 0, 0.5, 1, 0};
    double[] challenger = {0, 1, 1, 0, 0, 0};
    BettingTest betting = new BettingTest(0.1, new Clip(10, 1.1, 1.1, 0), 0);
    for (int i = 0; i < champion.length; i++) {
      betting.observe(champion[i] - challenger[i], 1, 1);
    }

    PairedTest.Result found = test(0.1).of(champion, challenger, Costs.AT_MOST_ONE);

    assertThat(found.gain()).isCloseTo(1.5 / 6, within(1e-15));
    assertThat(found.test().highest()).isEqualTo(betting.peakLogCapital());
    assertThat(found.test().p()).isEqualTo(betting.pValue());
    assertThat(found.test().clipped()).isEqualTo(betting.clipped());
    assertThat(found.test().clipped().losses()).isZero();
    assertThat(found.clip()).isEqualTo(new Clip(10, 1.1, 1.1, 0));
    assertThat(found.finding()).isEqualTo(Finding.NOT_SHOWN);
  }

  @Test
  void whatIsBetterOnAllIsFoundBetterAndTheOtherWayRoundNot() {
    double[] wrong = all(40, 1);
    double[] right = all(40, 0);

    PairedTest.Result better = test(0).of(wrong, right, Costs.AT_MOST_ONE);
    PairedTest.Result worse = test(0).of(right, wrong, Costs.AT_MOST_ONE);

    assertThat(better.finding()).isEqualTo(Finding.BETTER);
    assertThat(better.gain()).isEqualTo(1);
    assertThat(better.reasons()).extracting(Reason::code).containsExactly(Reason.Code.GAIN_SHOWN);
    assertThat(worse.finding()).isEqualTo(Finding.NOT_SHOWN);
    assertThat(worse.gain()).isEqualTo(-1);
    assertThat(worse.test().p()).isEqualTo(1);
  }

  /**
   * Nats of examples have tails of several nats on both sides: with the bound that is told for them
   * a gain of 0.1 is found; with the nights' bound of one bit losses beyond it forbid to say so.
   */
  @Test
  void nattyTailsNeedARoomyClip() {
    Random random = new Random(4);
    double[] champion = new double[4000];
    double[] challenger = new double[champion.length];
    for (int i = 0; i < champion.length; i++) {
      double cost = -Math.log(random.nextDouble());
      champion[i] = cost + (i % 50 == 0 ? 2 : 0);
      challenger[i] = 0.9 * cost + (i % 50 == 1 ? 2 : 0);
    }
    Clip ofConfiguration = new Clip(10, 0.1, 20, 0.001);

    PairedTest.Result found =
        new PairedTest(0, 0.05, 0.95, 50, ofConfiguration)
            .of(champion, challenger, Costs.UNBOUNDED);
    PairedTest.Result back =
        new PairedTest(0, 0.05, 0.95, 50, ofConfiguration)
            .of(challenger, champion, Costs.UNBOUNDED);

    assertThat(found.finding()).isEqualTo(Finding.BETTER);
    assertThat(back.finding()).isEqualTo(Finding.NOT_SHOWN);
    assertThat(test(0).of(champion, challenger, Costs.UNBOUNDED).reasons())
        .extracting(Reason::code)
        .contains(Reason.Code.LOSSES_BEYOND_CLIP);
  }

  @Test
  void equalModelsGainNothing() {
    double[] costs = new Random(1).doubles(100).toArray();
    for (Costs kind : Costs.values()) {
      PairedTest.Result found = test(0).of(costs, costs.clone(), kind);

      assertThat(found.gain()).isEqualTo(0.0);
      assertThat(found.test().highest()).isZero();
      assertThat(found.finding()).isEqualTo(Finding.NOT_SHOWN);
    }
  }

  @Test
  void tooFewAreNotTested() {
    PairedTest.Result found =
        test(0)
            .of(
                new double[] {1, Double.NaN, 1, Double.NaN},
                new double[] {0, Double.NaN, 0, Double.NaN},
                Costs.AT_MOST_ONE);

    assertThat(found.examples()).isEqualTo(2);
    assertThat(found.leftOut()).isEqualTo(2);
    assertThat(found.test()).isNull();
    assertThat(found.finding()).isEqualTo(Finding.NOT_SHOWN);
    assertThat(found.reasons().get(0).text())
        .isEqualTo("nothing was tested: 2 examples, but 3 are needed");
  }

  /** Many small gains hide few losses so large that the clip takes most of them. */
  @Test
  void lossesBeyondTheClipAreHeldAgainstIt() {
    double[] champion = all(400, 0.2);
    double[] challenger = all(400, 0.1);
    champion[399] = 0;
    challenger[399] = 50;

    PairedTest.Result found = test(0).of(champion, challenger, Costs.UNBOUNDED);

    assertThat(found.finding()).isEqualTo(Finding.NOT_SHOWN);
    assertThat(found.reasons())
        .extracting(Reason::code)
        .containsExactly(Reason.Code.LOSSES_BEYOND_CLIP, Reason.Code.GAIN_SHOWN);
    assertThat(found.gain()).isNegative();
  }

  @Test
  void whatCannotBeComparedIsRefused() {
    assertThatThrownBy(
            () ->
                test(0)
                    .of(
                        new double[] {1, 1},
                        new double[] {1, Double.POSITIVE_INFINITY},
                        Costs.UNBOUNDED))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("example 2 of the split must have a finite cost to be compared")
        .extracting("exitCode")
        .isEqualTo(ExitCode.DATA);
    assertThatThrownBy(() -> new PairedTest(0, 1.5, 0, 1, null))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("gate.alpha")
        .hasMessageContaining("gate.level")
        .hasMessageContaining("gate.least-examples")
        .hasMessageContaining("gate.clip");
  }

  /** Two models that are right equally often, each on examples of its own. */
  @Test
  void equallyGoodModelsAreSeldomFoundBetter() {
    Random random = new Random(7);
    PairedTest test = new PairedTest(0, 0.05, 0.95, 50, CLIP);
    int found = 0;
    for (int trial = 0; trial < 400; trial++) {
      double[] champion = random.doubles(300).map(u -> u < 0.3 ? 1 : 0).toArray();
      double[] challenger = random.doubles(300).map(u -> u < 0.3 ? 1 : 0).toArray();
      if (test.of(champion, challenger, Costs.AT_MOST_ONE).finding() == Finding.BETTER) {
        found++;
      }
    }
    // 0.05 · 400 = 20 at most in the mean.
    assertThat(found).isLessThanOrEqualTo(20);
  }
}
