package org.seqlm.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScorerTest {
  // Ids: 0 <unk>, 1 a, 2 b.
  private static final TableModel MODEL =
      new TableModel(
          "ab",
          new double[][] {{0.2, 0.4, 0.4}, {0.1, 0.1, 0.8}, {0, 0.5, 0.5}, {0.5, 0.25, 0.25}});

  @Test
  void addsUpByHand() {
    Score score = Scorer.score(MODEL, new int[] {1, 2, 1}, 0, new int[] {0});
    assertThat(score.tokens()).isEqualTo(3);
    assertThat(score.nats()).isCloseTo(-Math.log(0.25 * 0.8 * 0.5), within(1e-12));
    assertThat(score.perplexity()).isCloseTo(Math.pow(0.1, -1.0 / 3), within(1e-12));
    assertThat(score.bitsPerToken()).isCloseTo(-Math.log(0.1) / Math.log(2) / 3, within(1e-12));
  }

  @Test
  void readsTheWarmUpWithoutScoringIt() {
    Score score = Scorer.score(MODEL, new int[] {1, 2, 1}, 2, new int[0]);
    assertThat(score).isEqualTo(new Score(1, 0, 0, -Math.log(0.5)));
  }

  @Test
  void aDocumentStartsAnew() {
    Score score = Scorer.score(MODEL, new int[] {1, 2}, 1, new int[] {0, 1});
    assertThat(score.nats()).isCloseTo(-Math.log(0.25), within(1e-12));
  }

  @Test
  void countsUnknownAndExcludedTokens() {
    Score score = Scorer.score(MODEL, new int[] {0, 2, 0, 1}, 0, new int[0]);
    assertThat(score.unknown()).isEqualTo(2);
    assertThat(score.zeroProbability()).isEqualTo(1);
    assertThat(score.nats()).isCloseTo(-Math.log(0.5 * 0.4 * 0.4), within(1e-12));
    assertThat(score.perplexity()).isInfinite();
  }

  @Test
  void piecesAddUpToTheWhole() {
    int[] text = {1, 2, 2, 1, 1, 2};
    Score whole = Scorer.score(MODEL, text, 0, new int[0]);
    Score pieces =
        Scorer.score(MODEL, new int[] {1, 2, 2}, 0, new int[0])
            .plus(Scorer.score(MODEL, new int[] {2, 2, 1, 1, 2}, 2, new int[0]));
    assertThat(pieces.tokens()).isEqualTo(whole.tokens());
    assertThat(pieces.nats()).isCloseTo(whole.nats(), within(1e-12));
  }

  @Test
  void aContinuationLeavesTheReadingWhereItWas() {
    LanguageModel.Reading reading = MODEL.start();
    double once = Scorer.logProbability(reading, new int[] {1, 2});
    assertThat(once).isCloseTo(Math.log(0.25 * 0.8), within(1e-12));
    assertThat(Scorer.logProbability(reading, new int[] {1, 2})).isEqualTo(once);
  }
}
