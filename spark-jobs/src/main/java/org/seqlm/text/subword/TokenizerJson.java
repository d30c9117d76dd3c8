package org.seqlm.text.subword;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.seqlm.UserException;
import org.seqlm.text.subword.BpeModel.Symbols;

/**
 * Reads a tokenizer.json of Hugging Face's tokenizers. What only adds marks around a text
 * (post_processor) and what cuts off or fills up (truncation, padding) is left out.
 */
final class TokenizerJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Refusal refusal;

  TokenizerJson(String name) {
    refusal = new Refusal(name);
  }

  SubwordFile read(byte[] json) {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (IOException e) {
      throw refusal.broken(firstLine(e));
    }
    if (root == null || !root.path("model").isObject()) {
      throw refusal.broken("it has no model");
    }
    UnaryOperator<String> normalizer = new JsonNormalizers(refusal).read(root.path("normalizer"));
    JsonPreTokenizers cutting = new JsonPreTokenizers(refusal);
    cutting.read(root.path("pre_tokenizer"));
    JsonNode model = root.path("model");
    String type = model.path("type").asText("");
    if (type.isEmpty()) {
      type = model.has("merges") ? "BPE" : model.path("vocab").isArray() ? "Unigram" : "";
    }
    SubwordModel read =
        switch (type) {
          case "BPE" ->
              bpe(model, cutting.byteLevel() != null ? Symbols.BYTES : Symbols.CODE_POINTS);
          case "Unigram" -> {
            if (cutting.byteLevel() != null) {
              throw refusal.of("the model Unigram after the pre-tokenizer ByteLevel");
            }
            yield unigram(model);
          }
          default -> throw refusal.of("the model " + (type.isEmpty() ? "without a type" : type));
        };
    Map<String, Integer> raw = new LinkedHashMap<>();
    Map<String, Integer> normalized = new LinkedHashMap<>();
    Map<Integer, String> contents = new HashMap<>();
    Set<Integer> before = new HashSet<>();
    Set<Integer> after = new HashSet<>();
    for (JsonNode added : root.path("added_tokens")) {
      String content = added.path("content").asText();
      if (content.isEmpty()) {
        continue;
      }
      if (added.path("single_word").asBoolean()) {
        throw refusal.of("the added token " + content + " with single_word");
      }
      int known = read.tokens().find(content);
      int id = known >= 0 ? known : id(added.path("id"), content);
      contents.put(id, content);
      if (added.path("lstrip").asBoolean()) {
        before.add(id);
      }
      if (added.path("rstrip").asBoolean()) {
        after.add(id);
      }
      if (added.path("normalized").asBoolean() && normalizer != null) {
        String changed = normalizer.apply(content);
        if (!changed.isEmpty()) {
          normalized.put(changed, id);
        }
      } else {
        raw.put(content, id);
      }
    }
    Marks marks = marks(root.path("normalizer"), cutting);
    return new SubwordFile(
        new SubwordFile.Parts(
            raw,
            normalized,
            contents,
            before,
            after,
            normalizer,
            cutting.splits(),
            cutting.byteLevel(),
            marks.mark,
            marks.prefixed,
            read));
  }

  private record Marks(char mark, boolean prefixed) {}

  /** What stands for a space: what the pre-tokenizer puts there, or the normalizer. */
  private static Marks marks(JsonNode normalizer, JsonPreTokenizers cutting) {
    if (cutting.spaceMark() != 0) {
      return new Marks(cutting.spaceMark(), cutting.prefix() != StringSplits.Prefix.NEVER);
    }
    char mark = 0;
    boolean prefixed = false;
    Iterable<JsonNode> steps =
        normalizer.path("type").asText().equals("Sequence")
            ? normalizer.path("normalizers")
            : java.util.List.of(normalizer);
    for (JsonNode step : steps) {
      String content = step.path("content").asText();
      if (step.path("pattern").path("String").asText().equals(" ") && content.length() == 1) {
        mark = content.charAt(0);
      }
      prefixed |= step.path("type").asText().equals("Prepend");
    }
    return new Marks(mark, prefixed);
  }

  private int id(JsonNode id, String token) {
    if (!id.isIntegralNumber() || id.asLong() < 0 || id.asLong() >= BpeRules.MOST) {
      throw refusal.broken(
          "the id of " + token + " must be 0 to " + (BpeRules.MOST - 1) + ", but is " + id);
    }
    return id.asInt();
  }

  private BpeModel bpe(JsonNode model, Symbols symbols) {
    for (String key : new String[] {"continuing_subword_prefix", "end_of_word_suffix"}) {
      if (!model.path(key).asText("").isEmpty() && !model.path(key).isNull()) {
        throw refusal.of("the model BPE with " + key);
      }
    }
    if (model.path("dropout").asDouble() > 0) {
      throw refusal.of("the model BPE with dropout");
    }
    TokenIds tokens = new TokenIds(model.path("vocab").size());
    model
        .path("vocab")
        .fields()
        .forEachRemaining(
            entry -> tokens.put(entry.getKey(), id(entry.getValue(), entry.getKey())));
    JsonNode lines = model.path("merges");
    int[][] merges = new int[lines.size()][];
    int n = 0;
    for (JsonNode line : lines) {
      String[] pair =
          line.isArray()
              ? new String[] {line.path(0).asText(), line.path(1).asText()}
              : line.asText().split(" ", -1);
      int left = pair.length == 2 ? tokens.find(pair[0]) : -1;
      int right = pair.length == 2 ? tokens.find(pair[1]) : -1;
      int made = pair.length == 2 ? tokens.find(pair[0] + pair[1]) : -1;
      if (left < 0 || right < 0 || made < 0) {
        throw refusal.broken(
            "merge " + (n + 1) + ", " + line + ", is no pair of tokens that make a token");
      }
      merges[n++] = new int[] {left, right, made};
    }
    String unknown = model.path("unk_token").isTextual() ? model.path("unk_token").asText() : null;
    int unknownId = unknown == null ? -1 : tokens.find(unknown);
    if (unknown != null && unknownId < 0) {
      throw refusal.broken("its unk_token " + unknown + " is not in its vocab");
    }
    boolean fallback = model.path("byte_fallback").asBoolean();
    if (symbols == Symbols.BYTES && unknownId < 0) {
      for (int b = 0; b < 256; b++) {
        if (tokens.find(String.valueOf(ByteLetters.letter((byte) b))) < 0) {
          throw refusal.of("a byte-level vocab without the byte " + b + " and without unk_token");
        }
      }
      fallback = false; // there is nothing to fall back from
    } else if (symbols == Symbols.BYTES && fallback) {
      throw refusal.of("the model BPE with byte_fallback after ByteLevel");
    }
    return new BpeModel(
        tokens,
        merges,
        new BpeModel.Options(
            symbols,
            unknownId,
            model.path("fuse_unk").asBoolean(),
            fallback,
            model.path("ignore_merges").asBoolean()));
  }

  private UnigramModel unigram(JsonNode model) {
    JsonNode vocab = model.path("vocab");
    if (!vocab.isArray() || vocab.isEmpty()) {
      throw refusal.broken("the vocab of its model Unigram is no list");
    }
    if (vocab.size() > BpeRules.MOST) {
      throw refusal.broken(
          "its vocab must have at most " + BpeRules.MOST + " tokens, but has " + vocab.size());
    }
    TokenIds tokens = new TokenIds(vocab.size());
    double[] scores = new double[vocab.size()];
    for (int id = 0; id < scores.length; id++) {
      JsonNode entry = vocab.get(id);
      if (!entry.path(0).isTextual() || !entry.path(1).isNumber()) {
        throw refusal.broken("token " + id + " of its vocab, " + entry + ", has no score");
      }
      tokens.put(entry.path(0).asText(), id);
      scores[id] = entry.path(1).asDouble();
    }
    boolean fallback = model.path("byte_fallback").asBoolean();
    JsonNode unknown = model.path("unk_id");
    int unknownId = unknown.isIntegralNumber() ? unknown.asInt() : -1;
    if (unknownId >= scores.length) {
      throw refusal.broken("its unk_id " + unknownId + " is not in its vocab");
    }
    boolean allBytes = java.util.Arrays.stream(tokens.byteFallback()).allMatch(id -> id >= 0);
    if (unknownId < 0 && !(fallback && allBytes)) {
      throw refusal.of("the model Unigram without unk_id and without all 256 bytes");
    }
    return new UnigramModel(
        tokens,
        scores,
        unknownId,
        fallback ? UnigramModel.Fallback.BYTES : UnigramModel.Fallback.UNKNOWN);
  }

  private static String firstLine(IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  /**
   * Says what of a tokenizer.json cannot be read.
   *
   * @param name of the file
   */
  record Refusal(String name) {
    /** Something that is only read elsewhere. */
    UserException of(String what) {
      return UserException.data(
          name
              + ": "
              + what
              + " is not supported here: seqlm score --tokenizer huggingface:FILE cuts with Hugging"
              + " Face's own library");
    }

    /** A file that is none. */
    UserException broken(String problem) {
      return UserException.data(
          name
              + " is no tokenizer.json: "
              + problem
              + "; give a file that seqlm corpus tokenizer, or another trainer, wrote");
    }
  }
}
