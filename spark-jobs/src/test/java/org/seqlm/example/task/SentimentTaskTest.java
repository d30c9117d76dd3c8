package org.seqlm.example.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.seqlm.example.task.SentimentTask.Remark;
import org.seqlm.example.task.SentimentTask.Strength;

class SentimentTaskTest {
  /** Reads the words alone: "not" holds until "but" or a polarity word. */
  private static List<Remark> read(List<String> words) {
    List<Remark> remarks = new ArrayList<>();
    boolean negated = false;
    for (String word : words) {
      if (word.equals("the")) {
        negated = false; // a "not" of an opening reaches no remark
      } else if (word.equals("not")) {
        negated = true;
      } else if (word.equals("but")) {
        negated = false;
      }
      for (Strength strength : Strength.values()) {
        for (boolean positive : new boolean[] {true, false}) {
          if (strength.words(positive).contains(word)) {
            remarks.add(new Remark(strength, positive, positive != negated));
          }
        }
      }
    }
    return remarks;
  }

  @Test
  void aTextSaysWhatItsFloorIsComputedFrom() {
    for (SentimentTask.Review review : Drawn.of(new SentimentTask(), 3, TaskSplit.TRAIN, 2000)) {
      assertThat(read(review.input())).isEqualTo(review.remarks());
    }
  }

  /** By all reviews that there are, with their probabilities. */
  private static double enumerated(boolean readsNegation) {
    double right = 0;
    for (int count = 1; count <= SentimentTask.MAX_REMARKS; count++) {
      // A remark: strength and whether it looks positive.
      for (int code = 0; code < Math.pow(4, count); code++) {
        double positive = 0.5;
        double negative = 0.5;
        for (int i = 0; i < count; i++) {
          int remark = code >> (2 * i) & 3;
          double q = remark % 2 == 0 ? 0.95 : 0.7;
          double agrees = readsNegation ? q : 0.6 * q + 0.4 * (1 - q);
          positive *= 0.5 * (remark < 2 ? agrees : 1 - agrees);
          negative *= 0.5 * (remark < 2 ? 1 - agrees : agrees);
        }
        right += Math.max(positive, negative) / SentimentTask.MAX_REMARKS;
      }
    }
    return right;
  }

  @Test
  void floorsAreThoseOfAllReviews() {
    SentimentTask task = new SentimentTask();
    int n = 10_000;
    Floor floor = task.floor(Drawn.of(task, 1, TaskSplit.TEST, n));
    double whole = enumerated(true);
    assertThat(whole).isBetween(0.85, 0.92);
    assertThat(floor.floor()).isCloseTo(whole, within(Drawn.interval(whole, n)));
    assertThat(floor.figures().get("expected")).isCloseTo(whole, within(0.005));
    double words = enumerated(false);
    assertThat(words).isLessThan(0.6);
    assertThat(floor.figures().get("floor-polarity-words"))
        .isCloseTo(words, within(Drawn.interval(words, n)));
  }

  @Test
  void posteriorByHand() {
    // One strong remark for, one weak against: 0.95 * 0.3 to 0.05 * 0.7.
    double odds = Math.log(0.95 / 0.05) - Math.log(0.7 / 0.3);
    assertThat(SentimentTask.posterior(odds)[0])
        .isCloseTo(0.95 * 0.3 / (0.95 * 0.3 + 0.05 * 0.7), within(1e-12));
  }

  @Test
  void tiesCountByTheirShare() {
    BayesAccuracy bayes = new BayesAccuracy();
    bayes.add(new double[] {0.5, 0.5}, 0);
    bayes.add(new double[] {0.2, 0.8}, 1);
    bayes.add(new double[] {0.2, 0.8}, 0);
    assertThat(bayes.accuracy()).isCloseTo(0.5, within(1e-12));
    assertThat(bayes.expected()).isCloseTo(0.7, within(1e-12));
  }
}
