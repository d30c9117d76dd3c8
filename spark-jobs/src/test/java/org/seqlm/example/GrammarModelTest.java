package org.seqlm.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.seqlm.lm.LanguageModel;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.Vocabulary;

class GrammarModelTest {
  /** A vocabulary of given tokens, without counts. */
  private record Listed(List<String> tokens, int reserved) implements Vocabulary {
    static Listed of(TokenizerKind kind, Iterable<String> words) {
      List<String> tokens = new ArrayList<>(Vocabulary.reservedTokens(kind));
      int reserved = tokens.size();
      words.forEach(tokens::add);
      return new Listed(tokens, reserved);
    }

    @Override
    public int size() {
      return tokens.size();
    }

    @Override
    public String token(int id) {
      return tokens.get(id);
    }

    @Override
    public long count(int id) {
      return 0;
    }

    @Override
    public int id(String token) {
      return Math.max(0, tokens.indexOf(token));
    }

    @Override
    public int id(byte[] utf8, int from, int to) {
      return id(new String(utf8, from, to - from, java.nio.charset.StandardCharsets.UTF_8));
    }

    @Override
    public String fingerprint() {
      return "none";
    }
  }

  private static final Grammar GRAMMAR = Example.grammar();
  private static final Listed WORDS = Listed.of(TokenizerKind.WORD, GRAMMAR.words());
  private static final Listed CHARACTERS = characters();

  private static Listed characters() {
    TreeSet<String> letters = new TreeSet<>(List.of(" ", "\n"));
    GRAMMAR.words().forEach(word -> letters.addAll(List.of(word.split(""))));
    return Listed.of(TokenizerKind.CHAR, letters);
  }

  private static int[] words(String text) {
    List<Integer> ids = new ArrayList<>();
    for (String line : text.lines().toList()) {
      Grammar.tokens(line).forEach(token -> ids.add(WORDS.id(token)));
      ids.add(WORDS.sentenceEnd());
    }
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int[] letters(String text) {
    return text.chars().map(c -> CHARACTERS.id(String.valueOf((char) c))).toArray();
  }

  private static double score(LanguageModel.Reading reading, int[] ids, int from) {
    double sum = 0;
    for (int i = 0; i < ids.length; i++) {
      if (i >= from) {
        sum += reading.logProbability(ids[i]);
      }
      reading.read(ids[i]);
    }
    return sum;
  }

  @Test
  void wordsAndCharactersOfATextHaveTheGrammarsProbability() {
    StringBuilder text = new StringBuilder();
    double exact = 0;
    for (int i = 0; i < 60; i++) {
      String line = Example.sentence(9, i);
      text.append(line).append('\n');
      exact += i == 0 ? 0 : GRAMMAR.logProbability(line);
    }
    int first = text.indexOf("\n") + 1;
    int firstWords = words(text.substring(0, first)).length;
    GrammarModel words = GrammarModel.of(GRAMMAR, WORDS);
    assertThat(score(words.start(), words(text.toString()), firstWords))
        .isCloseTo(exact, within(1e-6));
    GrammarModel letters = GrammarModel.of(GRAMMAR, CHARACTERS);
    assertThat(score(letters.start(), letters(text.toString()), first))
        .isCloseTo(exact, within(1e-6));
  }

  /**
   * Cut anywhere, a text costs its surprise, at most one bit more, or less for what is not told.
   */
  @Test
  void aTextMayBeginAnywhere() {
    String line = "The cats, which already ate the small fish, were full.\n";
    int[] words = words(line);
    int[] letters = letters(line);
    assertThat(score(GrammarModel.of(GRAMMAR, WORDS).start(), words, 0))
        .isBetween(
            GRAMMAR.logProbability(line.strip()) - Math.log(2) - 1e-9,
            GRAMMAR.logProbability(line.strip()));
    for (int cut = 0; cut < words.length; cut++) {
      int[] tail = java.util.Arrays.copyOfRange(words, cut, words.length);
      assertThat(score(GrammarModel.of(GRAMMAR, WORDS).start(), tail, 0)).isFinite();
    }
    for (int cut = 0; cut < letters.length; cut++) {
      int[] tail = java.util.Arrays.copyOfRange(letters, cut, letters.length);
      assertThat(score(GrammarModel.of(GRAMMAR, CHARACTERS).start(), tail, 0)).isFinite();
    }
  }

  @Test
  void probabilitiesOfAContextSumToOne() {
    String text = Example.sentence(2, 1) + "\n" + Example.sentence(2, 2) + "\n";
    check(GrammarModel.of(GRAMMAR, WORDS), words(text));
    check(GrammarModel.of(GRAMMAR, CHARACTERS), letters(text));
  }

  private static void check(GrammarModel model, int[] ids) {
    LanguageModel.Reading reading = model.start();
    float[] logs = new float[model.vocabulary().size()];
    for (int id : ids) {
      reading.logProbabilities(logs);
      double sum = 0;
      for (float log : logs) {
        sum += Math.exp(log);
      }
      assertThat(sum).isCloseTo(1, within(1e-5));
      assertThat((double) logs[id]).isCloseTo(reading.logProbability(id), within(1e-4));
      LanguageModel.Reading copy = reading.copy();
      reading.read(id);
      assertThat(copy.logProbability(id)).isCloseTo(logs[id], within(1e-4));
    }
  }

  @Test
  void anImpossibleTokenIsExcludedAndForgotten() {
    LanguageModel.Reading reading = GrammarModel.of(GRAMMAR, WORDS).start();
    reading.read(WORDS.sentenceEnd());
    assertThat(reading.logProbability(WORDS.id("cats"))).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(reading.logProbability(Vocabulary.UNKNOWN)).isEqualTo(Double.NEGATIVE_INFINITY);
    reading.read(Vocabulary.UNKNOWN);
    assertThat(reading.logProbability(WORDS.id("cats"))).isFinite();
  }
}
