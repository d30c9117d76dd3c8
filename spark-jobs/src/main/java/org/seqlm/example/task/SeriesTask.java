package org.seqlm.example.task;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Two features of a hidden state, with gaps. The state is a damped rotation in a plane, which is
 * pushed at random, and a first-order autoregression; each feature is a mixture of two of the three
 * under noise of its own. All three states, and so both features, have mean 0 and variance 1 at any
 * step. A feature goes missing and comes back at random, whatever the values are.
 */
public final class SeriesTask implements ExampleTask<SeriesTask.Course> {
  /** Steps of a series. */
  static final int SHORTEST = 40;

  static final int LONGEST = 60;

  /** P(a feature that was observed is missing at the next step). */
  static final double GAP_BEGINS = 0.06;

  /** P(a feature that was missing is missing at the next step): gaps of 4 steps on average. */
  static final double GAP_GOES_ON = 0.75;

  private static final int FEATURES = 2;
  private static final int STATES = 3;
  private static final int DIGITS = 4;

  /** What the rotation keeps a step, and its angle a step: once around in 12. */
  private static final double DAMPING = 0.97;

  private static final double ANGLE = 2 * Math.PI / 12;
  private static final double AUTOREGRESSION = 0.9;

  private static final double[][] TRANSITION = {
    {DAMPING * StrictMath.cos(ANGLE), -DAMPING * StrictMath.sin(ANGLE), 0},
    {DAMPING * StrictMath.sin(ANGLE), DAMPING * StrictMath.cos(ANGLE), 0},
    {0, 0, AUTOREGRESSION}
  };

  /** By state the variance of its pushes: what keeps the state's variance at 1. */
  private static final double[] DRIVE = {
    1 - DAMPING * DAMPING, 1 - DAMPING * DAMPING, 1 - AUTOREGRESSION * AUTOREGRESSION
  };

  private static final double[][] OBSERVATION = {{0.8, 0, 0.5}, {0, 0.7, -0.6}};

  /** By feature the variance of its noise: what is missing of 1. */
  private static final double[] NOISE = {1 - 0.64 - 0.25, 1 - 0.49 - 0.36};

  private static final LinearGaussian MODEL =
      new LinearGaussian(
          TRANSITION, diagonal(DRIVE), OBSERVATION, NOISE, diagonal(new double[] {1, 1, 1}));

  /**
   * A series.
   *
   * @param values (step, feature); NaN is missing
   * @param complete (step, feature); what is missing, too
   */
  record Course(double[][] values, double[][] complete) implements TaskExample {
    @Override
    public Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("values", decimals(values));
      fields.put("complete", decimals(complete));
      return fields;
    }

    private static List<List<BigDecimal>> decimals(double[][] values) {
      List<List<BigDecimal>> steps = new ArrayList<>();
      for (double[] step : values) {
        steps.add(Decimals.of(step, DIGITS));
      }
      return steps;
    }

