package org.seqlm.terms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextBlocksTest {
  /** Of 10 tokens 3 parts have 4, 3 and 3: tokens 0 to 3, 4 to 6 and 7 to 9. */
  @Test
  void partsOfOneSize() {
    TextBlocks blocks = new TextBlocks(5, 100, 10, 3);
    assertThat(List.of(blocks.part(3), blocks.part(4), blocks.part(6), blocks.part(7)))
        .containsExactly(0, 1, 1, 2);
    for (long tokens : new long[] {1, 3, 99, 100, 101, 12_345}) {
      TextBlocks of = new TextBlocks(5, 100, tokens, 100);
      long[] sizes = new long[100];
      for (long token = 0; token < tokens; token++) {
        sizes[of.part(token)]++;
      }
      for (int part = 0; part < 100; part++) {
        assertThat(of.size(part)).isEqualTo(sizes[part]);
      }
      assertThat(Arrays.stream(sizes).max().getAsLong() - Arrays.stream(sizes).min().getAsLong())
          .isLessThanOrEqualTo(1);
    }
  }

  @Test
  void manyDocumentsAreDealtEvenly() {
    TextBlocks few = new TextBlocks(7, 10, 100, 2);
    assertThat(few.blocks()).isEqualTo(7);
    assertThat(few.block(6)).isEqualTo(6);
    TextBlocks many = new TextBlocks(100_000, 10, 1_000_000, 2);
    assertThat(many.documentEach()).isFalse();
    int[] dealt = new int[many.blocks()];
    for (long document = 0; document < 100_000; document++) {
      dealt[many.block(document)]++;
    }
    assertThat(dealt).hasSize(10);
    for (int here : dealt) {
      assertThat(here).isCloseTo(10_000, within(400));
    }
  }

  /** "a b a", "b" and "a a" behind 2 documents of 4 tokens, in 2 parts of 5 tokens. */
  @Test
  void countsByBlockAndPart() {
    BlockCounts counts =
        new BlockCounts(
            List.of(new byte[] {'a'}, new byte[] {'c'}), new TextBlocks(5, 10, 10, 2), 2, 4);
    count(counts, "aba", "b", "aa");
    // a: twice in block 2, twice in block 4; once in part 0, and three times in part 1
    assertThat(counts.counts(0)).containsExactly(2, 2, 4, 2, -1, 1, -2, 3);
    assertThat(counts.counts(1)).isNull();
    assertThat(counts.counts(2)).containsExactly(2, 3, 3, 1, 4, 2, -1, 1, -2, 5);
  }

  private static void count(BlockCounts counts, String... documents) {
    for (String document : documents) {
      counts.startDocument();
      tokens(counts, document);
    }
  }

  private static void tokens(BlockCounts counts, String tokens) {
    for (byte token : tokens.getBytes(StandardCharsets.UTF_8)) {
      counts.token(new byte[] {token}, 0, 1);
    }
  }

  /** The same, of which the first "a" and the rest are counted apart. */
  @Test
  void countsOfParts() {
    BlockCounts first =
        new BlockCounts(List.of(new byte[] {'a'}), new TextBlocks(5, 10, 10, 2), 2, 4);
    count(first, "a");
    BlockCounts next = first.next();
    tokens(next, "ba");
    count(next, "b", "aa");
    assertThat(first.counts(0)).containsExactly(2, 1, -1, 1);
    assertThat(next.counts(0)).containsExactly(2, 1, 4, 2, -2, 3);
    assertThat(next.counts(1)).containsExactly(2, 2, 3, 1, 4, 2, -2, 5);
    assertThat(first.bytes()).isEqualTo(4 * 24); // a word and all tokens, a block and a part each
  }

  /** Twelve documents with the word twice each, and twelve of which one has it. */
  @Test
  void evidenceOfBlocks() {
    long[][] sizes = new long[2][12];
    long[][] counts = new long[2][12];
    for (int i = 0; i < 12; i++) {
      sizes[0][i] = 10;
      sizes[1][i] = 20;
      counts[0][i] = 2;
      counts[1][i] = i == 0 ? 6 : 0;
    }
    KeynessEvidence evidence =
        new KeynessEvidence(
            sizes, new long[][] {{60, 60}, {120, 120}}, new KeynessEvidence.Draws(400, 0.9, 3));
    KeynessEvidence.Found found = evidence.of(counts, new long[][] {{12, 12}, {6, 0}});
    // 24 of 120 to 6 of 240 is 8; in the second all stand in one document
    assertThat(found.logRatio().low()).isLessThan(3);
    assertThat(found.logRatio().high()).isGreaterThan(4);
    assertThat(found.spread()[0].normalisedDp()).isCloseTo(0, within(1e-12));
    assertThat(found.spread()[1].normalisedDp()).isCloseTo(1, within(1e-12));
    assertThat(found.spread()[0].juillandD()).isCloseTo(1, within(1e-6));
    assertThat(found.spread()[1].juillandD()).isCloseTo(0, within(1e-6));
    KeynessEvidence none =
        new KeynessEvidence(
            sizes, new long[][] {{60, 60}, {120, 120}}, new KeynessEvidence.Draws(0, 0.9, 3));
    assertThat(none.of(counts, new long[][] {{12, 12}, {6, 0}}).logRatio()).isNull();
  }
}
