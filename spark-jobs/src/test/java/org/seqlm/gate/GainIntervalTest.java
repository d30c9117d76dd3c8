package org.seqlm.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GainIntervalTest {
  private static final Clip CLIP = new Clip(10, 0.1, 1, 0);

  private static List<ClusterGain> drawn(Random random, int count, double mean, double sd) {
    List<ClusterGain> clusters = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int size = 1 + random.nextInt(3);
      clusters.add(new ClusterGain(size * (mean + sd * random.nextGaussian()), size, size));
    }
    return clusters;
  }

  @Test
  void itHoldsTheMeanAsOftenAsItSays() {
    Random random = new Random(2);
    int held = 0;
    int nights = 300;
    for (int night = 0; night < nights; night++) {
      GainInterval interval = GainInterval.of(drawn(random, 200, 0.03, 0.05), CLIP, 0.8);
      held += interval.lower() <= 0.03 && interval.upper() >= 0.03 ? 1 : 0;
    }

    // 3 standard deviations of a share of 300.
    assertThat(held / (double) nights).isGreaterThan(0.8 - 0.07);
  }

  @Test
  void itsEndsAreThoseOfAScanOverAllMeans() {
    List<ClusterGain> clusters = drawn(new Random(3), 60, 0.1, 0.05);
    GainInterval interval = GainInterval.of(clusters, CLIP, 0.95);

    // Of means in steps of 0.001 the capital of betting on more is counted by the definition.
    double lower = Double.NEGATIVE_INFINITY;
    for (int step = -1000; step <= 1000; step++) {
      if (highest(clusters, step / 1000.0) >= 2 / 0.05) {
        lower = step / 1000.0;
      }
    }
    assertThat(interval.lower()).isBetween(lower, lower + 0.001);
    assertThat(interval.lower()).isLessThan(ClusterGain.mean(clusters));
    assertThat(interval.upper()).isGreaterThan(ClusterGain.mean(clusters));
    assertThat(interval.upper() - interval.lower()).isLessThan(0.1);
  }

  private static double highest(List<ClusterGain> clusters, double mean) {
    double capital = 1;
    double highest = 1;
    double gain = 0;
    double weight = 0;
    List<Double> rests = new ArrayList<>();
    for (int i = 0; i < clusters.size(); i++) {
      ClusterGain cluster = clusters.get(i);
      double scale = i == 0 ? cluster.weight() : weight / i;
      double squares = 0.1 * 0.1;
      for (double rest : rests) {
        squares += rest * rest;
      }
      double variance = squares / (i + 1);
      double bound = Math.max(0.1, Math.min(1, 10 * Math.sqrt(variance)));
      double stake =
          Math.min(Math.sqrt(2 * Math.log(2 / 0.05) / (clusters.size() * variance)), 0.75 / bound);
      double value = (cluster.gain() - mean * cluster.weight()) / scale;
      capital *= 1 + stake * Math.max(-bound, Math.min(bound, value));
      highest = Math.max(highest, capital);
      gain += cluster.gain();
      weight += cluster.weight();
      double rest = (cluster.gain() - gain / weight * cluster.weight()) / scale;
      rests.add(Math.max(-bound, Math.min(bound, rest)));
    }
    return highest;
  }

  @Test
  void exchangedModelsExchangeItsEnds() {
    List<ClusterGain> clusters = drawn(new Random(4), 100, 0.05, 0.1);
    GainInterval one = GainInterval.of(clusters, CLIP, 0.9);
    GainInterval other =
        GainInterval.of(clusters.stream().map(ClusterGain::mirrored).toList(), CLIP, 0.9);

    assertThat(other.lower()).isEqualTo(-one.upper());
    assertThat(other.upper()).isEqualTo(-one.lower());
  }

  @Test
  void ofVeryFewClustersNothingIsRefused() {
    GainInterval interval = GainInterval.of(drawn(new Random(5), 2, 0, 0.01), CLIP, 0.95);

    assertThat(interval).isEqualTo(new GainInterval(null, null, 0.95));
  }

  @Test
  void theAllowanceWidensBothSides() {
    List<ClusterGain> clusters = drawn(new Random(6), 200, 0.05, 0.02);
    GainInterval without = GainInterval.of(clusters, CLIP, 0.9);
    GainInterval with = GainInterval.of(clusters, new Clip(10, 0.1, 1, 0.01), 0.9);

    assertThat(with.lower()).isCloseTo(without.lower() - 0.01, within(1e-9));
    assertThat(with.upper()).isCloseTo(without.upper() + 0.01, within(1e-9));
  }
}
