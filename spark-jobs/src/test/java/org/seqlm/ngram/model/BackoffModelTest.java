package org.seqlm.ngram.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.lm.LanguageModel;
import org.seqlm.ngram.arpa.ArpaReader;
import org.seqlm.ngram.arpa.ArpaWriter;
import org.seqlm.ngram.count.Boundary;
import org.seqlm.ngram.count.Passages;
import org.seqlm.vocab.ListVocabulary;

/** Models of random n-grams against a map of them and the recursion that defines back-off. */
class BackoffModelTest {
  private static final int START = 1;
  private static final int END = 2;

  /** N-grams by their ids, with log10 p and log10 of the back-off; it shares nothing. */
  private static final class SlowModel {
    final int order;
    final int size;
    final Map<List<Integer>, double[]> ngrams = new HashMap<>();

    SlowModel(int order, int size) {
      this.order = order;
      this.size = size;
    }

    /**
     * @param suffixes whether every n-gram's suffix is there, too, or some were pruned
     */
    static SlowModel random(Random random, int order, int size, Suffixes suffixes) {
      SlowModel model = new SlowModel(order, size);
      for (int id = 0; id < size; id++) {
        model.ngrams.put(List.of(id), numbers(random));
      }
      List<List<Integer>> contexts = new ArrayList<>(model.ngrams.keySet());
      for (int n = 2; n <= order; n++) {
        List<List<Integer>> longer = new ArrayList<>();
        for (int i = 0; i < 12 * n; i++) {
          List<Integer> ngram = new ArrayList<>(contexts.get(random.nextInt(contexts.size())));
          ngram.add(random.nextInt(size));
          boolean marks =
              ngram.subList(1, n).contains(START) || ngram.subList(0, n - 1).contains(END);
          boolean closed = model.ngrams.containsKey(ngram.subList(1, n));
          if (!marks && (closed || suffixes == Suffixes.SOME_PRUNED)) {
            model.ngrams.put(List.copyOf(ngram), numbers(random));
            longer.add(List.copyOf(ngram));
          }
        }
        if (longer.isEmpty()) {
          return random(random, order, size, suffixes);
        }
        contexts = longer;
      }
      return model;
    }

    private static double[] numbers(Random random) {
      float back = random.nextInt(3) == 0 ? 0 : -random.nextFloat();
      return new double[] {-3 * random.nextFloat(), back};
    }

    double log(List<Integer> context, int word) {
      if (context.size() >= order) {
        return log(context.subList(1, context.size()), word);
      }
      List<Integer> ngram = new ArrayList<>(context);
      ngram.add(word);
      double[] found = ngrams.get(ngram);
      if (found != null) {
        return found[0];
      }
      double[] weight = ngrams.get(context);
      return (weight == null ? 0 : weight[1]) + log(context.subList(1, context.size()), word);
    }

    /** As an ARPA file, the lines of each order shuffled. */
    String arpa(Random random) {
      StringBuilder text = new StringBuilder("\\data\\\n");
      List<List<String>> sections = new ArrayList<>();
      for (int n = 1; n <= order; n++) {
        List<String> lines = new ArrayList<>();
        for (Map.Entry<List<Integer>, double[]> entry : ngrams.entrySet()) {
          if (entry.getKey().size() == n) {
            List<String> words = entry.getKey().stream().map(SlowModel::word).toList();
            lines.add(
                String.format(
                    Locale.ROOT,
                    "%.7f\t%s%s",
                    entry.getValue()[0],
                    String.join(" ", words),
                    n == order ? "" : String.format(Locale.ROOT, "\t%.7f", entry.getValue()[1])));
          }
        }
        Collections.shuffle(lines, random);
        sections.add(lines);
        text.append("ngram ").append(n).append('=').append(lines.size()).append('\n');
      }
      for (int n = 1; n <= order; n++) {
        text.append("\n\\").append(n).append("-grams:\n");
        sections.get(n - 1).forEach(line -> text.append(line).append('\n'));
      }
      return text.append("\n\\end\\\n").toString();
    }

