package org.seqlm.vocab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.text.TokenizerKind;

class VocabularyTest {
  private static TokenCounts counts(String... tokens) {
    TokenCounts counts = new TokenCounts(4);
    for (String token : tokens) {
      byte[] utf8 = token.getBytes(StandardCharsets.UTF_8);
      counts.add(utf8, 0, utf8.length, 1);
    }
    return counts;
  }

  private static List<String> tokens(Vocabulary vocabulary) {
    List<String> tokens = new ArrayList<>();
    for (int id = 0; id < vocabulary.size(); id++) {
      tokens.add(vocabulary.token(id));
    }
    return tokens;
  }

  @Test
  void idsByCountThenBytes() {
    TokenCounts counts = counts("b", "a", "c", "b", "é", "z", "é", "c", "c");
    Vocabulary words = Vocabularies.rank(TokenizerKind.WORD, counts, 5, VocabularyLimits.NONE);
    assertThat(tokens(words)).containsExactly("<unk>", "<s>", "</s>", "c", "b", "é", "a", "z");
    assertThat(words.count(3)).isEqualTo(3);
    assertThat(words.count(words.sentenceEnd())).isEqualTo(5);
    assertThat(words.id("é")).isEqualTo(5);
    assertThat(words.id("nothing")).isEqualTo(Vocabulary.UNKNOWN);
    Vocabulary characters =
        Vocabularies.rank(TokenizerKind.CHAR, counts, 0, new VocabularyLimits(4, 1));
    assertThat(tokens(characters)).containsExactly("<unk>", "c", "b", "é");
    Vocabulary frequent =
        Vocabularies.rank(TokenizerKind.CHAR, counts, 0, new VocabularyLimits(0, 2));
    assertThat(tokens(frequent)).containsExactly("<unk>", "c", "b", "é");
    assertThat(frequent.fingerprint())
        .isEqualTo(characters.fingerprint())
        .isNotEqualTo(words.fingerprint());
  }

  private static Vocabulary characters(String... tokens) {
    return Vocabularies.rank(TokenizerKind.CHAR, counts(tokens), 0, VocabularyLimits.NONE);
  }

  @Test
  void saysHowTwoDiffer() {
    Vocabulary model = characters("a", "a", "a", "b", "b", "\n");
    assertThat(Vocabularies.difference(model, characters("b", "b", "a", "\n")))
        .isEqualTo(
            "has the dataset's tokens in another order, that of their frequency in its own text:"
                + " number 1 is \"a\" there and \"b\" here");
    assertThat(Vocabularies.difference(model, characters("a", "a", "b", "c", "d")))
        .isEqualTo("has other tokens than the dataset: it has no \"c\", which the dataset has");
    assertThat(Vocabularies.difference(model, characters("a", "b")))
        .isEqualTo("has other tokens than the dataset: it has \"\\n\", which the dataset has not");
    Vocabulary words =
        Vocabularies.rank(
            TokenizerKind.WORD, counts("a", "b", "\n"), 1, new VocabularyLimits(0, 1));
    assertThat(Vocabularies.difference(model, words))
        .isEqualTo("has other tokens than the dataset: it has no \"<s>\", which the dataset has");
  }

  @Test
  void textThatSpellsReservedTokensIsUnknown() {
    TokenCounts counts = counts("</s>", "</s>", "<s>", "<unk>", "a");
    Vocabulary vocabulary =
        Vocabularies.rank(TokenizerKind.WHITESPACE, counts, 7, VocabularyLimits.NONE);
    assertThat(tokens(vocabulary)).containsExactly("<unk>", "<s>", "</s>", "a");
    assertThat(vocabulary.count(2)).isEqualTo(7);
    byte[] end = "</s>".getBytes(StandardCharsets.UTF_8);
    assertThat(vocabulary.id(end, 0, end.length)).isEqualTo(Vocabulary.UNKNOWN);
    assertThat(vocabulary.id("</s>")).isEqualTo(vocabulary.sentenceEnd());
  }

  @Test
  void randomTokensAgainstAMap() {
    Random random = new Random(11);
    Map<String, Long> expected = new HashMap<>();
    TokenCounts first = new TokenCounts(1);
    TokenCounts second = new TokenCounts(100);
    for (int i = 0; i < 20000; i++) {
      String token = Integer.toString((int) Math.abs(random.nextGaussian() * 700), 36) + "ی";
      expected.merge(token, 1L, Long::sum);
      byte[] utf8 = ("<" + token + ">").getBytes(StandardCharsets.UTF_8);
      (random.nextBoolean() ? first : second).add(utf8, 1, utf8.length - 1, 1);
    }
    first.addAll(second.packed());
    Vocabulary vocabulary = Vocabularies.rank(TokenizerKind.WORD, first, 0, VocabularyLimits.NONE);
    List<String> order = new ArrayList<>(expected.keySet());
    order.sort(
        Comparator.comparing((String token) -> -expected.get(token))
            .thenComparing(
                (a, b) ->
                    Arrays.compareUnsigned(
                        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8))));
    assertThat(tokens(vocabulary).subList(3, vocabulary.size())).isEqualTo(order);
    for (int id = 3; id < vocabulary.size(); id++) {
      assertThat(vocabulary.id(vocabulary.token(id))).isEqualTo(id);
      assertThat(vocabulary.count(id)).isEqualTo(expected.get(vocabulary.token(id)));
    }
  }

  @Test
  void fileRoundTrip() throws IOException {
    Vocabulary vocabulary =
        Vocabularies.rank(
            TokenizerKind.CHAR,
            counts("\n", "\"", "\\", "\u0000", "😀", "\u2028", "a"),
            0,
            VocabularyLimits.NONE);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Vocabularies.write(vocabulary, out);
    String text = out.toString(StandardCharsets.UTF_8);
    assertThat(text).startsWith("{\"token\":\"<unk>\",\"count\":0}\n");
    assertThat(text.split("\n", -1)).hasSize(vocabulary.size() + 1);
    Vocabulary read =
        Vocabularies.read(TokenizerKind.CHAR, new ByteArrayInputStream(out.toByteArray()), "file");
    assertThat(tokens(read)).isEqualTo(tokens(vocabulary));
    assertThat(read.fingerprint()).isEqualTo(vocabulary.fingerprint());
    assertThat(read.reserved()).isEqualTo(1);
  }

  @Test
  void damagedFiles() {
    for (String text :
        new String[] {
          "",
          "{\"token\":\"<unk>\",\"count\":0}\n{",
          "{\"token\":\"<unk>\"}\n",
          "{\"token\":\"a\",\"count\":1}\n",
          "{\"token\":\"<unk>\",\"count\":0}\n{\"token\":\"<unk>\",\"count\":0}\n"
        }) {
      assertThatThrownBy(
              () ->
                  Vocabularies.read(
                      TokenizerKind.CHAR,
                      new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
                      "v.jsonl"))
          .isInstanceOfSatisfying(
              UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
          .hasMessageContaining("v.jsonl");
    }
  }

  @Test
  void limitsNameTheirBound() {
    assertThatThrownBy(() -> new VocabularyLimits(3, 0))
        .hasMessageContaining("vocabulary.max-size must be 0 (no limit) or at least 4")
        .hasMessageContaining("vocabulary.min-count must be at least 1, but is 0");
  }
}
