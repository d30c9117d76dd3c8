package org.seqlm.metrics.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.FeatureStatistics;
import org.seqlm.metrics.Metric;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Predictor.Predicted;

class GaussianFiguresTest {
  private static TaskScorer scorer(Double... deviations) {
    List<Double> all = List.of(deviations);
    return TaskScorer.of(
        Scored.details(
            ExampleTask.SERIES,
            "rmse",
            List.of(),
            Map.of(),
            Map.of(
                "values",
                new FeatureStatistics(
                    all.stream().map(d -> 9L).toList(), all.stream().map(d -> 7.0).toList(), all))),
        Map.of());
  }

  /** One series. */
  private record Course(float[][] values, int[][] observed, float[][] means, float[][] logs) {}

  /** Padding differs on both sides, and looks like values. */
  private static Scored.Pair pair(List<Course> courses, int features) {
    int size = courses.size();
    int time = courses.stream().mapToInt(course -> course.values.length).max().orElse(0);
    float[] values = filled(new float[size * time * features], 5);
    int[] observed = new int[values.length];
    Arrays.fill(observed, 1);
    float[] means = filled(new float[size * (time + 1) * features], -3);
    float[] logs = filled(new float[means.length], 2);
    int[] lengths = new int[size];
    for (int b = 0; b < size; b++) {
      Course course = courses.get(b);
      lengths[b] = course.values.length;
      for (int t = 0; t < lengths[b]; t++) {
        System.arraycopy(course.values[t], 0, values, (b * time + t) * features, features);
        System.arraycopy(course.observed[t], 0, observed, (b * time + t) * features, features);
        int at = (b * (time + 1) + t) * features;
        System.arraycopy(course.means[t], 0, means, at, features);
        System.arraycopy(course.logs[t], 0, logs, at, features);
      }
    }
    return new Scored.Pair(
        new Batch(size)
            .put("values", new Batch.Floats(values, size, time, features))
            .put("observed", new Batch.Ints(observed, size, time, features))
            .putLengths("values", lengths),
        new Predicted(
            new Batch(size)
                .put("means", new Batch.Floats(means, size, time + 1, features))
                .put("log-variances", new Batch.Floats(logs, size, time + 1, features)),
            size,
            size));
  }

  private static float[] filled(float[] values, float with) {
    Arrays.fill(values, with);
    return values;
  }

  /**
   * Two features with deviations 10 and 0.5; the first step does not count, nor what is missing:
   * errors of 10 · 0.5, 0.5 · 2 and 10 · 0.
   */
  @Test
  void byHand() {
    Course course =
        new Course(
            new float[][] {{9, 9}, {1, 3}, {2, 0}},
            new int[][] {{1, 1}, {1, 1}, {1, 0}},
            new float[][] {{0, 0}, {0.5f, 1}, {2, 8}},
            new float[][] {{0, 0}, {0, (float) Math.log(4)}, {0, 0}});
    TaskScorer scorer = scorer(10.0, 0.5);
    Map<String, Double> metrics = Scored.metrics(scorer, pair(List.of(course), 2));
    assertThat(metrics.keySet()).containsExactly("rmse", "negative-log-likelihood", "loss");
    assertThat(metrics.get("rmse")).isCloseTo(Math.sqrt((25 + 1 + 0) / 3.0), within(1e-12));
    // Gaussians of the data's units: deviations 10, 0.5 · 2 and 10, one of them away from the mean.
    double nats = nats(5, 10) + nats(1, 1) + nats(0, 10);
    assertThat(metrics.get("negative-log-likelihood")).isCloseTo(nats / 3, within(1e-7));
    assertThat(scorer.metrics(new double[scorer.size()]).stream().map(Metric::direction))
        .containsOnly(Metric.Direction.SMALLER);
  }

  /** −ln of a normal density with a deviation, at a distance from its mean. */
  private static double nats(double away, double deviation) {
    return -Math.log(
        Math.exp(-away * away / (2 * deviation * deviation)) / deviation / Math.sqrt(2 * Math.PI));
  }

  /** A feature that never changed in training was not divided by anything. */
  @Test
  void aDeviationOfZeroIsAUnitOfOne() {
    Course course =
        new Course(
            new float[][] {{0}, {2}},
            new int[][] {{1}, {1}},
            new float[][] {{0}, {0}},
            new float[][] {{0}, {0}});
    Map<String, Double> metrics = Scored.metrics(scorer(0.0), pair(List.of(course), 1));
    assertThat(metrics.get("rmse")).isEqualTo(2);
    assertThat(metrics.get("negative-log-likelihood")).isCloseTo(nats(2, 1), within(1e-12));
    Course single =
        new Course(
            new float[][] {{3}}, new int[][] {{1}}, new float[][] {{0}}, new float[][] {{0}});
    assertThat(Scored.metrics(scorer(1.0), pair(List.of(single), 1)).get("rmse")).isNaN();
  }

  @Test
  void anyCutIsTheWholeAndWhatSlowCountingSays() {
    Random random = new Random(5);
    List<Course> courses = new ArrayList<>();
    double[] deviations = {3, 0.25, 1};
    double squares = 0;
    double nats = 0;
    int count = 0;
    for (int b = 0; b < 20; b++) {
      int time = random.nextInt(7);
      Course course =
          new Course(new float[time][3], new int[time][3], new float[time][3], new float[time][3]);
      for (int t = 0; t < time; t++) {
        for (int f = 0; f < 3; f++) {
          course.values[t][f] = (float) random.nextGaussian();
          course.observed[t][f] = random.nextInt(2);
          course.means[t][f] = (float) random.nextGaussian();
          course.logs[t][f] = (float) random.nextGaussian();
          if (t > 0 && course.observed[t][f] == 1) {
            double value = 7 + deviations[f] * course.values[t][f];
            double mean = 7 + deviations[f] * course.means[t][f];
            squares += (value - mean) * (value - mean);
            nats += nats(value - mean, deviations[f] * Math.exp(course.logs[t][f] / 2));
            count++;
          }
        }
      }
      courses.add(course);
    }
    Map<String, Double> metrics =
        Scored.anyCut(
            scorer(3.0, 0.25, 1.0),
            courses.size(),
            random,
            (from, to) -> pair(courses.subList(from, to), 3));
    assertThat(metrics.get("rmse")).isCloseTo(Math.sqrt(squares / count), within(1e-9));
    assertThat(metrics.get("negative-log-likelihood")).isCloseTo(nats / count, within(1e-9));
  }
}