    @Override
    public String line() {
      List<String> steps = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        List<String> features = new ArrayList<>();
        for (BigDecimal value : Decimals.of(values[t], 1)) {
          features.add(value == null ? "-" : value.toString());
        }
        steps.add("(" + String.join(", ", features) + ")");
      }
      return String.join(" ", steps) + " ... " + values.length + " steps";
    }
  }

  @Override
  public String kind() {
    return "series";
  }

  @Override
  public String task() {
    return "series";
  }

  @Override
  public String metric() {
    return "rmse";
  }

  @Override
  public String description() {
    return FEATURES
        + " features of a damped rotation and an autoregression under noise, "
        + SHORTEST
        + " to "
        + LONGEST
        + " steps with gaps; what the gaps hide is in the field complete, not to be learned from";
  }

  @Override
  public TaskSizes sizes() {
    return new TaskSizes(3_000, 300, 600);
  }

  @Override
  public Course draw(long seed, TaskSplit split, int position) {
    Draw draw = Draw.of(seed, kind(), split, position);
    int length = draw.between(SHORTEST, LONGEST);
    double[][] complete = new double[length][FEATURES];
    double[] state = new double[STATES];
    for (int t = 0; t < length; t++) {
      double[] next = new double[STATES];
      for (int i = 0; i < STATES; i++) {
        next[i] = (t == 0 ? 1 : Math.sqrt(DRIVE[i])) * draw.normal();
        for (int j = 0; j < STATES; j++) {
          next[i] += TRANSITION[i][j] * state[j];
        }
      }
      state = next;
      for (int f = 0; f < FEATURES; f++) {
        double value = Math.sqrt(NOISE[f]) * draw.normal();
        for (int j = 0; j < STATES; j++) {
          value += OBSERVATION[f][j] * state[j];
        }
        complete[t][f] = Decimals.round(value, DIGITS);
      }
    }
    double[][] values = new double[length][];
    for (int t = 0; t < length; t++) {
      values[t] = complete[t].clone();
    }
    for (int f = 0; f < FEATURES; f++) {
      boolean[] missing = gaps(draw, length);
      for (int t = 0; t < length; t++) {
        if (missing[t]) {
          values[t][f] = Double.NaN;
        }
      }
    }
    return new Course(values, complete);
  }

  /** The first step is observed, so no feature is missing in a whole series. */
  private static boolean[] gaps(Draw draw, int length) {
    boolean[] missing = new boolean[length];
    for (int t = 1; t < length; t++) {
      missing[t] = draw.chance(missing[t - 1] ? GAP_GOES_ON : GAP_BEGINS);
    }
    return missing;
  }

  @Override
  public Floor floor(List<Course> test) {
    Squares predicted = new Squares();
    Squares imputed = new Squares();
    Squares last = new Squares();
    Squares mean = new Squares();
    for (Course course : test) {
      LinearGaussian.Prediction before = MODEL.predict(course.values);
      LinearGaussian.Prediction all = MODEL.smooth(course.values);
      for (int f = 0; f < FEATURES; f++) {
        double known = course.values[0][f];
        for (int t = 1; t < course.values.length; t++) {
          double value = course.values[t][f];
          if (Double.isNaN(value)) {
            imputed.add(course.complete[t][f], all.means()[t][f], all.variances()[t][f]);
          } else {
            predicted.add(value, before.means()[t][f], before.variances()[t][f]);
            last.add(value, known, 1);
            mean.add(value, 0, 1);
            known = value;
          }
        }
      }
    }
    return new Floor(
            metric(),
            predicted.rmse(),
            "root mean squared error of the Kalman filter's prediction of each observed value of"
                + " the test split from the second step on, given all values of earlier steps, with"
                + " the source's own parameters; negative-log-likelihood in nats a value, each"
                + " feature for itself; imputation is the error of the smoother's means at missing"
                + " values, given all observed ones; expected is by the variances that both tell;"
                + " last-value and mean are the errors of these as predictions",
            Map.of())
        .with("expected", predicted.expected())
        .with("negative-log-likelihood", predicted.nats())
        .with("imputation", imputed.rmse())
        .with("expected-imputation", imputed.expected())
        .with("last-value", last.rmse())
        .with("mean", mean.rmse());
  }

  /** Sums of errors. */
  private static final class Squares {
    private double squares;
    private double variances;
    private double nats;
    private long count;

    void add(double value, double mean, double variance) {
      double off = value - mean;
      squares += off * off;
      variances += variance;
      nats += 0.5 * (StrictMath.log(2 * Math.PI * variance) + off * off / variance);
      count++;
    }

    double rmse() {
      return Math.sqrt(squares / count);
    }

    double expected() {
      return Math.sqrt(variances / count);
    }

    double nats() {
      return nats / count;
    }
  }

  private static double[][] diagonal(double[] values) {
    double[][] matrix = new double[values.length][values.length];
    for (int i = 0; i < values.length; i++) {
      matrix[i][i] = values[i];
    }
    return matrix;
  }
}
