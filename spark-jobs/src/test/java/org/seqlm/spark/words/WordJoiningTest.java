package org.seqlm.spark.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Exhaustive;
import org.seqlm.ExitCode;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.UserException;
import org.seqlm.spark.words.WordJoining.Joined;
import org.seqlm.spark.words.WordJoining.Operation;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.TokenCounts;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.VocabularyLimits;

/** Whether words are joined by the driver or on the executors changes nothing. */
final class WordJoiningTest {
  private final JavaSparkContext spark = TestSpark.context();

  @TempDir Path folder;

  @AfterEach
  void defaults() {
    spark.hadoopConfiguration().unset(DictionaryLimit.KEY);
  }

  private CorpusVocabulary words(TokenizerKind kind, int first, int size, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    TokenCounts counts = new TokenCounts(8);
    for (int word = first; word < first + size; word++) {
      byte[] utf8 =
          (kind == TokenizerKind.CHAR
                  ? new String(Character.toChars(word == first + 3 ? '\n' : 0x4E00 + word))
                  : "wörd" + word)
              .getBytes(StandardCharsets.UTF_8);
      counts.add(utf8, 0, utf8.length, 1 + random.nextInt(9));
    }
    return CorpusVocabulary.of(spark, Vocabularies.rank(kind, counts, size, VocabularyLimits.NONE));
  }

  /** All that there is to know. */
  private record Told(
      int size,
      int lineEnd,
      long counted,
      long lineEnds,
      String fingerprint,
      String written,
      String present,
      List<List<Integer>> ids) {
    static Told of(Joined joined, List<? extends WordsById> others) throws IOException {
      CorpusVocabulary words = joined.vocabulary();
      ByteArrayOutputStream written = new ByteArrayOutputStream();
      words.write(written);
      List<List<Integer>> ids = new ArrayList<>();
      for (int other = 0; other < others.size(); other++) {
        IntUnaryOperator here =
            joined.ids().get(other).open(TestSpark.context().hadoopConfiguration());
        ids.add(IntStream.range(0, others.get(other).size()).map(here).boxed().toList());
      }
      return new Told(
          words.size(),
          words.lineEnd(),
          words.counted(),
          words.lineEnds(),
          words.fingerprint(),
          written.toString(StandardCharsets.UTF_8),
          String.valueOf(joined.present()),
          ids);
    }
  }

  private Joined join(
      long most, TokenizerKind kind, Operation operation, WordsById first, WordsById... others)
      throws IOException {
    spark.hadoopConfiguration().setLong(DictionaryLimit.KEY, most);
    org.apache.hadoop.fs.Path ids =
        new org.apache.hadoop.fs.Path(
            folder.toUri().toString(), "ids-" + operation + System.nanoTime());
    return WordJoining.join(spark, kind, first, List.of(others), operation, ids, Progress.SILENT);
  }

  private void assertSame(
      TokenizerKind kind, Operation operation, WordsById first, WordsById... others)
      throws IOException {
    Told expected;
    try (Joined joined = join(1 << 20, kind, operation, first, others)) {
      assertThat(joined.vocabulary()).isInstanceOf(MemoryVocabulary.class);
      expected = Told.of(joined, List.of(others));
    }
    try (Joined joined = join(0, kind, operation, first, others)) {
      assertThat(joined.vocabulary()).isInstanceOf(SortedVocabulary.class);
      assertThat(Told.of(joined, List.of(others))).isEqualTo(expected);
      assertThat(folder).isNotEmptyDirectory();
    }
    try (var left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void newWordsFollowInTheOrderOfTheOthers() throws IOException {
    assertSame(
        TokenizerKind.WORD,
        Operation.ADD,
        words(TokenizerKind.WORD, 0, 600, 1),
        words(TokenizerKind.WORD, 400, 1200, 2),
        words(TokenizerKind.WORD, 200, 2200, 3));
  }

  /** The line feed is new; there is nothing but reserved words in one of them. */
  @Exhaustive
  @Test
  void charactersAndNothingAtAll() throws IOException {
    assertSame(
        TokenizerKind.CHAR,
        Operation.ADD,
        words(TokenizerKind.CHAR, 0, 2, 1),
        words(TokenizerKind.CHAR, 0, 0, 2),
        words(TokenizerKind.CHAR, 1, 40, 3));
  }

  @Test
  void whatIsTakenAwayMustBeThere() throws IOException {
    CorpusVocabulary all = words(TokenizerKind.WORD, 0, 1300, 1);
    Joined sum =
        join(
            1 << 20,
            TokenizerKind.WORD,
            Operation.ADD,
            all,
            words(TokenizerKind.WORD, 1000, 600, 2));
    assertSame(TokenizerKind.WORD, Operation.SUBTRACT, sum.vocabulary(), all);
    CorpusVocabulary more = words(TokenizerKind.WORD, 1599, 3, 4);
    String expected = refused(1 << 20, sum.vocabulary(), all, more);
    assertThat(refused(0, sum.vocabulary(), all, more)).isEqualTo(expected);
  }

  /** The first word that is too many, wherever it is found. */
  private String refused(long most, WordsById first, WordsById... others) {
    AtomicReference<String> message = new AtomicReference<>();
    assertThatThrownBy(() -> join(most, TokenizerKind.WORD, Operation.SUBTRACT, first, others))
        .isInstanceOfSatisfying(
            UserException.class,
            e -> {
              assertThat(e.exitCode()).isEqualTo(ExitCode.DATA);
              message.set(e.getMessage());
            })
        .hasMessageContaining("it is no part of them");
    return message.get();
  }

  /** What was sorted on the executors is joined, cut and spelled like anything else. */
  @Exhaustive
  @Test
  void whatWasJoinedIsJoinedAndCutAgain() throws IOException {
    CorpusVocabulary first = words(TokenizerKind.WORD, 0, 500, 1);
    CorpusVocabulary second = words(TokenizerKind.WORD, 300, 1500, 2);
    CorpusVocabulary third = words(TokenizerKind.WORD, 100, 2000, 3);
    try (Joined spread = join(0, TokenizerKind.WORD, Operation.ADD, second, third);
        Joined held = join(1 << 20, TokenizerKind.WORD, Operation.ADD, second, third);
        Joined twice = join(0, TokenizerKind.WORD, Operation.ADD, first, spread.vocabulary());
        Joined expected =
            join(1 << 20, TokenizerKind.WORD, Operation.ADD, first, held.vocabulary())) {
      List<WordsById> others = List.of(held.vocabulary());
      assertThat(Told.of(twice, others)).isEqualTo(Told.of(expected, others));
      for (VocabularyLimits limits :
          List.of(
              VocabularyLimits.NONE, new VocabularyLimits(700, 1), new VocabularyLimits(0, 6))) {
        org.apache.hadoop.fs.Path ids =
            new org.apache.hadoop.fs.Path(
                folder.toUri().toString(), "cut-" + limits.maxSize() + limits.minCount());
        spark.hadoopConfiguration().setLong(DictionaryLimit.KEY, 1 << 20);
        Told cut;
        try (Joined one =
            WordCutting.cut(
                spark, TokenizerKind.WORD, held.vocabulary(), limits, ids, Progress.SILENT)) {
          cut = Told.of(one, others);
        }
        spark.hadoopConfiguration().setLong(DictionaryLimit.KEY, 0);
        try (Joined one =
            WordCutting.cut(
                spark, TokenizerKind.WORD, spread.vocabulary(), limits, ids, Progress.SILENT)) {
          assertThat(Told.of(one, others)).isEqualTo(cut);
        }
      }
    }
  }
}
