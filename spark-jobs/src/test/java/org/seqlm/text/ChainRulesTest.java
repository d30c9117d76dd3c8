package org.seqlm.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.text.chain.StageSpec;

/** Chains in the rules of text: their JSON, their way to tasks, and what is refused. */
class ChainRulesTest {
  private static TextRules rules(Object... stages) {
    List<StageSpec> chain = new ArrayList<>();
    for (Object stage : stages) {
      chain.add(stage instanceof StageSpec spec ? spec : StageSpec.of(stage));
    }
    return TextRules.of(chain);
  }

  private static final StageSpec BEHIND =
      StageSpec.of("own-behind").with("file", "hdfs:/data/ends.txt");

  private static TextRules resolved(TextRules rules) throws Exception {
    return rules.resolved(
        file -> {
          assertThat(file).isEqualTo("hdfs:/data/ends.txt");
          return new ByteArrayInputStream("a".getBytes(StandardCharsets.UTF_8));
        });
  }

  private static List<String> cut(TextRules rules, String text) {
    List<String> tokens = new ArrayList<>();
    byte[] utf8 = ("##" + text + "##").getBytes(StandardCharsets.UTF_8);
    int codePoints =
        Tokenizer.of(rules)
            .tokenize(
                utf8,
                2,
                utf8.length - 2,
                (bytes, from, to) ->
                    tokens.add(new String(bytes, from, to - from, StandardCharsets.UTF_8)));
    tokens.add("#" + codePoints);
    return tokens;
  }

  @Test
  void cutsByItsStages() {
    assertThat(cut(rules("nfc", "lowercase", "whitespace"), " The  e\u0301tude\u00A0😀 "))
        .containsExactly("the", "étude", "😀", "#14");
    assertThat(cut(rules("whitespace", "lowercase"), "A b")).containsExactly("a", "b", "#3");
    assertThat(cut(rules("whitespace", "own-backwards"), "abc de"))
        .containsExactly("cba", "ed", "#6");
    assertThat(cut(rules("lowercase", "whitespace"), "")).containsExactly("#0");
  }

  /** What is between two tokens of a text separated them: 3 and 1 code points here. */
  @Test
  void tokensThatNothingChangedLieInTheirText() {
    List<String> between = new ArrayList<>();
    int[] end = {-1};
    byte[] utf8 = "Ab \u00A0 c d".getBytes(StandardCharsets.UTF_8);
    Tokenizer.of(rules("lowercase", "whitespace"))
        .tokenize(
            utf8,
            0,
            utf8.length,
            (bytes, from, to) -> {
              if (end[0] >= 0) {
                between.add(new String(bytes, end[0], from - end[0], StandardCharsets.UTF_8));
              }
              end[0] = to;
            });
    assertThat(between).containsExactly(" \u00A0 ", " ");
  }

  @Test
  void detokenizesLineByLine() throws Exception {
    assertThat(
            Tokenizer.of(rules("whitespace"))
                .detokenize(List.of("<s>", "a", "b", "</s>", "c", "</s>")))
        .isEqualTo("a b\nc\n");
    assertThat(
            Tokenizer.of(resolved(rules(BEHIND))).detokenize(List.of("ba", "n", "</s>", "c", "d")))
        .isEqualTo("ban\ncd");
  }

  @Test
  void aFileTravelsWithTheRules() throws Exception {
    TextRules rules = resolved(rules("whitespace", BEHIND));
    assertThat(cut(rules, "banana")).containsExactly("ba", "na", "na", "#6");

    String json = Json.line(rules);
    assertThat(json)
        .startsWith(
            "{\"kind\":\"chain\",\"unicode\":\"none\",\"letter-case\":\"keep\",\"alphabet\":\"all\","
                + "\"arabic-letters\":\"keep\",\"punctuation\":\"drop\",\"chain\":[\"whitespace\","
                + "{\"own-behind\":{\"content\":\"")
        .endsWith(
            "\",\"file\":\"ends.txt\",\"sha256\":\"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72"
                + "b9807785afee48bb\"}}]}");
    TextRules read = Json.mapper().readValue(json, TextRules.class);
    assertThat(read).isEqualTo(rules).hasSameHashCodeAs(rules);
    assertThat(cut(read, "banana")).containsExactly("ba", "na", "na", "#6");
    assertThat(Json.line(read)).isEqualTo(json);
    assertThat(read.resolved(file -> null)).isEqualTo(rules);
    assertThat(StageSpec.ofJson(StageSpec.json(rules.chain()))).isEqualTo(rules.chain());

    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ObjectOutputStream(out).writeObject(rules);
    assertThat(new ObjectInputStream(new ByteArrayInputStream(out.toByteArray())).readObject())
        .isEqualTo(rules);

    assertThat(rules.toString()).contains("sha256=ca978112").doesNotContain("content");
  }