    static String word(int id) {
      return id == 0 ? "<unk>" : id == START ? "<s>" : id == END ? "</s>" : "w" + id;
    }

    /** Reversed contexts of each order with followers, sorted as the builder wants them. */
    TreeMap<int[], TreeMap<Integer, Float>> contexts() {
      TreeMap<int[], TreeMap<Integer, Float>> contexts = new TreeMap<>(PRE_ORDER);
      ngrams.forEach(
          (ngram, numbers) -> {
            int n = ngram.size();
            int[] reversed = reversed(ngram.subList(0, n - 1));
            contexts
                .computeIfAbsent(reversed, key -> new TreeMap<>())
                .put(ngram.get(n - 1), (float) numbers[0]);
            if (n < order && numbers[1] != 0) {
              contexts.computeIfAbsent(reversed(ngram), key -> new TreeMap<>());
            }
          });
      for (int[] context : new ArrayList<>(contexts.keySet())) {
        for (int m = 0; m < context.length; m++) {
          contexts.computeIfAbsent(Arrays.copyOf(context, m), key -> new TreeMap<>());
        }
      }
      return contexts;
    }

    private static final Comparator<int[]> PRE_ORDER = Arrays::compare;

    private static int[] reversed(List<Integer> words) {
      List<Integer> copy = new ArrayList<>(words);
      Collections.reverse(copy);
      return copy.stream().mapToInt(Integer::intValue).toArray();
    }

    float backoff(int[] reversed) {
      List<Integer> words = new ArrayList<>();
      for (int word : reversed) {
        words.add(0, word);
      }
      double[] numbers = ngrams.get(words);
      return numbers == null ? 0 : (float) numbers[1];
    }
  }

  enum Suffixes {
    ALL,
    SOME_PRUNED
  }

  /** How contexts reach the builder. */
  enum Feed {
    PRE_ORDER,
    LEVELS
  }

