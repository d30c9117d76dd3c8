package org.seqlm.terms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SpanCountsTest {
  private static byte[] utf8(String word) {
    return word.getBytes(StandardCharsets.UTF_8);
  }

  /** Counts documents, each a line; a passage ends where a bar stands. */
  private static SpanCounts count(String nodes, int left, int right, List<String> documents) {
    SpanCounts counts =
        new SpanCounts(
            Arrays.stream(nodes.split(" ")).map(SpanCountsTest::utf8).toList(), left, right);
    for (String document : documents) {
      counts.startDocument();
      for (String word : document.split(" ")) {
        if (word.equals("|")) {
          counts.startPassage();
        } else {
          byte[] token = utf8("[" + word + "]");
          counts.token(token, 1, token.length - 1);
        }
      }
    }
    return counts;
  }

  /** "word count places", and "node-word left right documents of first to last". */
  private static Map<String, String> told(SpanCounts counts) {
    Map<String, String> told = new TreeMap<>();
    counts.give(
        new SpanCounts.Sink() {
          @Override
          public void word(byte[] utf8, long count, long places) {
            told.put(new String(utf8, StandardCharsets.UTF_8), count + " " + places);
          }

          @Override
          public void pair(
              int node, byte[] utf8, long left, long right, long documents, long first, long last) {
            told.put(
                node + "-" + new String(utf8, StandardCharsets.UTF_8),
                left + " " + right + " " + documents + " of " + first + " to " + last);
          }
        });
    return told;
  }

  /**
   * "a b c | a" and "b a b" with one token on each side. Pairs of places (i, j): a-b, b-a, b-c,
   * c-b; none for the a alone; b-a, a-b, a-b, b-a. So N = 8, a stands at i 3 times, b 4 and c once.
   */
  @Test
  void byHand() {
    SpanCounts counts = count("a c", 1, 1, List.of("a b c | a", "b a b"));
    assertThat(counts.tokens()).isEqualTo(7);
    assertThat(counts.total()).isEqualTo(8);
    assertThat(counts.nodePlaces()).containsExactly(3, 1);
    assertThat(told(counts))
        .isEqualTo(
            Map.of(
                "a", "3 3",
                "b", "3 4",
                "c", "1 1",
                "0-b", "1 2 2 of 1 to 2",
                "1-b", "1 0 1 of 1 to 1"));
  }

  @Test
  void aSpanHasASize() {
    assertThatThrownBy(() -> new SpanCounts(List.of(), 0, 0)).hasMessageContaining("0 to 0");
  }

  /**
   * More pairs than a table begins with: 2,000 words, each once before the node and once behind.
   */
  @Test
  void holdsManyPairs() {
    List<String> documents = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      documents.add("w" + i + " a w" + i);
      documents.add("");
    }
    SpanCounts counts = count("a", 1, 1, documents);
    Map<String, String> told = told(counts);
    assertThat(told).hasSize(2 * 2000 + 2); // the empty one is a word that has no neighbours
    for (int i = 0; i < 2000; i++) {
      int document = 2 * i + 1;
      assertThat(told.get("0-w" + i)).isEqualTo("1 1 1 of " + document + " to " + document);
    }
  }

  /**
   * Parts that are cut anywhere, with what spans of the next reach back to, add up to the whole.
   */
  @Test
  void partsAddUp() {
    Random random = new Random(5);
    List<byte[]> nodes = List.of(utf8("a"), utf8("c"));
    for (int round = 0; round < 60; round++) {
      int left = random.nextInt(4);
      int right = (left == 0 ? 1 : 0) + random.nextInt(3);
      SpanCounts whole = new SpanCounts(nodes, left, right);
      List<SpanCounts> parts = new ArrayList<>(List.of(new SpanCounts(nodes, left, right)));
      for (int i = 0; i < 60; i++) {
        SpanCounts part = parts.get(parts.size() - 1);
        int kind = random.nextInt(10);
        if (kind == 0) {
          whole.startPassage();
          part.startPassage();
        } else if (kind == 1) {
          parts.add(part.next());
        } else {
          byte[] token = {(byte) ('a' + random.nextInt(5))};
          whole.token(token, 0, 1);
          part.token(token, 0, 1);
        }
      }
      assertThat(parts.stream().mapToLong(SpanCounts::total).sum()).isEqualTo(whole.total());
      assertThat(parts.stream().mapToLong(SpanCounts::tokens).sum()).isEqualTo(whole.tokens());
      Map<String, long[]> sums = new TreeMap<>();
      parts.forEach(part -> figures(part, sums));
      Map<String, long[]> wanted = new TreeMap<>();
      figures(whole, wanted);
      assertThat(sums.keySet()).isEqualTo(wanted.keySet());
      wanted.forEach((key, figures) -> assertThat(sums.get(key)).containsExactly(figures));
    }
  }

  private static void figures(SpanCounts counts, Map<String, long[]> into) {
    counts.give(
        new SpanCounts.Sink() {
          @Override
          public void word(byte[] utf8, long count, long places) {
            add(new String(utf8, StandardCharsets.UTF_8), count, places);
          }

          @Override
          public void pair(
              int node, byte[] utf8, long left, long right, long documents, long first, long last) {
            add(node + "-" + new String(utf8, StandardCharsets.UTF_8), left, right);
          }

          private void add(String key, long a, long b) {
            long[] sums = into.computeIfAbsent(key, one -> new long[2]);
            sums[0] += a;
            sums[1] += b;
          }
        });
  }

  /** As all pairs of places say, whatever the span. */
  @Test
  void equalsThePairsOfPlaces() {
    Random random = new Random(4);
    for (int round = 0; round < 60; round++) {
      List<String> documents = new ArrayList<>();
      for (int d = 0; d < 3; d++) {
        StringBuilder text = new StringBuilder("a");
        for (int i = random.nextInt(20); i > 0; i--) {
          text.append(' ').append("abcd|".charAt(random.nextInt(5)));
        }
        documents.add(text.toString());
      }
      int left = random.nextInt(4);
      int right = (left == 0 ? 1 : 0) + random.nextInt(3);
      long total = 0;
      long atI = 0;
      long[] atJ = new long[4];
      long[][] near = new long[4][2];
      for (String document : documents) {
        for (String passage : document.split("[|]")) {
          String words = passage.replace(" ", "");
          for (int i = 0; i < words.length(); i++) {
            for (int j = Math.max(0, i - left); j <= Math.min(words.length() - 1, i + right); j++) {
              if (i != j) {
                total++;
                atJ[words.charAt(j) - 'a']++;
                atI += words.charAt(i) == 'a' ? 1 : 0;
                near[words.charAt(j) - 'a'][j < i ? 0 : 1] += words.charAt(i) == 'a' ? 1 : 0;
              }
            }
          }
        }
      }
      SpanCounts counts = count("a", left, right, documents);
      assertThat(counts.total()).isEqualTo(total);
      assertThat(counts.nodePlaces()).containsExactly(atI);
      Map<String, String> told = told(counts);
      for (int w = 0; w < 4; w++) {
        String word = String.valueOf((char) ('a' + w));
        assertThat(told.getOrDefault(word, "0 0").split(" ")[1]).isEqualTo("" + atJ[w]);
        assertThat(told.getOrDefault("0-" + word, "0 0 0"))
            .startsWith(near[w][0] + " " + near[w][1] + " ");
      }
    }
  }
}