  @Test
  void whatAFileIsCalledDoesNotMatter() throws Exception {
    TextRules one = resolved(rules(BEHIND));
    TextRules other =
        rules(StageSpec.of("own-behind").with("file", "there.txt"))
            .resolved(file -> new ByteArrayInputStream(new byte[] {'a'}));
    TextRules another =
        rules(StageSpec.of("own-behind").with("file", "ends.txt"))
            .resolved(file -> new ByteArrayInputStream(new byte[] {'b'}));
    assertThat(one).isEqualTo(other).isNotEqualTo(another);
  }

  @Test
  void aFileThatNoManifestHoldsIsRefused() {
    byte[] noise = new byte[13_000_000];
    new Random(1).nextBytes(noise);
    assertThatThrownBy(() -> rules(BEHIND).resolved(file -> new ByteArrayInputStream(noise)))
        .hasMessageContaining("ends.txt must have at most 67108864 bytes, and 16000000 when");
  }

  @Test
  void damagedContentIsData() throws Exception {
    TextRules rules = resolved(rules(BEHIND));
    StageSpec whole = rules.chain().get(0);
    StageSpec damaged =
        new StageSpec(whole.name(), whole.parameters(), "0".repeat(64), whole.content());
    assertThatThrownBy(() -> Tokenizer.of(TextRules.of(List.of(damaged))))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessageStartingWith(
            "tokenizer.chain: the content of own-behind is not that of sha256 0");
  }

  @Test
  void withoutAChainTheJsonIsAsItWas() throws Exception {
    String json = Json.line(TextRules.of(TokenizerKind.WORD));
    assertThat(json)
        .isEqualTo(
            "{\"kind\":\"word\",\"unicode\":\"none\",\"letter-case\":\"keep\",\"alphabet\":\"all\","
                + "\"arabic-letters\":\"keep\",\"punctuation\":\"drop\"}");
    assertThat(Json.mapper().readValue(json, TextRules.class))
        .isEqualTo(TextRules.of(TokenizerKind.WORD));
  }

  private static void refused(String message, Object... stages) {
    assertThatThrownBy(() -> rules(stages))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
        .hasMessageContaining(message);
  }

  @Test
  void whatIsWrongIsToldByName() {
    refused("tokenizer.chain is missing: list its stages, for instance [nfc, lowercase, words]");
    refused("there is no stage whitspace: did you mean whitespace?", "whitspace");
    refused("whitespace has no parameter x: it takes none", Map.of("whitespace", Map.of("x", 1)));
    refused(
        "own-behind has no parameter mots: did you mean most?",
        Map.of("own-behind", Map.of("mots", "1")));
    refused(
        "own-behind.most must be a whole number, 1 to 9, but is 12",
        Map.of("own-behind", Map.of("most", 12)));
    refused(
        "lowercase.language must be root or a code of a language with two letters",
        Map.of("lowercase", Map.of("language", "klingon")),
        "whitespace");
    refused("a stage is a name, or {NAME: {KEY: VALUE}}, but got [nfc]", List.of("nfc"));
    refused("nfc is followed by its parameters", Map.of("nfc", "yes"));
    refused("tokenizer.chain cuts nothing: add a splitter", "nfc", "lowercase");
    refused(
        "own-backwards is of tokens: it stands behind a splitter", "own-backwards", "whitespace");
    refused("own-behind cuts words into pieces: it is the last stage", BEHIND, "whitespace");
    assertThatThrownBy(
            () ->
                rules(BEHIND)
                    .resolved(
                        file -> {
                          throw new FileNotFoundException(file);
                        }))
        .hasMessage("tokenizer.chain: own-behind.file: hdfs:/data/ends.txt does not exist");
  }

  @Test
  void theOtherKeysAreNotOfAChain() {
    assertThatThrownBy(
            () ->
                new TextRules(
                    TokenizerKind.CHAIN,
                    UnicodeForm.NFC,
                    LetterCase.LOWER,
                    Alphabet.ALL,
                    ArabicLetters.KEEP,
                    Punctuation.DROP,
                    List.of(StageSpec.of("whitespace"))))
        .hasMessageContaining("tokenizer.unicode is not of tokenizer.kind chain")
        .hasMessageContaining("tokenizer.letter-case is not of tokenizer.kind chain")
        .hasMessageContaining("use the stage lowercase");
    assertThatThrownBy(
            () ->
                new TextRules(
                    TokenizerKind.WORD,
                    UnicodeForm.NONE,
                    LetterCase.KEEP,
                    Alphabet.ALL,
                    ArabicLetters.KEEP,
                    Punctuation.DROP,
                    List.of(StageSpec.of("whitespace"))))
        .hasMessageContaining("tokenizer.chain is of tokenizer.kind chain");
  }
}
