package org.seqlm.spark.terms;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.seqlm.terms.CutDocuments;
import org.seqlm.terms.DocumentCounts;

class RangeDocumentsTest {
  /** Counts words, and keeps the numbers of tokens' documents. */
  private static final class Range implements RangeCounter {
    private final DocumentCounts counts = new DocumentCounts();
    private final RangeDocuments documents = new RangeDocuments(this);
    private final RangeCounts given = new RangeCounts();
    private final List<Integer> places = new ArrayList<>(); // each token's document here, from 0
    private int document = -1;

    @Override
    public void startDocument() {
      document++;
      counts.startDocument();
    }

    @Override
    public void startLine() {}

    @Override
    public void token(byte[] utf8, int from, int to) {
      places.add(document);
      counts.token(utf8, from, to);
    }

    @Override
    public void give(RangeCounts into) {
      // The test looks at the counts themselves.
    }
  }

  /**
   * Documents ("|") of tokens (letters) and lines without (".") in files, cut anywhere, have the
   * numbers and the words that they have in one piece.
   */
  @Test
  void cutsDoNotMatter() {
    Random random = new Random(9);
    for (int round = 0; round < 300; round++) {
      List<Range> ranges = new ArrayList<>();
      List<Integer> numbers = new ArrayList<>(); // each token's document, of those with tokens
      Map<String, Set<Integer>> documentsOf = new HashMap<>();
      int document = -1;
      Range range = new Range();
      for (int file = random.nextInt(4); file >= 0; file--) {
        StringBuilder text = new StringBuilder("|");
        for (int i = random.nextInt(12); i > 0; i--) {
          text.append("|..ab".charAt(random.nextInt(5)));
        }
        boolean fresh = true;
        range.documents.startPiece(false);
        for (int i = 0; i < text.length(); i++) {
          if (i > 0 && random.nextInt(4) == 0) {
            range.documents.endPiece(true);
            ranges.add(range);
            range = new Range();
            range.documents.startPiece(true);
          }
          char c = text.charAt(i);
          if (c == '|') {
            range.documents.startDocument();
            fresh = true;
          } else if (c != '.') {
            document += fresh ? 1 : 0;
            fresh = false;
            numbers.add(document);
            documentsOf.computeIfAbsent("" + c, word -> new HashSet<>()).add(document);
            range.documents.token(new byte[] {(byte) c}, 0, 1);
          }
        }
        range.documents.endPiece(false);
        if (random.nextBoolean()) {
          ranges.add(range);
          range = new Range();
        }
      }
      ranges.add(range);
      check(ranges, numbers, documentsOf, document + 1);
    }
  }

  private static void check(
      List<Range> ranges, List<Integer> numbers, Map<String, Set<Integer>> documentsOf, int n) {
    ranges.forEach(range -> range.documents.give(range.given));
    CutDocuments cuts =
        new CutDocuments(ranges.stream().map(range -> range.given.stretch()).toList());
    assertThat(cuts.total()).isEqualTo(n);
    List<Integer> found = new ArrayList<>();
    Map<String, Long> whole = new HashMap<>();
    Map<String, Set<Long>> cut = new HashMap<>();
    for (int i = 0; i < ranges.size(); i++) {
      long first = cuts.first(i);
      ranges.get(i).places.forEach(place -> found.add((int) (first + place)));
      DocumentCounts counts = ranges.get(i).counts;
      for (int word = 0; word < counts.size(); word++) {
        String name = new String(counts.word(word), java.nio.charset.StandardCharsets.UTF_8);
        long here = counts.documents(word);
        for (long one :
            new long[] {
              cuts.cutAtStart(i, counts.firstDocument(word)),
              cuts.cutAtEnd(i, counts.lastDocument(word))
            }) {
          if (one >= 0) {
            here--;
            cut.computeIfAbsent(name, key -> new HashSet<>()).add(one);
          }
        }
        whole.merge(name, here, Long::sum);
      }
    }
    assertThat(found).isEqualTo(numbers);
    documentsOf.forEach(
        (word, documents) ->
            assertThat(whole.get(word) + cut.getOrDefault(word, Set.of()).size())
                .isEqualTo(documents.size()));
  }
}
