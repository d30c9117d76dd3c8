package org.seqlm.ngram.heldout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.seqlm.ngram.model.NaiveBackoff;
import org.seqlm.ngram.smooth.Estimator;
import org.seqlm.ngram.smooth.JelinekMercer;
import org.seqlm.ngram.smooth.SmoothedTable;
import org.seqlm.ngram.smooth.SmoothingRules;
import org.seqlm.ngram.smooth.SmoothingTest;

final class JelinekMercerTuningTest {
  @Test
  void buckets() {
    assertThat(JelinekMercer.bucket(1)).isZero();
    assertThat(JelinekMercer.bucket(2)).isEqualTo(1);
    assertThat(JelinekMercer.bucket(3)).isEqualTo(1);
    assertThat(JelinekMercer.bucket(4)).isEqualTo(2);
    assertThat(JelinekMercer.bucket(Long.MAX_VALUE)).isEqualTo(JelinekMercer.BUCKETS - 1);
  }

  /** Two tokens after contexts of one bucket, λ 1/2. */
  @Test
  void workedByHand() {
    JelinekMercerTuning tuning = new JelinekMercerTuning(JelinekMercer.of(2, 0.5), 0.4);
    // p = 0.3 + 0.1: three quarters are drawn here.
    double left = tuning.event(2, 3, 1, 0.6, 0.2);
    assertThat(left).isCloseTo(0.25, within(1e-15));
    // p = 0.15 + 0.05: of the quarter that is left again three quarters.
    assertThat(tuning.event(1, 9, left, 0.3, 0.1)).isCloseTo(0.0625, within(1e-15));
    assertThat(tuning.event(2, 3, 1, 0, 0.2)).isEqualTo(1);
    JelinekMercer next = tuning.maximised();
    assertThat(next.lambda(2, 3)).isCloseTo((0.75 + 0.4) / 3, within(1e-12));
    assertThat(next.lambda(1, 9)).isCloseTo((0.1875 + 0.4) / 1.25, within(1e-12));
    assertThat(next.lambda(2, 4)).isEqualTo(0.4);
  }

  /** The model that is tuned, and what its λ make of a held-out text. */
  private record HeldOut(NaiveBackoff naive, List<List<String>> lines, int order) {
    double step(JelinekMercer current, JelinekMercerTuning tuning, int from, int to) {
      SmoothedTable table = new SmoothedTable(naive, order, current);
      double likelihood = 0;
      for (List<String> line : lines.subList(from, to)) {
        List<String> passage = new ArrayList<>(List.of("<s>"));
        passage.addAll(line);
        passage.add("</s>");
        for (int i = 1; i < passage.size(); i++) {
          String w = naive.vocabulary().contains(passage.get(i)) ? passage.get(i) : "<unk>";
          List<String> longest = passage.subList(Math.max(0, i - order + 1), i);
          likelihood += Math.log(table.p(longest, w));
          double weight = 1;
          for (int n = longest.size() + 1; n >= 1; n--) {
            List<String> h = longest.subList(longest.size() - n + 1, longest.size());
            if (naive.followers().containsKey(h)) {
              weight = event(table, tuning, h, w, weight);
            }
          }
        }
      }
      return likelihood;
    }

    private double event(
        SmoothedTable table, JelinekMercerTuning tuning, List<String> h, String w, double weight) {
      long total = 0;
      long pruned = 0;
      double ml = 0;
      double lower =
          h.isEmpty() ? 1.0 / naive.vocabulary().size() : table.p(h.subList(1, h.size()), w);
      for (String v : naive.followers().get(h)) {
        List<String> hv = new ArrayList<>(h);
        hv.add(v);
        long count = naive.raw().get(hv);
        total += count;
        if (!naive.kept(hv)) {
          pruned += count;
        } else if (v.equals(w)) {
          ml = count;
        }
      }
      if (ml == 0) {
        ml = lower * pruned;
      }
      return tuning.event(h.size() + 1, JelinekMercer.bucket(total), weight, ml / total, lower);
    }
  }

  /** Held-out tokens that were all seen after their contexts, as where it is the training text. */
  @Test
  void neverReachesOneOrZero() {
    JelinekMercer current = JelinekMercer.of(1, 0.5);
    for (int i = 0; i < 100; i++) {
      JelinekMercerTuning tuning = new JelinekMercerTuning(current, 0.4);
      for (int token = 0; token < 1000; token++) {
        tuning.event(1, 2, 1, 1, 1e-9);
        tuning.event(1, 7, 1, 0, 1e-9);
      }
      current = tuning.maximised();
    }
    assertThat(current.lambda(1, 2)).isCloseTo(1000.4 / 1001, within(1e-6));
    assertThat(current.lambda(1, 7)).isCloseTo(0.4 / 1001, within(1e-12));
  }

  @Test
  void everyStepIsBetterOnTheHeldOutTextHoweverItIsCut() {
    SplittableRandom random = new SplittableRandom(23);
    for (int round = 0; round < 20; round++) {
      int order = 1 + random.nextInt(4);
      List<List<String>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        all.addAll(SmoothingTest.randomLines(random));
      }
      if (all.size() < 20) {
        continue;
      }
      int[] pruning = round % 2 == 0 ? new int[0] : new int[] {0, 1};
      List<List<String>> seen = all.subList(0, all.size() / 2);
      HeldOut heldOut =
          new HeldOut(
              NaiveBackoff.of(seen, order, SmoothingRules.of(Estimator.JELINEK_MERCER), pruning),
              all.subList(all.size() / 2, all.size()),
              order);
      int size = heldOut.lines.size();
      JelinekMercer current = JelinekMercer.of(order, 0.5);
      double before = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < 8; i++) {
        JelinekMercerTuning whole = new JelinekMercerTuning(current, 0.4);
        double likelihood = heldOut.step(current, whole, 0, size);
        // With the event that each bucket is given.
        for (double[] buckets : current.lambdas()) {
          for (double lambda : buckets) {
            likelihood += 0.4 * Math.log(lambda) + 0.6 * Math.log(1 - lambda);
          }
        }
        assertThat(likelihood).isGreaterThan(before - 1e-9);
        before = likelihood;

        int cut = random.nextInt(size + 1);
        JelinekMercerTuning first = new JelinekMercerTuning(current, 0.4);
        JelinekMercerTuning second = new JelinekMercerTuning(current, 0.4);
        heldOut.step(current, first, 0, cut);
        heldOut.step(current, second, cut, size);
        second.add(first.sums());
        assertThat(second.maximised().lambdas()).isDeepEqualTo(whole.maximised().lambdas());
        current = whole.maximised();
      }
      // Tuned λ make a model like any other.
      SmoothedTable table = new SmoothedTable(heldOut.naive, order, current);
      for (List<String> h : heldOut.naive.followers().keySet()) {
        assertThat(heldOut.naive.vocabulary().stream().mapToDouble(w -> table.p(h, w)).sum())
            .isCloseTo(1, within(1e-9));
      }
    }
  }
}
