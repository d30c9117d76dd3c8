package org.seqlm.text.subword;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The ids that SentencePiece 0.1.97 gives: a model of 60 pieces that it trained on ten sentences of
 * our own ({@code SentencePieceTrainer.train(model_type="unigram", vocab_size=60,
 * character_coverage=1.0, normalization_rule_name="identity")}), its pieces and scores as {@code
 * id_to_piece} and {@code get_score} tell them, to six digits.
 */
class PublishedFiguresTest {
  private static final String PIECES =
      """
      <unk> 0, <s> 0, </s> 0, e -2.19592, ▁ -2.69384, ▁th -2.77461, s -2.93379, d -3.06702,
      ▁t -3.36412, r -3.37031, i -3.54366, ▁a -3.68948, he -3.79267, n -3.8469, ow -3.88689,
      y -3.88689, t -3.95678, o -3.98342, h -3.99674, ▁pilot -4.08689, ▁boat -4.08708,
      ve -4.10667, an -4.21543, ▁lamps -4.33689, ▁o -4.43733, a -4.46242, ▁n -4.49798,
      at -4.5247, l -4.57136, f -4.57559, g -4.67023, ▁stone -4.6703, ▁wait -4.67231,
      arr -4.68078, ▁rises -4.6846, ▁l -4.77981, ▁wa -4.92825, er -4.97653, ▁b -5.17002,
      ▁channel -5.17023, ▁white -5.17029, re -5.1745, ▁fa -5.1904, ▁c -5.21417, ▁w -5.23898,
      ▁wi -5.24127, ▁f -5.32302, ▁tw -5.53972, ▁s -6.05313, c -6.06556, ▁rise -6.11285,
      th -6.11816, ar -6.16726, k -6.17023, m -6.17023, u -6.17023, v -7.44019, b -7.44029,
      p -7.44039, w -7.44049
      """;

  /** The same model as a tokenizer.json, with what SentencePiece does to white space. */
  private static byte[] json() {
    List<String> vocab = new ArrayList<>();
    for (String piece : PIECES.strip().split(",\\s+")) {
      String[] parts = piece.split(" ");
      vocab.add("[\"" + parts[0] + "\", " + parts[1] + "]");
    }
    assertThat(vocab).hasSize(60);
    String json =
        """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
         "normalizer": {"type": "Sequence", "normalizers": [
           {"type": "Strip", "strip_left": true, "strip_right": true},
           {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}]},
         "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always",
                           "split": false},
         "post_processor": null, "decoder": null,
         "model": {"type": "Unigram", "unk_id": 0, "byte_fallback": false, "vocab": [%s]}}
        """;
    return json.formatted(String.join(", ", vocab)).getBytes(StandardCharsets.UTF_8);
  }

  private static List<Integer> encode(SubwordTokenizer tokenizer, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    IdList ids = new IdList();
    tokenizer.encode(utf8, 0, utf8.length, ids);
    return java.util.Arrays.stream(ids.toArray()).boxed().toList();
  }

  /** {@code SentencePieceProcessor.encode(text)}. */
  @Test
  void unigramOfSentencePiece() {
    SubwordTokenizer ours = SubwordFile.read(json(), "FILE").tokenizer();
    assertThat(encode(ours, "the tide rises")).containsExactly(5, 3, 8, 10, 7, 3, 34);
    assertThat(encode(ours, "narrow lamps of the harbour"))
        .containsExactly(26, 33, 14, 23, 24, 29, 5, 3, 4, 18, 52, 57, 17, 55, 9);
    assertThat(encode(ours, "stones fall twice at night"))
        .containsExactly(31, 6, 42, 28, 28, 47, 10, 49, 3, 4, 27, 26, 10, 30, 18, 16);
    // A q is no piece, nor are the marks.
    assertThat(encode(ours, "the queen waits")).containsExactly(5, 3, 4, 0, 55, 3, 3, 13, 32, 6);
    assertThat(encode(ours, "boats, boats!")).containsExactly(20, 6, 0, 20, 6, 0);
    assertThat(encode(ours, "when the pilots rise  the birds wait "))
        .containsExactly(44, 12, 13, 5, 3, 19, 6, 50, 5, 3, 38, 10, 9, 7, 6, 32);
  }
}
