package org.seqlm.text.subword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.text.TextRules;
import org.seqlm.text.Tokenizer;
import org.seqlm.text.chain.StageSpec;

/** A tokenizer.json in a chain. */
class SubwordStagesTest {
  private static TextRules rules(byte[] json, Object... stages) throws IOException {
    List<StageSpec> chain = new ArrayList<>();
    for (Object stage : stages) {
      StageSpec spec = StageSpec.of(stage);
      chain.add(List.of("bpe", "unigram").contains(stage) ? spec.with("file", "dir/t.json") : spec);
    }
    return TextRules.of(chain).resolved(file -> new ByteArrayInputStream(json));
  }

  private static List<String> cut(Tokenizer tokenizer, String text) {
    List<String> tokens = new ArrayList<>();
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    tokenizer.tokenize(
        utf8,
        0,
        utf8.length,
        (bytes, from, to) ->
            tokens.add(new String(bytes, from, to - from, StandardCharsets.UTF_8)));
    return tokens;
  }

  @Test
  void textComesBackFromTokens() throws IOException {
    byte[] json = SubwordTokenizerTest.trained(TextShape.plain(), 500, "<s>");
    Tokenizer tokenizer = Tokenizer.of(rules(json, "bpe"));
    Random random = new Random(12);
    SubwordTokenizer own = SubwordFile.read(json, "t.json").tokenizer();
    for (int i = 0; i < 200; i++) {
      // The chain's own marks for the ends of lines are none of a text's.
      String text = SampleText.draw(random, 8).replace("<s>", "");
      List<String> tokens = cut(tokenizer, text);
      assertThat(tokenizer.detokenize(tokens)).isEqualTo(text);
      IdList ids = new IdList();
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      own.encode(utf8, 0, utf8.length, ids);
      assertThat(tokens).hasSize(ids.size());
    }
    List<String> lines = new ArrayList<>(cut(tokenizer, " a  b"));
    lines.add("</s>");
    lines.addAll(cut(tokenizer, "\tc"));
    assertThat(tokenizer.detokenize(lines)).isEqualTo(" a  b\n\tc");
  }

  @Test
  void worksBehindOtherStages() throws IOException {
    byte[] json = SubwordTokenizerTest.trained(TextShape.plain(), 500);
    List<String> tokens =
        cut(Tokenizer.of(rules(json, "lowercase", "whitespace", "bpe")), "THE  the");
    assertThat(String.join("", tokens)).isEqualTo("thethe");
  }

  @Test
  void saysWhichStageAFileIsOf() throws IOException {
    byte[] json = SubwordTokenizerTest.trained(TextShape.plain(), 300);
    TextRules rules = rules(json, "unigram");
    assertThatThrownBy(() -> Tokenizer.of(rules))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessage("t.json holds a model BPE: name it in the stage bpe");
    assertThatThrownBy(() -> TextRules.of(List.of(StageSpec.of("bpe"))))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("bpe.file is missing: name a tokenizer.json");
  }
}
