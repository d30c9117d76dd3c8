package org.seqlm.lm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.seqlm.Problems;
import org.seqlm.UserException;

/**
 * The weights of a mixture that make a held-out text likeliest, by expectation maximisation
 * (Jelinek &amp; Mercer 1980; Dempster, Laird &amp; Rubin 1977, "Maximum likelihood from incomplete
 * data via the EM algorithm"). The log-likelihood is concave in the weights, so where EM ends does
 * not depend on where it starts, as long as no weight is 0.
 */
public final class MixtureWeights {
  private MixtureWeights() {}

  /** Why the last iteration was the last. */
  public enum Ending {
    /** The log-likelihood rose by less than the tolerance. */
    CONVERGED,
    /** As many iterations were made as were allowed. */
    ITERATIONS_SPENT
  }

  /**
   * When to stop.
   *
   * @param tolerance least relative improvement of the log-likelihood that is worth another
   *     iteration, 0 to 1
   * @param maxIterations most times that the weights are changed, 0 or more
   */
  public record Rules(double tolerance, int maxIterations) {
    public Rules {
      new Problems()
          .inRange("tolerance", tolerance, 0, 1)
          .inRange("max-iterations", maxIterations, 0, 1_000_000)
          .throwIfAny();
    }
  }

  /**
   * The mixture under some weights.
   *
   * @param iteration 0 for the weights begun with
   * @param weights of the models, summing to 1
   * @param logLikelihood of the text, in nats, without the tokens that every model excludes
   * @param perplexity a token; null if the models exclude any
   */
  public record Iteration(
      int iteration, List<Double> weights, double logLikelihood, Double perplexity) {
    public Iteration {
      weights = List.copyOf(weights);
    }
  }

  /**
   * The course of a search; never without an iteration.
   *
   * @param iterations from the first weights to the best
   * @param tokens of the text
   * @param zeroProbability of them, excluded by every model
   * @param ending why it ended
   */
  public record Fit(List<Iteration> iterations, long tokens, long zeroProbability, Ending ending) {
    public Fit {
      iterations = List.copyOf(iterations);
    }

    /** The mixture that was found. */
    public Iteration best() {
      return iterations.get(iterations.size() - 1);
    }
  }

  /** The same weight for every model. */
  public static double[] uniform(int models) {
    double[] weights = new double[models];
    Arrays.fill(weights, 1.0 / models);
    return weights;
  }

  /**
   * The E-step over one block of a text. Numbers to be added up over all blocks, k + 3 for k
   * models: for each the sum over tokens of its posterior {@code lambda_i p_i(w|h) / sum_j lambda_j
   * p_j(w|h)}; the log-likelihood in nats; the tokens; the tokens that the mixture excludes, which
   * are in no other sum but that of tokens.
   *
   * @param weights (model)
   * @param logProbabilities (token, model), natural logarithms; see {@link MixtureBlock}
   */
  public static double[] expectation(double[] weights, double[] logProbabilities) {
    int k = weights.length;
    double[] sums = new double[k + 3];
    double[] logWeights = Arrays.stream(weights).map(Math::log).toArray();
    double[] terms = new double[k];
    for (int at = 0; at < logProbabilities.length; at += k) {
      double most = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < k; i++) {
        terms[i] = logWeights[i] + logProbabilities[at + i];
        most = Math.max(most, terms[i]);
      }
      sums[k + 1]++;
      if (most == Double.NEGATIVE_INFINITY) {
        sums[k + 2]++;
        continue;
      }
      // Relative to the largest term: nothing underflows that matters.
      double total = 0;
      for (int i = 0; i < k; i++) {
        terms[i] = terms[i] == most ? 1 : Math.exp(terms[i] - most);
        total += terms[i];
      }
      for (int i = 0; i < k; i++) {
        sums[i] += terms[i] / total;
      }
      sums[k] += most + Math.log(total);
    }
    return sums;
  }

  /**
   * Runs EM. The M-step gives each model its share of the posteriors, so the weights stay 0 or more
   * and sum to 1.
   *
   * @param start weights to begin with, summing to 1
   * @param expectation sums {@link #expectation} over the whole text for given weights
   * @param progress is told of every iteration
   * @throws UserException with exit code 3 if no model gives any token of the text a probability
   */
  public static Fit fit(
      double[] start,
      Rules rules,
      UnaryOperator<double[]> expectation,
      Consumer<Iteration> progress) {
    int k = start.length;
    List<Iteration> iterations = new ArrayList<>();
    double[] weights = start.clone();
    while (true) {
      double[] sums = expectation.apply(weights.clone());
      double logLikelihood = sums[k];
      long tokens = (long) sums[k + 1];
      long zero = (long) sums[k + 2];
      if (zero == tokens) {
        throw UserException.data(
            "the models with a weight above 0 give none of the held-out text's "
                + tokens
                + " tokens a probability: give another --split, or smoothed models");
      }
      int n = iterations.size();
      Iteration here =
          new Iteration(
              n,
              Arrays.stream(weights).boxed().toList(),
              logLikelihood,
              zero > 0 ? null : Math.exp(-logLikelihood / tokens));
      double before = n == 0 ? Double.NEGATIVE_INFINITY : iterations.get(n - 1).logLikelihood();
      iterations.add(here);
      progress.accept(here);
      if (n > 0 && logLikelihood - before <= rules.tolerance() * Math.abs(before)) {
        return new Fit(iterations, tokens, zero, Ending.CONVERGED);
      }
      if (n == rules.maxIterations()) {
        return new Fit(iterations, tokens, zero, Ending.ITERATIONS_SPENT);
      }
      weights = shares(sums, k);
    }
  }

  /** The M-step: the first k sums, divided by their total. */
  private static double[] shares(double[] sums, int k) {
    double total = 0;
    for (int i = 0; i < k; i++) {
      total += sums[i];
    }
    double[] shares = new double[k];
    for (int i = 0; i < k; i++) {
      shares[i] = sums[i] / total;
    }
    return shares;
  }
}
