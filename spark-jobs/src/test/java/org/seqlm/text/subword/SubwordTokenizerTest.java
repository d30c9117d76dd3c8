package org.seqlm.text.subword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.vocab.TokenCounts;

class SubwordTokenizerTest {
  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Learns from random text. */
  static byte[] trained(TextShape shape, int size, String... special) {
    TokenCounts counts = new TokenCounts(1 << 10);
    Random random = new Random(1);
    for (int i = 0; i < 400; i++) {
      byte[] text = utf8(SampleText.draw(random, 20));
      shape.split(text, 0, text.length, (bytes, from, to) -> counts.add(bytes, from, to, 1));
    }
    BpeMerges learned = BpeTrainer.train(counts.packed(), new BpeRules(size, 2, List.of(special)));
    return TokenizerJsonWriter.write(learned, shape);
  }

  /** Hugging Face's own library; skips the test where there is none for this machine. */
  private static HuggingFaceTokenizer theirs(byte[] json) throws IOException {
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.offline", "true");
    try {
      return HuggingFaceTokenizer.newInstance(
          new ByteArrayInputStream(json),
          Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
    } catch (LinkageError | IllegalStateException e) {
      Assumptions.assumeTrue(false, e.getMessage());
      throw e;
    }
  }

  private static void sameIds(byte[] json, int rounds) throws IOException {
    SubwordTokenizer ours = SubwordFile.read(json, "FILE").tokenizer();
    Random random = new Random(3);
    try (HuggingFaceTokenizer theirs = theirs(json)) {
      for (int round = 0; round < rounds; round++) {
        same(ours, theirs, SampleText.draw(random, random.nextInt(15)));
      }
      same(ours, theirs, "");
      same(ours, theirs, " ");
      same(ours, theirs, "a".repeat(3000));
      same(ours, theirs, "abc中".repeat(300));
    }
  }

  private static void same(SubwordTokenizer ours, HuggingFaceTokenizer theirs, String text) {
    IdList ids = new IdList();
    byte[] utf8 = utf8("x" + text + "y");
    ours.encode(utf8, 1, utf8.length - 1, ids);
    Encoding encoding = theirs.encode(text, false, false);
    long[] mine = Arrays.stream(ids.toArray()).asLongStream().toArray();
    assertThat(mine).as("%s", text).isEqualTo(encoding.getIds());
  }

  @Test
  void byteLevelAsTheirs() throws IOException {
    sameIds(trained(TextShape.plain(), 1000, "<s>", "<|end|>"), 500);
    sameIds(
        trained(new TextShape(List.of(), TextShape.Prefix.SPACE, TextShape.Stretches.GPT2), 700),
        300);
    sameIds(
        trained(
            new TextShape(List.of(), TextShape.Prefix.NONE, TextShape.Stretches.WHOLE), 700, "<s>"),
        300);
    sameIds(
        trained(
            new TextShape(
                List.of(TextShape.Change.NFKC, TextShape.Change.LOWERCASE),
                TextShape.Prefix.NONE,
                TextShape.Stretches.GPT2),
            700,
            "<s>"),
        300);
  }

  @Test
  void otherFilesAsTheirs() throws IOException {
    String json = new String(trained(TextShape.plain(), 1000, "<s>"), StandardCharsets.UTF_8);
    sameIds(utf8(json.replace("\"ignore_merges\": false", "\"ignore_merges\": true")), 200);
    // Merges as older files have them.
    String older = json.replaceAll("\\[ *(\"[^\" ]*)\", *\"([^\" ]*\") *\\]", "$1 $2");
    assertThat(older).isNotEqualTo(json);
    sameIds(utf8(older), 100);
    for (String regex : StringSplits.KNOWN) {
      String split =
          """
          {"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": %s}, "behavior": "Isolated", "invert": false},
            {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}]}
          """
              .formatted(quoted(regex));
      sameIds(
          utf8(
              json.replaceFirst(
                  "\"pre_tokenizer\": \\{[^}]*}",
                  java.util.regex.Matcher.quoteReplacement("\"pre_tokenizer\": " + split))),
          200);
    }
    String digits =
        "{\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"Digits\", \"individual_digits\":"
            + " true}, {\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"trim_offsets\":"
            + " true}]}";
    sameIds(
        utf8(json.replaceFirst("\"pre_tokenizer\": \\{[^}]*}", "\"pre_tokenizer\": " + digits)),
        200);
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** A unigram file with some pieces of the samples. */
  private static String unigram(String normalizer, String cut, boolean fallback) {
    List<String> vocab = new ArrayList<>(List.of("[\"<unk>\", 0.0]", "[\"<s>\", 0.0]"));
    Random random = new Random(9);
    List<String> pieces = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      String text = SampleText.draw(random, 3).replace(' ', '▁');
      int from = text.isEmpty() ? 0 : random.nextInt(text.length());
      int to = Math.min(text.length(), from + 1 + random.nextInt(5));
      String piece = text.substring(from, to);
      if (!piece.isEmpty()
          && piece.codePoints().allMatch(c -> c >= 0x21 && (c < 0xD800 || c > 0xDFFF))) {
        pieces.add(piece);
      }
    }
    pieces.add("▁");
    if (fallback) {
      for (int b = 0; b < 256; b++) {
        pieces.add(
            "<0x"
                + Integer.toHexString(0x100 | b).substring(1).toUpperCase(java.util.Locale.ROOT)
                + ">");
      }
    }
    for (String piece : pieces.stream().distinct().toList()) {
      vocab.add("[" + quoted(piece) + ", " + (-1 - random.nextInt(1 << 20) / 65536.0) + "]");
    }
    return """
    {"version": "1.0", "truncation": null, "padding": null,
     "added_tokens": [{"id": 0, "content": "<unk>", "single_word": false, "lstrip": false,
       "rstrip": false, "normalized": false, "special": true},
       {"id": 1, "content": "<s>", "single_word": false, "lstrip": false,
       "rstrip": false, "normalized": true, "special": false}],
     "normalizer": %s, "pre_tokenizer": %s, "post_processor": null, "decoder": null,
     "model": {"type": "Unigram", "unk_id": 0, "byte_fallback": %s, "vocab": %s}}
    """
        .formatted(
            normalizer, cut, fallback, vocab.stream().collect(Collectors.joining(",", "[", "]")));
  }

  private static final String METASPACE =
      "{\"type\": \"Metaspace\", \"replacement\": \"▁\", \"prepend_scheme\": \"%s\", \"split\":"
          + " %s}";

  @Test
  void unigramAsTheirs() throws IOException {
    sameIds(utf8(unigram("null", METASPACE.formatted("always", "true"), false)), 400);
    sameIds(utf8(unigram("{\"type\": \"NFKC\"}", METASPACE.formatted("first", "true"), true)), 400);
    sameIds(
        utf8(unigram("{\"type\": \"Lowercase\"}", METASPACE.formatted("never", "false"), false)),
        300);
    sameIds(
        utf8(
            unigram(
                "{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"Strip\", \"strip_left\":"
                    + " true, \"strip_right\": true}, {\"type\": \"Replace\", \"pattern\":"
                    + " {\"Regex\": \" {2,}\"}, \"content\": \"▁\"}, {\"type\": \"NFD\"}]}",
                "{\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"WhitespaceSplit\"}, "
                    + METASPACE.formatted("always", "true")
                    + "]}",
                true)),
        300);
    sameIds(utf8(unigram("null", "{\"type\": \"Whitespace\"}", false)), 300);
    sameIds(utf8(unigram("null", "null", false)), 300);
  }

  @Test
  void precompiledCharactersAsTheirs() throws IOException {
    String table =
        TinyCharsMap.base64(
            Map.of(
                "ﬁ", "fi", "e\u0301", "é", "\t", " ", "\u3000", " ", "²", "2", "\u200D", "", "A",
                "a", "हि", "H", "\r\n", "\n", "中", "zhong"));
    String json =
        unigram(
            "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \"" + table + "\"}",
            METASPACE.formatted("always", "true"),
            false);
    sameIds(utf8(json), 400);
    // Added tokens may take the white space around them.
    sameIds(utf8(json.replace("\"lstrip\": false", "\"lstrip\": true")), 300);
    sameIds(utf8(json.replace("\"rstrip\": false", "\"rstrip\": true")), 300);
    assertThatThrownBy(() -> SubwordFile.read(utf8(json.replace(table, "AAAA")), "FILE"))
        .hasMessageContaining("its precompiled_charsmap is cut short");
  }

  @Test
  void bpeOfCodePointsAsTheirs() throws IOException {
    String model =
        """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
         "normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"},
           {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
         "pre_tokenizer": null, "post_processor": null, "decoder": null,
         "model": {"type": "BPE", "dropout": null, "unk_token": "<unk>", "continuing_subword_prefix": null,
           "end_of_word_suffix": null, "fuse_unk": %s, "byte_fallback": %s,
           "vocab": {"<unk>": 0, "▁": 1, "h": 2, "e": 3, "t": 4, "l": 5, "o": 6, "th": 7, "the": 8, "▁the": 9,
             "ll": 10, "中": 11, "文": 12, "中文": 13, "a": 14, "aa": 15, "é": 16, "▁a": 17%s},
           "merges": ["t h", "th e", "▁ the", "l l", "中 文", "a a", "▁ a"]}}
        """;
    StringBuilder bytes = new StringBuilder();
    for (int b = 0; b < 256; b++) {
      bytes
          .append(", \"<0x")
          .append(Integer.toHexString(0x100 | b).substring(1).toUpperCase(java.util.Locale.ROOT))
          .append(">\": ")
          .append(18 + b);
    }
    sameIds(utf8(model.formatted("true", "false", "")), 300);
    sameIds(utf8(model.formatted("false", "false", "")), 300);
    byte[] llama = utf8(model.formatted("true", "true", bytes));
    sameIds(llama, 300);
    SubwordTokenizer tokenizer = SubwordFile.read(llama, "FILE").tokenizer();
    Random random = new Random(2);
    for (int i = 0; i < 200; i++) {
      String text = SampleText.draw(random, 8).replace("▁", "");
      assertThat(text(tokenizer, text)).isEqualTo(text);
    }
  }

  private static String text(SubwordTokenizer tokenizer, String text) {
    List<String> tokens = new ArrayList<>();
    byte[] utf8 = utf8(text);
    tokenizer.tokens(utf8, 0, utf8.length, tokens::add);
    IdList ids = new IdList();
    tokenizer.encode(utf8, 0, utf8.length, ids);
    assertThat(new String(tokenizer.decode(ids), StandardCharsets.UTF_8)).isEqualTo(text);
    return tokenizer.detokenize(tokens);
  }

  @Test
  void anyBytesComeBack() {
    SubwordTokenizer tokenizer =
        SubwordFile.read(trained(TextShape.plain(), 600, "<s>"), "FILE").tokenizer();
    Random random = new Random(4);
    for (int i = 0; i < 500; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      IdList ids = new IdList();
      tokenizer.encode(bytes, 0, bytes.length, ids);
      assertThat(tokenizer.decode(ids)).isEqualTo(bytes);
      String text = SampleText.draw(random, 10);
      assertThat(text(tokenizer, text)).isEqualTo(text);
    }
    // A mebibyte of one letter takes no time that grows with its square.
    byte[] long1 = new byte[1 << 20];
    Arrays.fill(long1, (byte) 'a');
    IdList ids = new IdList();
    tokenizer.encode(long1, 0, long1.length, ids);
    assertThat(tokenizer.decode(ids)).isEqualTo(long1);
    assertThat(ids.size()).isLessThan(1 << 19);
  }

  @Test
  void saysWhatItCannotRead() {
    String json = new String(trained(TextShape.plain(), 300, "<s>"), StandardCharsets.UTF_8);
    for (String[] change :
        new String[][] {
          {"\"BPE\"", "\"WordPiece\"", "FILE: the model WordPiece is not supported here"},
          {
            "\"normalizer\": null",
            "\"normalizer\": {\"type\": \"BertNormalizer\"}",
            "the normalizer BertNormalizer"
          },
          {"\"type\": \"ByteLevel\"", "\"type\": \"Punctuation\"", "the pre-tokenizer Punctuation"},
          {"\"dropout\": null", "\"dropout\": 0.1", "dropout"},
          {
            "\"single_word\": false",
            "\"single_word\": true",
            "the added token <s> with single_word"
          },
          {
            "\"end_of_word_suffix\": null", "\"end_of_word_suffix\": \"</w>\"", "end_of_word_suffix"
          },
          {"\"ÿ\"", "\"ÿÿ\"", "without the byte 255"},
          {"\"id\": 0", "\"id\": -1", null},
          {"{", "", "FILE is no tokenizer.json"}
        }) {
      assertThat(json).contains(change[0]);
      byte[] changed = utf8(json.replaceFirst(java.util.regex.Pattern.quote(change[0]), change[1]));
      if (change[2] == null) {
        SubwordFile.read(changed, "FILE"); // the model's vocab says it
        continue;
      }
      assertThatThrownBy(() -> SubwordFile.read(changed, "FILE"))
          .isInstanceOfSatisfying(
              UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
          .hasMessageContaining(change[2]);
    }
  }
}
