package org.seqlm.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UnigramDivergenceTest {
  private static DocumentWords document(int... ids) {
    DocumentWords.Builder words = new DocumentWords.Builder();
    for (int id : ids) {
      words.add(id);
    }
    return words.end(0);
  }

  private static UnigramDivergence of(
      List<DocumentWords> before, List<DocumentWords> after, int words, int permutations) {
    return UnigramDivergence.of(
        before, after, 100, new DriftSettings(1000, words, permutations, 5), 7);
  }

  @Test
  void knownDivergences() {
    assertThat(of(List.of(document(1)), List.of(document(2)), 9, 0).bits()).isEqualTo(1);
    assertThat(of(List.of(document(1, 2)), List.of(document(2, 1, 1, 2)), 9, 0).bits()).isZero();
    // p = (3/4, 1/4), q = (1/4, 3/4): 1 - H(1/4).
    UnigramDivergence found =
        of(List.of(document(1, 1, 1, 2)), List.of(document(2, 2, 2, 1)), 9, 99);
    double entropy = -(0.25 * Math.log(0.25) + 0.75 * Math.log(0.75)) / Math.log(2);
    assertThat(found.bits()).isEqualTo(1 - entropy, within(1e-12));
    assertThat(found.chance()).as("one document a side cannot be permuted").isNull();
    assertThat(found.top())
        .containsExactly(
            new UnigramDivergence.WordShift(1, 0.75, 0.25, 1, 1, found.top().get(0).bits(), null),
            new UnigramDivergence.WordShift(2, 0.25, 0.75, 1, 1, found.top().get(0).bits(), null));
    assertThat(found.top().get(0).bits()).isEqualTo((1 - entropy) / 2, within(1e-12));
  }

  /** What is rare on both sides together is one word, which is not listed. */
  @Test
  void theOthersAreOneWord() {
    UnigramDivergence found =
        of(List.of(document(1, 1, 5, 6)), List.of(document(1, 1, 7, 8)), 1, 0);
    assertThat(found.bits()).isZero();
    assertThat(found.words()).isEqualTo(1);
    assertThat(found.others()).isEqualTo(4);
    assertThat(found.top()).hasSize(1);
  }

  /** Every way to deal four documents out, worked out one by one. */
  @Test
  void permutationsAreThoseOfDocuments() {
    List<DocumentWords> before = List.of(document(1, 1, 1), document(1, 2));
    List<DocumentWords> after = List.of(document(2, 2, 2), document(3));
    UnigramDivergence found = of(before, after, 9, 4999);
    int[][] counts = {{3, 0, 0}, {1, 1, 0}, {0, 3, 0}, {0, 0, 1}};
    double sum = 0;
    int asMany = 0;
    for (int i = 0; i < 4; i++) {
      for (int j = i + 1; j < 4; j++) {
        long[] side = new long[3];
        for (int w = 0; w < 3; w++) {
          side[w] = counts[i][w] + counts[j][w];
        }
        double bits = UnigramDivergence.bits(new long[] {4, 4, 1}, side)[0];
        sum += bits;
        asMany += bits >= found.bits() - 1e-12 ? 1 : 0;
      }
    }
    assertThat(found.chance().mean()).isEqualTo(sum / 6, within(0.01));
    assertThat(found.chance().excess()).isEqualTo(found.bits() - found.chance().mean());
    assertThat(found.chance().p()).isEqualTo(asMany / 6.0, within(0.03));
  }

  /** Documents of a few topics each: words of a document go together. */
  private static List<DocumentWords> documents(Random random, int n, double shifted) {
    List<DocumentWords> documents = new ArrayList<>();
    for (int d = 0; d < n; d++) {
      int[] ids = new int[5 + random.nextInt(20)];
      int topic = random.nextInt(10);
      boolean moved = random.nextDouble() < shifted;
      for (int i = 0; i < ids.length; i++) {
        int word = (int) Math.floor(40 * Math.pow(random.nextDouble(), 2));
        ids[i] = random.nextInt(3) == 0 ? 50 + topic * 3 + random.nextInt(3) : word;
        ids[i] = moved && random.nextInt(3) == 0 ? 90 : ids[i];
      }
      documents.add(document(ids));
    }
    return documents;
  }

  /**
   * Of texts of one source the share with p at most 0.1 is 0.1, though the divergence is never 0;
   * of texts with one word more in a tenth of the documents it is 1, and that word is named.
   */
  @Test
  void chanceIsNotTakenForDrift() {
    Random random = new Random(11);
    int rounds = 300;
    int wrong = 0;
    int wrongWords = 0;
    double excess = 0;
    for (int round = 0; round < rounds; round++) {
      UnigramDivergence found = of(documents(random, 40, 0), documents(random, 25, 0), 60, 19);
      assertThat(found.bits()).isPositive();
      assertThat(found.chance().mean()).isPositive();
      wrong += found.chance().p() <= 0.1 ? 1 : 0;
      wrongWords += found.top().get(0).p() <= 0.1 ? 1 : 0;
      excess += found.chance().excess();
    }
    // Four standard deviations of a binomial share.
    assertThat(wrong / (double) rounds).isBetween(0.03, 0.17);
    assertThat(wrongWords / (double) rounds).isBetween(0.02, 0.17);
    assertThat(excess / rounds).isEqualTo(0, within(0.002));
    UnigramDivergence drifted = of(documents(random, 400, 0), documents(random, 400, 0.1), 60, 99);
    assertThat(drifted.chance().p()).isEqualTo(0.01);
    assertThat(drifted.chance().excess()).isPositive();
    assertThat(drifted.bits()).isGreaterThan(drifted.chance().quantile95());
    assertThat(drifted.top().get(0).id()).isEqualTo(90);
    assertThat(drifted.top().get(0).p()).isEqualTo(0.01);
  }

  @Test
  void theSeedDecides() {
    List<DocumentWords> before = documents(new Random(1), 20, 0);
    List<DocumentWords> after = documents(new Random(2), 30, 0);
    assertThat(of(before, after, 60, 20)).isEqualTo(of(before, after, 60, 20));
    assertThatThrownBy(() -> of(List.of(), after, 60, 20)).hasMessage("0 documents against 30");
    assertThatThrownBy(() -> new DriftSettings(1, 0, -1, -1))
        .hasMessageContaining("sample.documents must be 2 to 100000, but is 1")
        .hasMessageContaining("sample.words")
        .hasMessageContaining("sample.permutations")
        .hasMessageContaining("sample.shown");
  }
}