  private static void check(LanguageModel model, SlowModel slow, Random random, int[] ids) {
    // ids: of the slow model's words in the model's vocabulary.
    for (int line = 0; line < 40; line++) {
      LanguageModel.Reading reading = model.start();
      List<Integer> read = new ArrayList<>(List.of(START));
      float[] all = new float[model.vocabulary().size()];
      for (int k = 0; k < 8; k++) {
        reading.logProbabilities(all);
        for (int word = 0; word < slow.size; word++) {
          if (word == START) {
            assertThat(all[ids[word]]).isEqualTo(Float.NEGATIVE_INFINITY);
            continue;
          }
          double wanted = slow.log(read, word) * Math.log(10);
          assertThat(reading.logProbability(ids[word])).isCloseTo(wanted, within(2e-5));
          assertThat((double) all[ids[word]]).isCloseTo(wanted, within(2e-5));
        }
        int next = random.nextInt(slow.size);
        next = next == START || next == END ? 0 : next;
        reading.read(ids[next]);
        read.add(next);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1,ALL",
    "2,ALL",
    "3,ALL",
    "4,ALL",
    "6,ALL",
    "3,SOME_PRUNED",
    "4,SOME_PRUNED",
    "6,SOME_PRUNED"
  })
  void arpaFilesOfRandomModels(int order, Suffixes suffixes) throws IOException {
    for (int seed = 0; seed < 12; seed++) {
      Random random = new Random(seed * 100L + order);
      SlowModel slow = SlowModel.random(random, order, 7, suffixes);
      BackoffModel model = read(slow.arpa(random));
      int[] ids = new int[slow.size];
      Arrays.setAll(ids, id -> model.vocabulary().id(SlowModel.word(id)));
      check(model, slow, random, ids);
      ByteArrayOutputStream written = new ByteArrayOutputStream();
      ArpaWriter.write(model, written);
      BackoffModel again = read(written.toString(StandardCharsets.UTF_8));
      check(again, slow, random, ids);
    }
  }

  private static BackoffModel read(String arpa) throws IOException {
    return ArpaReader.read(
        new ByteArrayInputStream(arpa.getBytes(StandardCharsets.UTF_8)), "random.arpa");
  }

  @ParameterizedTest
  @EnumSource(Feed.class)
  void builtContextByContext(Feed feed) {
    for (int seed = 0; seed < 12; seed++) {
      Random random = new Random(seed);
      SlowModel slow = SlowModel.random(random, 4, 7, Suffixes.SOME_PRUNED);
      ListVocabulary vocabulary = ListVocabulary.numbers(3, slow.size);
      BackoffModel.Builder builder =
          new BackoffModel.Builder(4, vocabulary, Passages.of(Boundary.LINE, vocabulary), "test");
      List<int[]> contexts = new ArrayList<>(slow.contexts().keySet());
      if (feed == Feed.LEVELS) {
        contexts.sort(Comparator.comparingInt(context -> context.length)); // stable
      }
      for (int[] context : contexts) {
        TreeMap<Integer, Float> followers = slow.contexts().get(context);
        float[] logs = new float[followers.size()];
        int i = 0;
        for (float log : followers.values()) {
          logs[i++] = log;
        }
        int[] words = followers.keySet().stream().mapToInt(Integer::intValue).toArray();
        builder.context(
            context.length + 1, context, words.length, words, logs, slow.backoff(context));
      }
      int[] ids = new int[slow.size];
      Arrays.setAll(ids, id -> id);
      check(builder.build(), slow, random, ids);
    }
  }

  @Test
  void contextsOutOfOrderAreABug() {
    ListVocabulary vocabulary = ListVocabulary.numbers(3, 6);
    BackoffModel.Builder builder =
        new BackoffModel.Builder(3, vocabulary, Passages.of(Boundary.LINE, vocabulary), "test");
    float[] log = {-1};
    assertThatThrownBy(builder::build).isInstanceOf(IllegalStateException.class);
    builder.context(1, new int[0], 1, new int[] {0}, log, 0);
    builder.context(2, new int[] {4}, 1, new int[] {3}, log, 0);
    assertThatThrownBy(() -> builder.context(2, new int[] {4}, 1, new int[] {3}, log, 0))
        .hasMessageContaining("must rise");
    assertThatThrownBy(() -> builder.context(3, new int[] {5, 3}, 1, new int[] {3}, log, 0))
        .hasMessageContaining("before the context that is its beginning");
    assertThatThrownBy(
            () -> builder.context(2, new int[] {5}, 2, new int[] {4, 4}, new float[2], 0))
        .hasMessageContaining("followers must rise");
  }

  @Test
  void aStreamsContextsReachAcrossLines() {
    ListVocabulary vocabulary = ListVocabulary.numbers(3, 5);
    BackoffModel.Builder builder =
        new BackoffModel.Builder(2, vocabulary, Passages.of(Boundary.STREAM, vocabulary), "test");
    builder.context(1, new int[0], 3, new int[] {0, 3, 4}, new float[] {-2, -1, -0.5f}, 0);
    builder.context(2, new int[] {3}, 1, new int[] {4}, new float[] {-0.25f}, -0.125f);
    LanguageModel.Reading reading = builder.build().start();
    reading.read(3);
    reading.read(END); // no part of a stream
    assertThat(reading.logProbability(4)).isCloseTo(-0.25 * Math.log(10), within(1e-9));
    assertThat(reading.matched(4)).isEqualTo(2);
    assertThat(reading.logProbability(3)).isCloseTo(-1.125 * Math.log(10), within(1e-9));
    assertThat(reading.logProbability(END)).isEqualTo(Double.NEGATIVE_INFINITY);
    float[] all = new float[5];
    reading.logProbabilities(all);
    assertThat(all[END]).isEqualTo(Float.NEGATIVE_INFINITY);
  }
}
