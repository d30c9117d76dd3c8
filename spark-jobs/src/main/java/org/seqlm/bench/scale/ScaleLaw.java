package org.seqlm.bench.scale;

import java.util.ArrayList;
import java.util.List;

/**
 * How a figure grows with the tokens: fitted on some sizes, tested on larger ones, and carried on.
 *
 * @param figure that grows
 * @param law fitted to the sizes of the fit alone
 * @param tests at larger sizes, in their order; may be empty
 * @param prediction at the size that was asked for
 */
public record ScaleLaw(Figure figure, PowerLaw law, List<Test> tests, Prediction prediction) {
  private static final double ROUNDING = 1e-9;

  /**
   * The law held against a size that it does not know.
   *
   * @param tokens of it
   * @param predicted by the law
   * @param measured there
   * @param error predicted / measured − 1
   * @param expected whether what was measured lies within the law's 95 % interval
   */
  public record Test(
      long tokens, double predicted, double measured, double error, boolean expected) {
    static Test of(PowerLaw law, long tokens, double measured) {
      double predicted = law.at(tokens);
      return new Test(
          tokens,
          predicted,
          measured,
          predicted / measured - 1,
          Math.abs(law.off(tokens, measured)) <= law.halfWidth(tokens) + ROUNDING);
    }
  }

  /**
   * What a law says of a size far beyond.
   *
   * @param tokens of it
   * @param value c + a n^b
   * @param low c + a n^b e^−w
   * @param high c + a n^b e^w
   */
  public record Prediction(double tokens, double value, double low, double high) {
    /**
     * Carries the error along. In logarithms the half width w is the larger of two: h(n) of the
     * law's 95 % interval, and what the tests missed by, as if all of it were the slope's fault: |z
     * − ln a − b x_test| (x − x̄) / (x_test − x̄), as {@link PowerLaw} has them. The second grows
     * where the law bends, of which the first knows nothing.
     */
    static Prediction of(PowerLaw law, List<Test> tests, double tokens) {
      double width = law.halfWidth(tokens);
      for (Test test : tests) {
        double off = Math.abs(law.off(test.tokens(), test.measured()));
        double farther =
            (Math.log(tokens) - law.meanLog()) / (Math.log(test.tokens()) - law.meanLog());
        width = Math.max(width, off * Math.abs(farther));
      }
      return new Prediction(tokens, law.at(tokens), law.at(tokens, -width), law.at(tokens, width));
    }
  }

  public ScaleLaw {
    tests = List.copyOf(tests);
  }

  /**
   * The laws of a text's figures: none of a figure that is 0 or was not told at some size.
   *
   * @param base the run of a text that is next to nothing, or null
   * @param fit runs that laws are fitted on
   * @param test larger ones
   * @param tokens to predict
   */
  public static List<ScaleLaw> of(
      ScaleRun base, List<ScaleRun> fit, List<ScaleRun> test, double tokens) {
    List<ScaleLaw> laws = new ArrayList<>();
    if (fit.size() < PowerLaw.LEAST_SIZES) {
      return laws;
    }
    for (Figure figure : Figure.values()) {
      boolean there =
          fit.stream().allMatch(run -> figure.isPositive(run))
              && test.stream().allMatch(run -> figure.isPositive(run));
      if (there) {
        PowerLaw law =
            PowerLaw.best(
                fit.stream().mapToDouble(ScaleRun::tokens).toArray(),
                fit.stream().mapToDouble(figure::of).toArray(),
                base == null ? 0 : figure.of(base));
        List<Test> tests =
            test.stream().map(run -> Test.of(law, run.tokens(), figure.of(run))).toList();
        laws.add(new ScaleLaw(figure, law, tests, Prediction.of(law, tests, tokens)));
      }
    }
    return laws;
  }
}
