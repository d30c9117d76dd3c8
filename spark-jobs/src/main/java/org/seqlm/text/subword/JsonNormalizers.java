package org.seqlm.text.subword;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.UnaryOperator;

/** Reads the normalizer of a tokenizer.json. */
final class JsonNormalizers {
  private final TokenizerJson.Refusal refusal;

  JsonNormalizers(TokenizerJson.Refusal refusal) {
    this.refusal = refusal;
  }

  /** What is made of a text; null for nothing. */
  UnaryOperator<String> read(JsonNode json) {
    if (json == null || json.isNull()) {
      return null;
    }
    String type = json.path("type").asText();
    return switch (type) {
      case "NFC" -> TextShape.Change.NFC::apply;
      case "NFD" -> TextShape.Change.NFD::apply;
      case "NFKC" -> TextShape.Change.NFKC::apply;
      case "NFKD" -> TextShape.Change.NFKD::apply;
      case "Lowercase" -> TextShape.Change.LOWERCASE::apply;
      case "Precompiled" -> CharsMap.read(json.path("precompiled_charsmap").asText(), refusal);
      case "Prepend" -> {
        String prefix = json.path("prepend").asText();
        yield text -> text.isEmpty() ? text : prefix + text;
      }
      case "Replace" -> replace(json);
      case "Strip" -> strip(json);
      case "Sequence" -> {
        UnaryOperator<String> all = null;
        for (JsonNode one : json.path("normalizers")) {
          UnaryOperator<String> before = all;
          UnaryOperator<String> next = read(one);
          all =
              before == null
                  ? next
                  : next == null ? before : text -> next.apply(before.apply(text));
        }
        yield all;
      }
      default -> throw refusal.of("the normalizer " + type);
    };
  }

  private UnaryOperator<String> replace(JsonNode json) {
    String content = json.path("content").asText();
    JsonNode pattern = json.path("pattern");
    if (pattern.path("String").isTextual()) {
      String what = pattern.path("String").asText();
      return what.isEmpty() ? null : text -> text.replace(what, content);
    }
    String regex = pattern.path("Regex").asText();
    if (regex.equals(" {2,}") || regex.equals("\\s+")) {
      var compiled = StringSplits.pattern(regex);
      String quoted = java.util.regex.Matcher.quoteReplacement(content);
      return text -> compiled.matcher(text).replaceAll(quoted);
    }
    throw refusal.of("the normalizer Replace by the expression " + regex);
  }

  private static UnaryOperator<String> strip(JsonNode json) {
    boolean left = json.path("strip_left").asBoolean();
    boolean right = json.path("strip_right").asBoolean();
    return text -> {
      int from = 0;
      int to = text.length();
      while (left && from < to && GptWords.isSpace(text.charAt(from))) {
        from++;
      }
      while (right && from < to && GptWords.isSpace(text.charAt(to - 1))) {
        to--;
      }
      return text.substring(from, to);
    };
  }
}
