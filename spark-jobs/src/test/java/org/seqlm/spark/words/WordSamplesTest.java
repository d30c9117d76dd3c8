package org.seqlm.spark.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.RankedMerge;
import org.seqlm.vocab.TokenCounts;

/** Where words beyond the limits are left behind, against all words sorted. */
final class WordSamplesTest {
  private static PackedTokens ranked(TreeMap<String, Integer> words) {
    TokenCounts counts = new TokenCounts(16);
    words.forEach(
        (word, count) -> {
          byte[] utf8 = word.getBytes(StandardCharsets.UTF_8);
          counts.add(utf8, 0, utf8.length, count);
        });
    return counts.ranked(1, Integer.MAX_VALUE);
  }

  private static WordSamples samples(List<PackedTokens> parts, long spacing) {
    List<SampledWords> sampled = new ArrayList<>();
    for (PackedTokens part : parts) {
      List<Object> told = List.of(new long[] {part.size(), 1}, part);
      sampled.add(WordSamples.sample(told.iterator(), spacing).next());
    }
    return new WordSamples(sampled);
  }

  private static long bytes(PackedTokens words, int n) {
    return 32L * n + (n == 0 ? 0 : words.end(n - 1));
  }

  /** How many of a part's words come to a share. */
  private static int sent(PackedTokens part, WordSamples.Shares shares) {
    int n = 0;
    while (n < part.size()
        && (shares.bounds().size() < shares.size()
            || RankedMerge.compare(part, n, shares.bounds(), shares.size() - 1) < 0)) {
      n++;
    }
    return n;
  }

  @Test
  void byHand() {
    TreeMap<String, Integer> one = new TreeMap<>();
    TreeMap<String, Integer> two = new TreeMap<>();
    for (int i = 0; i < 10; i++) {
      one.put("a" + i, 100 - i);
      two.put("b" + i, 100 - i);
    }
    List<PackedTokens> parts = List.of(ranked(one), ranked(two));
    // A word takes 34 bytes: every second one is a sample.
    WordSamples samples = samples(parts, 68);
    assertThat(samples.types()).isEqualTo(20);
    assertThat(samples.lineEnds()).isEqualTo(2);
    // a1 and b1 make four sure; the next sample, a3, ends it.
    WordSamples.Shares four = samples.shares(4);
    assertThat(four.size()).isEqualTo(1);
    assertThat(four.bounds().size()).isEqualTo(1);
    assertThat(four.bounds().counts()).containsExactly(97);
    assertThat(parts).extracting(part -> sent(part, four)).containsExactly(3, 3);
    assertThat(four.bytes()).isEqualTo(2 * 4 * 34);
    // More than there are.
    WordSamples.Shares all = samples.shares(21);
    assertThat(all.size()).isEqualTo(1);
    assertThat(all.bounds().size()).isZero();
    assertThat(all.bytes()).isEqualTo(20 * 34);
  }

  @Test
  void whatIsNeededIsSent() {
    SplittableRandom random = new SplittableRandom(17);
    for (int turn = 0; turn < 150; turn++) {
      List<TreeMap<String, Integer>> dealt = new ArrayList<>();
      int parts = 1 + random.nextInt(6);
      for (int part = 0; part < parts; part++) {
        dealt.add(new TreeMap<>());
      }
      int n = random.nextInt(400);
      int counts = 1 + random.nextInt(20);
      for (int i = 0; i < n; i++) {
        // Some differ only where samples do not look.
        String word = (i % 3 == 0 ? "x".repeat(60 + random.nextInt(8)) : "") + i;
        dealt.get(random.nextInt(parts)).put(word, 1 + random.nextInt(counts));
      }
      List<PackedTokens> lists = dealt.stream().map(WordSamplesTest::ranked).toList();
      WordSamples samples = samples(lists, 40 + random.nextInt(1000));
      int most = 1 + random.nextInt(n + 10);
      WordSamples.Shares shares = samples.shares(most);
      int[] needed = new int[parts];
      int[] left = {most};
      RankedMerge.merge(
          lists,
          (list, i) -> {
            needed[list] = left[0]-- > 0 ? i + 1 : needed[list];
            return left[0] > 0;
          });
      long bytes = 0;
      for (int part = 0; part < parts; part++) {
        int sent = sent(lists.get(part), shares);
        assertThat(sent).isGreaterThanOrEqualTo(needed[part]);
        bytes += bytes(lists.get(part), sent);
      }
      assertThat(shares.bytes()).isGreaterThanOrEqualTo(bytes);
    }
  }
}
