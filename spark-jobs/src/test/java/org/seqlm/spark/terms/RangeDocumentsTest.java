package org.seqlm.spark.terms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
  private static final class Part implements RangeCounter {
    private final List<Part> all;
    private final DocumentCounts counts = new DocumentCounts();
    private final List<Integer> places = new ArrayList<>(); // each token's document here, from 0
    private boolean fresh = true;
    private int document = -1;

    Part(List<Part> all) {
      this.all = all;
      all.add(this);
    }

    @Override
    public void startDocument() {
      fresh = true;
      counts.startDocument();
    }

    @Override
    public void startLine() {}

    @Override
    public void token(byte[] utf8, int from, int to) {
      document += fresh ? 1 : 0;
      fresh = false;
      places.add(document);
      counts.token(utf8, from, to);
    }

    @Override
    public long bytes() {
      return counts.bytes();
    }

    @Override
    public void give(Rows rows) {
      rows.totals(counts.tokens());
    }

    @Override
    public RangeCounter next() {
      return new Part(all);
    }
  }

  /**
   * Documents ("|") of tokens (letters) and lines without (".") in files, cut anywhere into ranges
   * and these into parts, have the numbers and the words that they have in one piece.
   */
  @Test
  void cutsDoNotMatter() throws IOException {
    Random random = new Random(9);
    for (int round = 0; round < 300; round++) {
      List<Part> parts = new ArrayList<>();
      List<RangeCounts> sums = new ArrayList<>();
      List<Integer> numbers = new ArrayList<>(); // each token's document, of those with tokens
      Map<String, Set<Integer>> documentsOf = new HashMap<>();
      int document = -1;
      RangeDocuments range = new RangeDocuments(0, new Part(parts));
      for (int file = random.nextInt(4); file >= 0; file--) {
        StringBuilder text = new StringBuilder("|");
        for (int i = random.nextInt(12); i > 0; i--) {
          text.append("|..ab".charAt(random.nextInt(5)));
        }
        boolean fresh = true;
        range.startPiece(false);
        for (int i = 0; i < text.length(); i++) {
          if (i > 0 && random.nextInt(4) == 0) {
            range.endPiece(true);
            sums.addAll(range.end(rows -> {}));
            range = new RangeDocuments(0, new Part(parts));
            range.startPiece(true);
          } else if (random.nextInt(4) == 0) {
            range.cut(rows -> {});
          }
          char c = text.charAt(i);
          if (c == '|') {
            range.startDocument();
            fresh = true;
          } else if (c != '.') {
            document += fresh ? 1 : 0;
            fresh = false;
            numbers.add(document);
            documentsOf.computeIfAbsent("" + c, word -> new HashSet<>()).add(document);
            range.token(new byte[] {(byte) c}, 0, 1);
          }
        }
        range.endPiece(false);
        if (random.nextBoolean()) {
          sums.addAll(range.end(rows -> {}));
          range = new RangeDocuments(0, new Part(parts));
        }
      }
      sums.addAll(range.end(rows -> {}));
      check(parts, sums, numbers, documentsOf, document + 1);
    }
  }

  private static void check(
      List<Part> parts,
      List<RangeCounts> sums,
      List<Integer> numbers,
      Map<String, Set<Integer>> documentsOf,
      int n) {
    CutDocuments cuts = new CutDocuments(sums.stream().map(RangeCounts::stretch).toList());
    assertThat(cuts.total()).isEqualTo(n);
    List<Integer> found = new ArrayList<>();
    Map<String, Long> whole = new HashMap<>();
    Map<String, Set<Long>> cut = new HashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      long first = cuts.first(i);
      parts.get(i).places.forEach(place -> found.add((int) (first + place)));
      DocumentCounts counts = parts.get(i).counts;
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
