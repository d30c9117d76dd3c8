package org.seqlm.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.seqlm.UserException;

class MixtureWeightsTest {
  private static final MixtureWeights.Rules TO_THE_END = new MixtureWeights.Rules(0, 10_000);

  // Text "a a b"; model 0 gives a 0.8 and b 0.2, model 1 gives a 0.4 and b 0.6.
  private static final double[] AAB = logs(0.8, 0.4, 0.8, 0.4, 0.2, 0.6);

  private static double[] logs(double... probabilities) {
    double[] logs = new double[probabilities.length];
    for (int i = 0; i < logs.length; i++) {
      logs[i] = Math.log(probabilities[i]);
    }
    return logs;
  }

  private static MixtureWeights.Fit fit(double[] start, double[] text, MixtureWeights.Rules rules) {
    return MixtureWeights.fit(
        start, rules, weights -> MixtureWeights.expectation(weights, text), iteration -> {});
  }

  @Test
  void theFirstStepByHand() {
    // Posteriors of model 0: 0.4/0.6 = 2/3 for each a, 0.1/0.4 = 1/4 for b; together 19/12.
    double[] sums = MixtureWeights.expectation(new double[] {0.5, 0.5}, AAB);
    assertThat(sums[0]).isCloseTo(19.0 / 12, within(1e-15));
    assertThat(sums[1]).isCloseTo(17.0 / 12, within(1e-15));
    assertThat(sums[2]).isCloseTo(Math.log(0.6 * 0.6 * 0.4), within(1e-14));
    assertThat(sums[3]).isEqualTo(3);
    assertThat(sums[4]).isZero();
    MixtureWeights.Fit fit = fit(new double[] {0.5, 0.5}, AAB, new MixtureWeights.Rules(0, 1));
    assertThat(fit.best().weights().get(0)).isCloseTo(19.0 / 36, within(1e-15));
    assertThat(fit.ending()).isEqualTo(MixtureWeights.Ending.ITERATIONS_SPENT);
    // The likelihood told is that of the weights told: (0.4 + 0.4 l)^2 (0.6 - 0.4 l).
    double l = 19.0 / 36;
    double likelihood = (0.4 + 0.4 * l) * (0.4 + 0.4 * l) * (0.6 - 0.4 * l);
    assertThat(fit.best().logLikelihood()).isCloseTo(Math.log(likelihood), within(1e-14));
    assertThat(fit.best().perplexity()).isCloseTo(Math.pow(likelihood, -1.0 / 3), within(1e-14));
  }

  @Test
  void endsAtTheMaximumWhereverItStarts() {
    // (0.4 + 0.4 l)^2 (0.6 - 0.4 l) is largest where 2 (0.6 - 0.4 l) = 0.4 + 0.4 l: l = 2/3.
    for (double start : new double[] {0.01, 0.5, 0.99}) {
      MixtureWeights.Fit fit = fit(new double[] {start, 1 - start}, AAB, TO_THE_END);
      assertThat(fit.ending()).isEqualTo(MixtureWeights.Ending.CONVERGED);
      // The likelihood is flat there: its last bit is worth about the root of that in the weight.
      assertThat(fit.best().weights().get(0)).isCloseTo(2.0 / 3, within(1e-6));
    }
  }

  @Test
  void givenWeightsAreOnlyScored() {
    MixtureWeights.Fit fit = fit(new double[] {1, 0}, AAB, new MixtureWeights.Rules(1e-6, 0));
    assertThat(fit.iterations()).hasSize(1);
    assertThat(fit.best().weights()).containsExactly(1.0, 0.0);
    assertThat(fit.best().logLikelihood()).isCloseTo(Math.log(0.8 * 0.8 * 0.2), within(1e-14));
  }

  @Test
  void aTokenThatOneModelLacksIsTheOthers() {
    double[] sums =
        MixtureWeights.expectation(new double[] {0.5, 0.5}, logs(0, 0.3, 0, 0, 0.5, 0.5));
    assertThat(sums)
        .containsExactly(
            new double[] {0.5, 1.5, Math.log(0.15) + Math.log(0.5), 3, 1}, within(1e-14));
    MixtureWeights.Fit fit = fit(new double[] {0.5, 0.5}, logs(0, 0.3, 0, 0, 0.5, 0.5), TO_THE_END);
    assertThat(fit.zeroProbability()).isEqualTo(1);
    assertThat(fit.tokens()).isEqualTo(3);
    assertThat(fit.best().perplexity()).isNull();
    assertThat(fit.best().weights().get(1)).isGreaterThan(0.999);
  }

  @Test
  void nothingUnderflows() {
    double[] text = {-2000, -2001, -2001, -2000};
    double[] sums = MixtureWeights.expectation(new double[] {0.5, 0.5}, text);
    assertThat(sums[0]).isCloseTo(1, within(1e-14));
    double each = -2000 + Math.log((1 + Math.exp(-1)) / 2);
    assertThat(sums[2]).isCloseTo(2 * each, within(1e-11));
  }

  @Test
  void modelsThatExcludeEverythingAreRefused() {
    assertThatThrownBy(() -> fit(new double[] {0.5, 0.5}, logs(0, 0, 0, 0), TO_THE_END))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("none of the held-out text's 2 tokens a probability");
  }

  @Test
  void theLikelihoodNeverFallsAndTheWeightsStayOnTheSimplex() {
    for (long seed = 1; seed <= 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int k = 2 + random.nextInt(4);
      double[] text = new double[k * (1 + random.nextInt(300))];
      for (int i = 0; i < text.length; i++) {
        text[i] = random.nextInt(20) == 0 ? Double.NEGATIVE_INFINITY : -30 * random.nextDouble();
      }
      List<Double> likelihoods = new ArrayList<>();
      MixtureWeights.Fit fit =
          MixtureWeights.fit(
              MixtureWeights.uniform(k),
              new MixtureWeights.Rules(1e-9, 500),
              weights -> MixtureWeights.expectation(weights, text),
              iteration -> likelihoods.add(iteration.logLikelihood()));
      for (int i = 1; i < likelihoods.size(); i++) {
        assertThat(likelihoods.get(i))
            .isGreaterThanOrEqualTo(likelihoods.get(i - 1) - 1e-12 * -likelihoods.get(i - 1));
      }
      assertThat(fit.iterations())
          .allSatisfy(
              iteration -> {
                assertThat(iteration.weights()).allMatch(weight -> weight >= 0);
                assertThat(iteration.weights().stream().mapToDouble(w -> w).sum())
                    .isCloseTo(1, within(1e-14));
              });
      assertNoBetterWeightsNearby(fit.best(), text, k, random);
    }
  }

  /** An independent check of the maximum: products of probabilities at random weights. */
  private static void assertNoBetterWeightsNearby(
      MixtureWeights.Iteration best, double[] text, int k, SplittableRandom random) {
    for (int trial = 0; trial < 50; trial++) {
      double[] other = new double[k];
      double total = 0;
      for (int i = 0; i < k; i++) {
        other[i] =
            trial % 2 == 0
                ? -Math.log(1 - random.nextDouble())
                : best.weights().get(i) * Math.exp(0.2 * (random.nextDouble() - 0.5));
        total += other[i];
      }
      double logLikelihood = 0;
      for (int at = 0; at < text.length; at += k) {
        double probability = 0;
        for (int i = 0; i < k; i++) {
          probability += other[i] / total * Math.exp(text[at + i]);
        }
        logLikelihood += probability > 0 ? Math.log(probability) : 0;
      }
      assertThat(logLikelihood).isLessThan(best.logLikelihood() + 1e-3);
    }
  }
}
