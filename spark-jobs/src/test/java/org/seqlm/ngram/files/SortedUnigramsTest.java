package org.seqlm.ngram.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.seqlm.ngram.count.Boundary;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.ngram.walk.ContextNgrams;
import org.seqlm.vocab.ListVocabulary;
import org.seqlm.vocab.PackedTokens;

final class SortedUnigramsTest {
  private static final int MARKS = 3; // <unk>, <s>, </s>

  @TempDir Path folder;

  /** The three files. */
  private List<String> write(List<String> words, long[] counts, long memory) throws IOException {
    List<PackedTokens> parts = new ArrayList<>();
    PackedTokens.Builder part = new PackedTokens.Builder();
    for (int id = 0; id < words.size(); id++) {
      byte[] utf8 = words.get(id).getBytes(StandardCharsets.UTF_8);
      part.add(utf8, 0, utf8.length, 0);
      if (id % 7 == 6 || id + 1 == words.size()) {
        parts.add(part.take());
      }
    }
    OutputStream[] outs = new OutputStream[3];
    Arrays.setAll(outs, i -> new ByteArrayOutputStream());
    Passages passages =
        Passages.of(Boundary.LINE, ListVocabulary.numbers(MARKS, Math.max(4, words.size())));
    try (SortedUnigrams sorted =
        new SortedUnigrams(outs, parts.iterator(), passages, new Spill(memory, folder))) {
      for (int from = 0; from < words.size(); from += 100) {
        int first = from;
        int size = Math.min(100, words.size() - from);
        int[] ids = new int[size];
        Arrays.setAll(ids, i -> first + i);
        long[] some = Arrays.copyOfRange(counts, from, from + size);
        sorted.context(new ContextNgrams().show(new int[1], 0, size, ids, some, null, null));
      }
      sorted.finish();
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
    return Arrays.stream(outs).map(Object::toString).toList();
  }

  @Test
  void byHand() throws IOException {
    List<String> words = List.of("<unk>", "<s>", "</s>", "b", "a a", "c", "never");
    long[] counts = {1, 2, 2, 3, 3, 5, 0};
    for (long memory : new long[] {1 << 20, 0}) {
      assertThat(write(words, counts, memory))
          .containsExactly(
              "</s>\t2\n<s>\t2\n<unk>\t1\na\\sa\t3\nb\t3\nc\t5\n",
              "c\t5\na\\sa\t3\nb\t3\n</s>\t2\n<s>\t2\n<unk>\t1\n",
              "12\n");
    }
  }

  /** All in memory, in some runs, and each word by itself. */
  @ParameterizedTest
  @ValueSource(longs = {1 << 20, 2000, 0})
  void equalASort(long memory) throws IOException {
    SplittableRandom random = new SplittableRandom(6);
    TreeMap<String, Long> expected = new TreeMap<>();
    List<String> words = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
    long[] counts = new long[300];
    for (int id = MARKS; id < counts.length; id++) {
      String word;
      do {
        word = Integer.toString(random.nextInt(1 << 20), 36);
      } while (words.contains(word));
      words.add(word);
      counts[id] = random.nextInt(3) == 0 ? random.nextLong(1L << 40) : random.nextInt(4);
      if (counts[id] > 0) {
        expected.put(word, counts[id]);
      }
    }
    Stream<String> byBytes = expected.keySet().stream();
    Stream<String> byCount =
        expected.keySet().stream()
            .sorted(Comparator.comparing((String word) -> expected.get(word)).reversed());
    List<String> files = write(words, counts, memory);
    assertThat(files.get(0).lines()).containsExactlyElementsOf(lines(byBytes, expected));
    assertThat(files.get(1).lines()).containsExactlyElementsOf(lines(byCount, expected));
    assertThat(files.get(2))
        .isEqualTo(expected.values().stream().mapToLong(Long::longValue).sum() + "\n");
  }

  private static List<String> lines(Stream<String> words, TreeMap<String, Long> counts) {
    return words.map(word -> word + "\t" + counts.get(word)).toList();
  }
}
